package io.gpurig.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The terminal of this process. Java knows of standard input and output together only, so the shell
 * is asked, once and after each change of the size.
 */
final class Tty implements Terminal {
  private static final Pattern ANSWER = Pattern.compile("(in)?\\s*(?:([0-9]+) ([0-9]+))?\\s*");

  private final Map<String, String> environment;
  private final BlockingQueue<String> typed = new LinkedBlockingQueue<>();
  private volatile Optional<State> state = Optional.empty();
  private boolean reading;

  Tty(Map<String, String> environment) {
    this.environment = environment;
  }

  private record State(boolean input, Optional<Size> size) {}

  @Override
  public Optional<Size> size() {
    return known().size();
  }

  @Override
  public boolean canAsk() {
    return known().input() && known().size().isPresent();
  }

  private State known() {
    State known = state.orElseGet(this::ask);
    if (state.isEmpty()) {
      state = Optional.of(known);
      Signals.on("WINCH", () -> state = Optional.of(ask()));
    }
    return known;
  }

  private State ask() {
    if (environment.getOrDefault("TERM", "dumb").equals("dumb") || isRedirected()) {
      return new State(false, Optional.empty());
    }
    try {
      Process process =
          new ProcessBuilder("/bin/sh", "-c", "[ ! -t 0 ] || echo in; [ ! -t 2 ] || stty size <&2")
              .redirectInput(ProcessBuilder.Redirect.INHERIT)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      Matcher answer = ANSWER.matcher(new String(process.getInputStream().readAllBytes(), UTF_8));
      if (!answer.matches()) {
        return new State(false, Optional.empty());
      }
      return new State(
          answer.group(1) != null,
          Optional.ofNullable(answer.group(2))
              .map(rows -> new Size(positive(answer.group(3), 80), positive(rows, 24))));
    } catch (IOException e) {
      return new State(false, Optional.empty());
    }
  }

  /** Where Linux tells, no process has to be asked whether standard error is a terminal. */
  private static boolean isRedirected() {
    try {
      Path error = Files.readSymbolicLink(Path.of("/proc/self/fd/2"));
      return !error.startsWith("/dev") || error.equals(Path.of("/dev/null"));
    } catch (IOException e) {
      return false;
    }
  }

  /** Some terminals say 0 for what they do not know. */
  private static int positive(String number, int otherwise) {
    int value = number.length() > 4 ? 0 : Integer.parseInt(number);
    return value > 0 ? value : otherwise;
  }

  @Override
  public Optional<String> line(Duration wait) throws InterruptedException {
    synchronized (this) {
      if (!reading) {
        reading = true;
        Thread.ofPlatform().daemon().name("standard-input").start(this::read);
      }
    }
    return Optional.ofNullable(typed.poll(wait.toMillis(), TimeUnit.MILLISECONDS));
  }

  /** A read of standard input cannot be ended, so it has a thread that the process may leave. */
  private void read() {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(new FileInputStream(FileDescriptor.in), UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        typed.add(line);
      }
    } catch (IOException e) {
      // as at its end: nobody answers
    }
    typed.add("");
  }
}
