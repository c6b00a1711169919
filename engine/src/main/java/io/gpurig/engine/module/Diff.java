package io.gpurig.engine.module;

import io.gpurig.engine.change.Change;
import java.util.List;

/**
 * What a module found.
 *
 * @param changes in the order in which to make them
 * @param findings what is to be said; one that is neither note nor warning holds up the whole host
 */
public record Diff(List<Change> changes, List<Finding> findings) {
  /** All is as it should be. */
  public static final Diff NOTHING = new Diff(List.of(), List.of());

  public Diff {
    changes = List.copyOf(changes);
    findings = List.copyOf(findings);
  }

  /** Returns that a host cannot be brought to what the section asks for. */
  public static Diff blocked(Finding finding) {
    return new Diff(List.of(), List.of(finding));
  }
}
