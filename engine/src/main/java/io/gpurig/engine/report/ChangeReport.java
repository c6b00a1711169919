package io.gpurig.engine.report;

import static java.util.Objects.requireNonNull;

import io.gpurig.engine.change.Change;

/**
 * A change and what became of it.
 *
 * @param change the change
 * @param outcome what became of it
 */
public record ChangeReport(Change change, Outcome outcome) {
  public ChangeReport {
    requireNonNull(change, "change is null");
    requireNonNull(outcome, "outcome is null");
  }

  /** What became of a change. */
  public enum Outcome {
    /** It is planned, or was not reached. */
    PENDING,
    /** It was made. */
    DONE,
    /** It failed; what it had done was taken back. */
    UNDONE,
    /** It failed, and not all that it had done could be taken back. */
    FAILED
  }
}
