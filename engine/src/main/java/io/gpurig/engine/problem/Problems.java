package io.gpurig.engine.problem;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Collects problems so that all of them can be shown together. Not safe for use by many threads.
 */
public final class Problems {
  private final List<Problem> problems = new ArrayList<>();

  /** Adds one problem, unless an equal one is there already. */
  public void add(Problem problem) {
    if (!problems.contains(problem)) {
      problems.add(problem);
    }
  }

  /** Adds several problems. */
  public void addAll(Collection<Problem> more) {
    more.forEach(this::add);
  }

  /** Returns whether any of the problems blocks the work. */
  public boolean block() {
    return problems.stream().anyMatch(Problem::blocks);
  }

  /** Returns the problems in the order of their positions. */
  public List<Problem> sorted() {
    return problems.stream().sorted(Problem.BY_POSITION).toList();
  }
}
