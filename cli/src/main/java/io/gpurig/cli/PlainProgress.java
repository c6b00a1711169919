package io.gpurig.cli;

import io.gpurig.engine.report.SafeText;
import io.gpurig.engine.run.Event;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** A line an event, with the time; a wait that goes on says so once. */
final class PlainProgress implements Progress {
  /** What Docker says of each layer of an image, many times: too much for a log. */
  private static final Pattern LAYER = Pattern.compile("[0-9a-f]{12}: ");

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

  private final PrintWriter err;
  private final Clock clock;
  private final boolean verbose;
  private final Map<String, String> last = new ConcurrentHashMap<>();

  PlainProgress(PrintWriter err, Clock clock, boolean verbose) {
    this.err = err;
    this.clock = clock;
    this.verbose = verbose;
  }

  @Override
  public void on(Event event) {
    switch (event) {
      case Event.FleetStarted started -> {}
      case Event.BatchStarted(int number, int batches, int hosts) ->
          say("batch %d of %d: %s".formatted(number, batches, hosts(hosts)));
      case Event.RolloutHeld(String text) -> say("rollout: " + text);
      case Event.HostStarted started -> {
        if (verbose) {
          line(started.host(), "connecting and reading");
        }
      }
      case Event.ChangeStarted started -> line(started.host(), started.change().target());
      case Event.ActionStarted started -> line(started.host(), "  " + started.action().describe());
      case Event.Progress progress -> {
        if (verbose || !LAYER.matcher(progress.text()).lookingAt()) {
          line(progress.host(), "    " + progress.text());
        }
      }
      case Event.Output output -> {
        if (verbose) {
          line(output.host(), "    " + output.line());
        }
      }
      case Event.Undoing undoing -> line(undoing.host(), "  undo: " + undoing.action().describe());
      case Event.ChangeDone done -> line(done.host(), done.change().target() + ": done");
      case Event.HealthCheckStarted started -> line(started.host(), "health check");
      case Event.HealthCheckDone(String host, var problem) ->
          line(host, problem.map(p -> "unhealthy: " + p.message()).orElse("healthy"));
      case Event.HostDone done -> {
        // a host on which nothing was done is left to the report
        if (last.containsKey(done.host())) {
          HostEnd.of(done.report()).ifPresent(text -> line(done.host(), text));
        }
        last.remove(done.host());
      }
    }
  }

  private static String hosts(int number) {
    return number + (number == 1 ? " host" : " hosts");
  }

  @Override
  public void say(String text) {
    err.println(time() + "  " + SafeText.line(text));
  }

  private void line(String host, String text) {
    if (!text.equals(last.put(host, text))) {
      err.println(SafeText.line(time() + "  " + host + "  " + text));
    }
  }

  private String time() {
    return TIME.format(LocalTime.now(clock));
  }
}
