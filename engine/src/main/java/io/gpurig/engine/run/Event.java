package io.gpurig.engine.run;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.HostReport;
import java.util.Optional;

/**
 * What happens during a run, as it happens. Events of different hosts come from different threads.
 */
public sealed interface Event {
  /** Returns the host that it is about; empty if it is about all of them. */
  String host();

  /** A run begins, for so many hosts. */
  record FleetStarted(int hosts) implements Event {
    @Override
    public String host() {
      return "";
    }
  }

  /** A batch of a rollout begins; they count from 1. */
  record BatchStarted(int number, int batches, int hosts) implements Event {
    @Override
    public String host() {
      return "";
    }
  }

  /** The rollout waits between two batches, or stops; the text says why. */
  record RolloutHeld(String text) implements Event {
    @Override
    public String host() {
      return "";
    }
  }

  /** A host's turn has come. */
  record HostStarted(String host) implements Event {}

  /** A host that was changed is asked whether it is healthy. */
  record HealthCheckStarted(String host) implements Event {}

  /** A host answered; empty if it is healthy. */
  record HealthCheckDone(String host, Optional<Problem> problem) implements Event {}

  /** A change begins. */
  record ChangeStarted(String host, Change change) implements Event {}

  /** An action of a change begins. */
  record ActionStarted(String host, Action action) implements Event {}

  /** Something moved within an action, in words. */
  record Progress(String host, String text) implements Event {}

  /** A command of an action wrote a line. */
  record Output(String host, String line) implements Event {}

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
