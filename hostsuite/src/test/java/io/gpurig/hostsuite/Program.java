package io.gpurig.hostsuite;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Programs that tests run as processes of their own. */
final class Program {
  private static final Path JAR = Path.of("../cli/target/gpurig.jar");

  private Program() {}

  /**
   * What a program that ended left behind.
   *
   * @param exit its exit status
   */
  record Result(int exit, String out, String err) {
    /** Returns both outputs, for the message of an assertion. */
    String both() {
      return "exit " + exit + "\n" + out + err;
    }
  }

  /** Runs the packaged gpurig. */
  static Result gpurig(Object... arguments) throws IOException {
    return run(gpurigCommand(arguments));
  }

  static List<String> gpurigCommand(Object... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                JAR.toString()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return command;
  }

  /** Runs one of the suite's own scripts, which must succeed, and returns what it prints. */
  static String script(String path, String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of("bash", path));
    command.addAll(List.of(words));
    Result result = run(command);
    if (result.exit() != 0) {
      throw new IOException(command + ": " + result.both());
    }
    return result.out();
  }

  /** Runs a program without input, for five minutes at most. */
  static Result run(List<String> command) throws IOException {
    return run(command, Map.of());
  }

  /** Runs a program with these variables added to its environment. */
  static Result run(List<String> command, Map<String, String> environment) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    // the agent and keys of whoever runs the tests are not theirs
    builder.environment().remove("SSH_AUTH_SOCK");
    Process process = builder.start();
    process.getOutputStream().close();
    CompletableFuture<String> err =
        // not in the common pool: on two cores that has one thread, and tests run several programs
        CompletableFuture.supplyAsync(
            () -> read(process.getErrorStream()), Thread::startVirtualThread);
    String out = read(process.getInputStream());
    try {
      if (!process.waitFor(5, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IOException(command + " did not end");
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(command + " was interrupted");
    }
    return new Result(process.exitValue(), out, err.join());
  }

  private static String read(InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
