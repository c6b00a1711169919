package io.gpurig.cli;

import io.gpurig.engine.report.ExitCode;
import io.gpurig.lab.Lab;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Shows the main job on simulated hosts. */
@Command(
    name = "demo",
    description = {
      "Shows what gpurig does, on simulated hosts that it starts and ends.",
      "A plan, an apply, and a second plan that finds nothing to change."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  gpurig demo                  needs no root, no Docker and no GPU"
    })
final class DemoCommand implements Callable<Integer> {
  private static final int HOSTS = 3;

  private final Console console;

  DemoCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Path folder = Files.createTempDirectory("gpurig-demo");
    try (Lab lab = Lab.start(folder.resolve("lab"), HOSTS)) {
      console.out().printf("%d simulated hosts are up: a driverless H100 server each%n", HOSTS);
      Path plan = folder.resolve("gpu-nodes.yaml");
      Files.write(plan, example());
      int pending = run(lab, "plan", plan);
      int applied = run(lab, "apply", plan);
      int again = run(lab, "plan", plan);
      boolean asShown =
          pending == ExitCode.CHANGES_PENDING.code()
              && applied == ExitCode.DESIRED_STATE.code()
              && again == ExitCode.DESIRED_STATE.code();
      return asShown ? ExitCode.DESIRED_STATE.code() : ExitCode.HOST_FAILED.code();
    } finally {
      delete(folder);
    }
  }

  private int run(Lab lab, String command, Path plan) {
    console.out().printf("%n$ gpurig %s %s -i %s%n", command, plan, lab.inventory());
    console.out().flush();
    Map<String, String> environment = new HashMap<>(console.environment());
    // the hosts are gone when the demo is, so nothing of them is kept
    environment.put("XDG_STATE_HOME", plan.resolveSibling("state").toString());
    Console own =
        new Console(
            console.out(),
            console.err(),
            console.colour(),
            environment,
            console.home(),
            console.terminal(),
            console.patience());
    int code = Gpurig.run(own, command, plan.toString(), "-i", lab.inventory().toString());
    console.out().println("exit code " + code);
    return code;
  }

  private static byte[] example() throws IOException {
    try (InputStream plan = DemoCommand.class.getResourceAsStream("gpu-nodes.yaml")) {
      return Objects.requireNonNull(plan, "gpu-nodes.yaml").readAllBytes();
    }
  }

  private static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, java.io.IOException failure)
              throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
