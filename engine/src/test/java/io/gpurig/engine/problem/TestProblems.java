package io.gpurig.engine.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TestProblems {
  private static final Source PLACE = new Source("f", 1, 1, 1, "x");

  @Test
  void equalProblemsAreKeptOnce() {
    Problems problems = new Problems();
    problems.add(Problem.error("a/b", "once"));
    problems.add(Problem.error("a/b", "once"));
    assertThat(problems.sorted()).hasSize(1);
    assertThat(problems.block()).isTrue();
  }

  @Test
  void aWarningGivesWayToAnErrorAtItsPlace() {
    Problem warning =
        new Problem(Severity.WARNING, "w", Optional.of(PLACE), "mild", Optional.empty());
    Problem elsewhere = Problem.warning("w", "of no place");
    Problems problems = new Problems();
    problems.add(warning);
    problems.add(elsewhere);
    assertThat(problems.sorted()).containsExactly(elsewhere, warning);
    assertThat(problems.block()).isFalse();
    Problem error = Problem.error("e", PLACE, "severe");
    problems.add(error);
    assertThat(problems.sorted()).containsExactly(elsewhere, error);
  }

  @Test
  void notesAndWarningsHoldUpNothing() {
    for (Severity severity : Severity.values()) {
      boolean holds = severity == Severity.REFUSED || severity == Severity.ERROR;
      Problem problem = new Problem(severity, "x/y", Optional.empty(), "m", Optional.empty());
      assertThat(problem.blocks()).as(severity.name()).isEqualTo(holds);
    }
  }
}
