package io.gpurig.cli;

import io.gpurig.engine.run.Event;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Shows what happens, a line an event; a wait that goes on says so once. */
final class Progress implements Event.Listener {
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
      case Event.Progress progress -> line(progress.host(), "    " + progress.text());
      case Event.Undoing undoing -> line(undoing.host(), "  undo: " + undoing.action().describe());
      case Event.ChangeDone done -> line(done.host(), done.change().target() + ": done");
      case Event.HostDone done -> last.remove(done.host());
    }
  }

  private void line(String host, String text) {
    if (!text.equals(last.put(host, text))) {
      err.println(Printable.line(host + "  " + text));
    }
  }
}
