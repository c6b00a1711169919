package io.gpurig.engine.run;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.report.HostReport;

/**
 * What happens during a run, as it happens. Events of different hosts come from different threads.
 */
public sealed interface Event {
  /** Returns the host that it is about. */
  String host();

  /** A change begins. */
  record ChangeStarted(String host, Change change) implements Event {}

  /** An action of a change begins. */
  record ActionStarted(String host, Action action) implements Event {}

  /** Something moved within an action, in words. */
  record Progress(String host, String text) implements Event {}

  /** A change is done. */
  record ChangeDone(String host, Change change) implements Event {}

  /** A change failed and is being taken back. */
  record Undoing(String host, Action action) implements Event {}

  /** Nothing more will happen on this host. */
  record HostDone(String host, HostReport report) implements Event {}

  /** Takes events. Called from many threads. */
  @FunctionalInterface
  interface Listener {
    void on(Event event);
  }
}
