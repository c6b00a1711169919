package io.gpurig.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpurig.engine.connect.Password;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The password of sudo that the command line hands over, as with Ansible: asked for, or from a
 * file, a program or standard input. It is got once, when the first host is looked at.
 */
final class BecomePassword {
  private final BecomeOptions options;
  private final Console console;
  private final Problems problems;
  private Optional<Password> password = Optional.empty();
  private boolean asked;

  BecomePassword(BecomeOptions options, Console console, Problems problems) {
    this.options = options;
    this.console = console;
    this.problems = problems;
  }

  /** Returns the password, empty if none is handed over. */
  Optional<Password> get() {
    if (!asked) {
      asked = true;
      password = find();
    }
    return password;
  }

  private Optional<Password> find() {
    if (options.ask()) {
      Optional<Questions> terminal = Questions.ofProcess(console);
      if (terminal.isEmpty()) {
        return refused("--ask-become-pass needs a terminal to ask on");
      }
      return terminal.get().secret("BECOME password: "); // Ansible's words
    }
    return options.file().flatMap(this::read);
  }

  private Optional<Password> read(Path file) {
    try {
      String text = text(file).replaceFirst("[\r\n]+$", "");
      return text.isEmpty()
          ? refused("`" + file + "` gives no password")
          : Optional.of(new Password(text));
    } catch (IllegalArgumentException e) {
      return refused("`" + file + "` gives more than one line");
    } catch (IOException e) {
      return refused("`" + file + "` cannot be read");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return refused("interrupted");
    }
  }

  private static String text(Path file) throws IOException, InterruptedException {
    if (file.equals(Path.of("-"))) {
      return new String(System.in.readAllBytes(), UTF_8);
    }
    if (!Files.isExecutable(file) || !Files.isRegularFile(file)) {
      return Files.readString(file);
    }
    Process process =
        new ProcessBuilder(file.toAbsolutePath().toString())
            .redirectInput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (InputStream out = process.getInputStream()) {
      String text = new String(out.readAllBytes(), UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException("exit status " + process.exitValue());
      }
      return text;
    }
  }

  private Optional<Password> refused(String why) {
    problems.add(
        Problem.error("become/password", why)
            .suggest("name a file with --become-password-file, or set ansible_become_password"));
    return Optional.empty();
  }
}
