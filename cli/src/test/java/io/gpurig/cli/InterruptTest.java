package io.gpurig.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpurig.lab.Lab;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C, which only a process of its own can be sent. */
final class InterruptTest {
  @TempDir private Path folder = Path.of("");

  /** A driver that never comes up: what is waited for does not come true in the meantime. */
  private static final String NEVER_UP = "580.999.1-ubuntu22.04";

  private static final String UP = "580.126.20-ubuntu22.04";

  @Test
  void onceTakesBackWhatIsNotWhole() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), 3)) {
      Process process = apply(lab, NEVER_UP, "{}");
      try (BufferedReader err = process.errorReader(UTF_8)) {
        await(err, "  wait for the driver");
        signal(process, "INT");
        String rest = String.join("\n", err.lines().toList());
        String report = new String(process.getInputStream().readAllBytes(), UTF_8);

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(rest).contains("stopping: no host is started any more", "undo: ");
        assertThat(process.exitValue()).as(report + rest).isEqualTo(1);
        assertThat(report)
            .contains("gpu-01: failed", "failed and taken back", "error[run/interrupted]")
            .contains("gpu-02, gpu-03: not started", "because the run was interrupted")
            .endsWith("3 hosts: 2 not started, 1 failed\n");
      } finally {
        process.destroyForcibly();
      }
    }
  }

  @Test
  void aPauseIsEndedToo() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), 2)) {
      Process process = apply(lab, UP, "{batch: 1, pause: 10m}");
      try (BufferedReader err = process.errorReader(UTF_8)) {
        await(err, "rollout: waiting 600 s");
        signal(process, "TERM");
        String rest = String.join("\n", err.lines().toList());
        String report = new String(process.getInputStream().readAllBytes(), UTF_8);

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(report + rest).isEqualTo(1);
        assertThat(report).endsWith("2 hosts: 1 changed and proven, 1 not started\n");
      } finally {
        process.destroyForcibly();
      }
    }
  }

  @Test
  void twiceEndsNow() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), 1)) {
      Process process = apply(lab, NEVER_UP, "{}");
      try (BufferedReader err = process.errorReader(UTF_8)) {
        await(err, "  wait for the driver");
        signal(process, "INT");
        await(err, "stopping: ");
        signal(process, "INT");
        while (process.isAlive() && err.readLine() != null) {
          // what is written until then must not fill the pipe
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        // the first signal may have ended the run by the time of the second
        assertThat(process.exitValue()).isIn(130, 1);
      } finally {
        process.destroyForcibly();
      }
    }
  }

  private Process apply(Lab lab, String tag, String rollout) throws IOException {
    Path plan =
        Files.writeString(
            folder.resolve("plan.yaml"),
            "name: Test\nhosts: lab\nrollout: "
                + rollout
                + "\ndriver: {deploy: true, image: nvcr.io/nvidia/driver:"
                + tag
                + "}\n");
    List<String> words =
        new ArrayList<>(
            List.of(
                // whoever runs the tests in the background may have them ignore Ctrl-C
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path", ""),
                Main.class.getName(),
                "apply",
                plan.toString(),
                "-i",
                lab.inventory().toString(),
                "--forks",
                "1"));
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().put("XDG_STATE_HOME", folder.resolve("state").toString());
    return builder.start();
  }

  private static void await(BufferedReader err, String text) throws IOException {
    String line = err.readLine();
    List<String> seen = new ArrayList<>();
    while (line != null && !line.contains(text)) {
      seen.add(line);
      line = err.readLine();
    }
    assertThat(line).as(String.join("\n", seen)).isNotNull();
  }

  private static void signal(Process process, String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }
}
