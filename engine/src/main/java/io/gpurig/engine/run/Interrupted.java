package io.gpurig.engine.run;

import io.gpurig.engine.problem.Problem;

/** What is said of work that was ended on request. */
final class Interrupted {
  static final String WHY = "the run was interrupted";

  private Interrupted() {}

  /** Throws if the operator wants to stop: to be asked wherever to stop does no harm. */
  static void check(Operator operator) throws ActionException {
    if (operator.wantsToStop()) {
      throw new ActionException(operator.why());
    }
  }

  static Problem problem() {
    return Problem.error("run/interrupted", WHY)
        .suggest("run it again to go on, with --limit @failed for the hosts that are left");
  }
}
