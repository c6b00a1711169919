package io.gpurig.cli;

import io.gpurig.engine.report.SafeText;
import io.gpurig.engine.run.Event;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** Shows what happens, a line an event; a wait that goes on says so once. */
final class Progress implements Event.Listener {
  /** What Docker says of each layer of an image, many times: too much for a log. */
  private static final Pattern LAYER = Pattern.compile("[0-9a-f]{12}: ");

  private final PrintWriter err;
  private final Map<String, String> last = new ConcurrentHashMap<>();

  Progress(PrintWriter err) {
    this.err = err;
  }

  @Override
  public void on(Event event) {
    switch (event) {
      case Event.ChangeStarted started -> line(started.host(), started.change().target());
      case Event.ActionStarted started -> line(started.host(), "  " + started.action().describe());
      case Event.Progress progress -> {
        if (!LAYER.matcher(progress.text()).lookingAt()) {
          line(progress.host(), "    " + progress.text());
        }
      }
      case Event.Undoing undoing -> line(undoing.host(), "  undo: " + undoing.action().describe());
      case Event.ChangeDone done -> line(done.host(), done.change().target() + ": done");
      case Event.HostDone done -> last.remove(done.host());
    }
  }

  private void line(String host, String text) {
    if (!text.equals(last.put(host, text))) {
      err.println(SafeText.line(host + "  " + text));
    }
  }
}
