package io.gpurig.engine.connect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs the tools of OpenSSH. */
final class Tool {
  private Tool() {}

  /** Runs a command that must succeed; returns what it prints. */
  static String run(String... command) throws IOException, InterruptedException {
    return run(Map.of(), command);
  }

  static String run(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as("%s: %s", List.of(command), output).isZero();
    return output;
  }

  /** Makes a key pair and returns the private key's file. */
  static Path key(Path folder, String name, String passphrase, String... options)
      throws IOException, InterruptedException {
    Path file = folder.resolve(name);
    String[] command = {"ssh-keygen", "-q", "-N", passphrase, "-C", name, "-f", file.toString()};
    String[] all = new String[command.length + options.length];
    System.arraycopy(command, 0, all, 0, command.length);
    System.arraycopy(options, 0, all, command.length, options.length);
    run(all);
    return file;
  }

  static boolean exists(String program) {
    return List.of("/usr/bin/", "/usr/sbin/", "/bin/").stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder + program)));
  }
}
