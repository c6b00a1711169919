package io.gpurig.engine.fact;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The shells that the read script must run under, those of them that this machine has. */
final class Shells {
  private static final Map<String, List<String>> COMMANDS =
      Map.of(
          "dash", List.of("/bin/dash", "-s"),
          "bash", List.of("/bin/bash", "--posix", "-s"),
          "busybox", List.of("/bin/busybox", "ash", "-s"));

  private Shells() {}

  static List<String> installed() {
    return Stream.of("dash", "bash", "busybox")
        .filter(shell -> Files.isExecutable(Path.of(command(shell).getFirst())))
        .toList();
  }

  /** Runs a script as the shell's standard input and returns what it writes. */
  static byte[] run(String shell, String script) throws IOException, InterruptedException {
    return run(shell, script, Map.of());
  }

  static byte[] run(String shell, String script, Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command(shell));
    builder.environment().putAll(environment);
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    Thread writer =
        Thread.ofVirtual()
            .start(
                () -> {
                  try (OutputStream input = process.getOutputStream()) {
                    input.write(script.getBytes(UTF_8));
                  } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                });
    byte[] output = process.getInputStream().readAllBytes();
    writer.join();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException(shell + " did not end");
    }
    return output;
  }

  private static List<String> command(String shell) {
    List<String> command = COMMANDS.get(shell);
    if (command == null) {
      throw new IllegalArgumentException("unknown shell " + shell);
    }
    return command;
  }
}
