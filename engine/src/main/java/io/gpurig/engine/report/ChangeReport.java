package io.gpurig.engine.report;

import static java.util.Objects.requireNonNull;

import io.gpurig.engine.change.Change;
import java.util.List;

/**
 * A change and what became of it.
 *
 * @param change the change
 * @param outcome what became of it
 * @param undone what was taken back, in words, in the order in which it was done
 */
public record ChangeReport(Change change, Outcome outcome, List<String> undone) {
  public ChangeReport {
    requireNonNull(change, "change is null");
    requireNonNull(outcome, "outcome is null");
    undone = List.copyOf(undone);
  }

  /** Creates the report of a change of which nothing was taken back. */
  public ChangeReport(Change change, Outcome outcome) {
    this(change, outcome, List.of());
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
