package io.gpurig.engine.problem;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Collects problems so that all of them can be shown together. Not safe for use by many threads.
 */
public final class Problems {
  private final Set<Problem> problems = new LinkedHashSet<>();

  /** Adds one problem, unless an equal one is there already. */
  public void add(Problem problem) {
    problems.add(problem);
  }

  /** Adds several problems. */
  public void addAll(Collection<Problem> more) {
    problems.addAll(more);
  }

  /** Returns whether any of the problems blocks the work. */
  public boolean block() {
    return problems.stream().anyMatch(Problem::blocks);
  }

  /**
   * Returns the problems in the order of their positions. A warning about a place that something
   * worse is said about as well is left out: it would say the same again.
   */
  public List<Problem> sorted() {
    Set<Source> blocked =
        problems.stream()
            .filter(Problem::blocks)
            .map(Problem::source)
            .flatMap(Optional::stream)
            .collect(Collectors.toSet());
    return problems.stream()
        .filter(p -> p.blocks() || p.source().filter(blocked::contains).isEmpty())
        .sorted(Problem.BY_POSITION)
        .toList();
  }
}
