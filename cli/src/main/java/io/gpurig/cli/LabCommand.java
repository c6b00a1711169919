package io.gpurig.cli;

import io.gpurig.engine.report.ExitCode;
import io.gpurig.lab.Lab;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Simulated GPU hosts. */
@Command(
    name = "lab",
    description = {
      "Simulated GPU hosts on this machine, reached over real SSH; for trying things out.",
      "Needs no root, no Docker and no GPU. docs/lab.md says what is simulated."
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(up | down | list)",
    footer = {
      "",
      "Examples:",
      "  gpurig lab up --hosts 3 --detach",
      "  gpurig plan examples/lab/gpu-nodes.yaml -i .gpurig-lab/inventory.yaml",
      "  gpurig lab down"
    })
final class LabCommand implements Callable<Integer> {
  private static final Duration START = Duration.ofSeconds(60);

  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  private LabCommand() {}

  static CommandLine commandLine(Console console) {
    return new CommandLine(new LabCommand())
        .addSubcommand(new Up(console))
        .addSubcommand(new Down(console))
        .addSubcommand(new Listing(console));
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.INPUT_WRONG.code();
  }

  /** Where a lab keeps what it is made of. */
  private static final class Folder {
    @Option(
        names = "--dir",
        paramLabel = "DIR",
        defaultValue = ".gpurig-lab",
        description = "The lab's folder (default: ${DEFAULT-VALUE}).")
    private Path path = Path.of(".gpurig-lab");

    private Folder() {}

    Path inventory() {
      return path.resolve("inventory.yaml");
    }

    Path log() {
      return path.resolve("lab.log");
    }

    /**
     * Removes what the lab itself does not, and the folder, unless somebody put something there.
     */
    void tidy() throws IOException {
      Files.deleteIfExists(log());
      try {
        Files.deleteIfExists(path);
      } catch (DirectoryNotEmptyException e) {
        // what else is in there is not ours
      }
    }

    /** Returns the process of the lab that runs from this folder. */
    Optional<ProcessHandle> process() throws IOException {
      Path file = path.resolve("lab.pid");
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      String pid = Files.readString(file).strip();
      // a pid of a lab that was killed may be somebody else's by now
      return ProcessHandle.of(pid.matches("[0-9]{1,9}") ? Long.parseLong(pid) : -1)
          .filter(p -> p.info().command().filter(c -> c.endsWith("/java")).isPresent());
    }
  }

  @Command(
      name = "up",
      description = "Starts the hosts and keeps them up until Ctrl-C or `gpurig lab down`.",
      mixinStandardHelpOptions = true)
  private static final class Up implements Callable<Integer> {
    private final Console console;

    @CommandLine.Mixin private Folder folder = new Folder();

    @Option(
        names = {"-n", "--hosts"},
        paramLabel = "N",
        defaultValue = "3",
        description = "How many hosts (default: ${DEFAULT-VALUE}).")
    private int hosts;

    @Option(
        names = {"-d", "--detach"},
        description = "Leave the hosts running in the background.")
    private boolean detach;

    Up(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
      if (folder.process().isPresent()) {
        console.err().println("a lab is up in " + folder.path + "; end it with: gpurig lab down");
        return ExitCode.INPUT_WRONG.code();
      }
      return detach ? background() : foreground();
    }

    private int foreground() throws IOException, InterruptedException {
      try (Lab lab = Lab.start(folder.path, Math.max(1, hosts))) {
        console
            .out()
            .printf("%d hosts are up; inventory: %s%n", lab.hosts().size(), lab.inventory());
        CountDownLatch closed = new CountDownLatch(1);
        Thread hook = Thread.ofPlatform().unstarted(() -> end(lab, closed));
        Runtime.getRuntime().addShutdownHook(hook);
        closed.await();
      }
      folder.tidy();
      return ExitCode.DESIRED_STATE.code();
    }

    private void end(Lab lab, CountDownLatch closed) {
      try {
        lab.close();
      } catch (IOException e) {
        console.err().println("the lab did not end cleanly: " + e.getMessage());
      }
      closed.countDown();
    }

    private int background() throws IOException, InterruptedException {
      Files.createDirectories(folder.path.toAbsolutePath());
      File log = folder.log().toFile();
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
                  "-XX:+UseSerialGC",
                  "-cp",
                  System.getProperty("java.class.path", ""),
                  Main.class.getName(),
                  "lab",
                  "up",
                  "--dir",
                  folder.path.toString(),
                  "--hosts",
                  Integer.toString(hosts))
              .redirectOutput(log)
              .redirectErrorStream(true)
              .start();
      for (long waited = 0; waited < START.toMillis() && process.isAlive(); waited += 50) {
        if (Files.exists(folder.inventory())) {
          console.out().printf("%d hosts are up; inventory: %s%n", hosts, folder.inventory());
          return ExitCode.DESIRED_STATE.code();
        }
        Thread.sleep(50);
      }
      process.destroy();
      console.err().println("the lab did not start: " + Files.readString(log.toPath()).strip());
      return ExitCode.HOST_FAILED.code();
    }
  }

  @Command(
      name = "down",
      description = "Ends the hosts and removes what they wrote.",
      mixinStandardHelpOptions = true)
  private static final class Down implements Callable<Integer> {
    private final Console console;

    @CommandLine.Mixin private Folder folder = new Folder();

    Down(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
      Optional<ProcessHandle> process = folder.process();
      if (process.isEmpty()) {
        console.err().println("no lab is up in " + folder.path);
        return ExitCode.INPUT_WRONG.code();
      }
      process.get().destroy();
      try {
        ProcessHandle ended = process.get().onExit().get(START.toSeconds(), TimeUnit.SECONDS);
        folder.tidy();
        console.out().println("the lab of process " + ended.pid() + " is down");
        return ExitCode.DESIRED_STATE.code();
      } catch (ExecutionException | TimeoutException e) {
        console.err().println("the lab of process " + process.get().pid() + " did not end");
        return ExitCode.HOST_FAILED.code();
      }
    }
  }

  @Command(
      name = "list",
      description = "Lists the hosts of the lab that is up.",
      mixinStandardHelpOptions = true)
  private static final class Listing implements Callable<Integer> {
    private final Console console;

    @CommandLine.Mixin private Folder folder = new Folder();

    Listing(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() throws IOException {
      if (folder.process().isEmpty()) {
        console.err().println("no lab is up in " + folder.path);
        return ExitCode.INPUT_WRONG.code();
      }
      console.out().print(Files.readString(folder.inventory()));
      return ExitCode.DESIRED_STATE.code();
    }
  }
}
