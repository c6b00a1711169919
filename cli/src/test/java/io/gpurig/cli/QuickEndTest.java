package io.gpurig.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpurig.lab.HostKind;
import io.gpurig.lab.Lab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process with a thread in native code, as one that waits for sockets is, ends 300 ms later. */
final class QuickEndTest {
  @TempDir private Path folder = Path.of("");

  /** Does what {@link Main} does, and shows the threads that are left. */
  static final class Threads {
    private Threads() {}

    public static void main(String... args) {
      int exit = Gpurig.run(Console.ofProcess(), args);
      Thread.getAllStackTraces().keySet().forEach(thread -> System.out.println(thread.getName()));
      System.exit(exit);
    }
  }

  @Test
  void noThreadWaitsForSocketsWhenAPlanHasEnded() throws Exception {
    Path out = folder.resolve("out");
    try (Lab lab = Lab.start(folder.resolve("lab"), List.of(HostKind.BARE))) {
      Path plan =
          Files.writeString(
              folder.resolve("plan.yaml"),
              "name: Test\nhosts: all\nruntime: {path: /usr/bin/nvidia-container-runtime}\n");
      ProcessBuilder builder =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path", ""),
                  Threads.class.getName(),
                  "plan",
                  plan.toString(),
                  "-i",
                  lab.inventory().toString())
              .redirectErrorStream(true)
              .redirectOutput(out.toFile());
      builder.environment().put("XDG_STATE_HOME", folder.resolve("state").toString());
      Process process = builder.start();
      try {
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
      } finally {
        process.destroyForcibly();
      }
      String said = Files.readString(out, UTF_8);

      assertThat(process.exitValue()).as(said).isEqualTo(3);
      assertThat(said).contains("1 with changes pending", "Reference Handler");
      assertThat(said).doesNotContain("Poller");
    }
  }
}
