package io.gpurig.cli;

import io.gpurig.engine.run.Operator;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The person at the keyboard. Ctrl-C once: no host is started, the running action of each is the
 * last. Twice: the process ends now. SIGTERM, which CI servers send when a job is cancelled, is the
 * same as Ctrl-C.
 */
final class Attendant implements Operator, AutoCloseable {
  /** What shells report of a process that Ctrl-C ended: 128 and the number of SIGINT. */
  static final int ENDED_BY_SIGINT = 130;

  private static final Duration GLANCE = Duration.ofMillis(100);

  private final Console console;
  private final Progress progress;
  private final AtomicInteger requests = new AtomicInteger();
  private final Runnable giveBackInterrupt;
  private final Runnable giveBackTerminate;

  Attendant(Console console, Progress progress) {
    this.console = console;
    this.progress = progress;
    this.giveBackInterrupt = Signals.on("INT", this::interrupted);
    this.giveBackTerminate = Signals.on("TERM", this::interrupted);
  }

  private void interrupted() {
    if (requests.incrementAndGet() > 1) {
      progress.say(
          "stopped now; what was begun is left as it is. Plan again to see where hosts are");
      progress.close();
      Runtime.getRuntime().halt(ENDED_BY_SIGINT);
    }
    progress.say(
        "stopping: no host is started any more, on each the running action is the last, and a"
            + " change that is not whole is taken back. Once more: stop now");
  }

  @Override
  public boolean wantsToStop() {
    return requests.get() > 0;
  }

  @Override
  public boolean agrees(String question) throws InterruptedException {
    progress.suspend();
    try {
      console.err().print(Printable.line(question) + " [y/N] ");
      console.err().flush();
      while (!wantsToStop()) {
        var line = console.terminal().line(GLANCE);
        if (line.isPresent()) {
          String answer = line.get().strip().toLowerCase(Locale.ROOT);
          return answer.equals("y") || answer.equals("yes");
        }
      }
      return false;
    } finally {
      progress.resume();
    }
  }

  @Override
  public void close() {
    giveBackInterrupt.run();
    giveBackTerminate.run();
  }
}
