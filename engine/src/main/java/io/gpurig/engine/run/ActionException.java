package io.gpurig.engine.run;

import io.gpurig.engine.problem.Problem;

/** An action did not do what it should; carries the problem to show. */
final class ActionException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  ActionException(Problem problem) {
    super(problem.message());
    this.problem = problem;
  }

  Problem problem() {
    return problem;
  }
}
