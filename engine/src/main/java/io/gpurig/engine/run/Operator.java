package io.gpurig.engine.run;

import io.gpurig.engine.problem.Problem;

/** The person, or the machine, that a run is for and that can end it. */
public interface Operator {
  /** Nobody: a run goes to its end. */
  Operator NONE =
      new Operator() {
        @Override
        public boolean wantsToStop() {
          return false;
        }

        @Override
        public boolean agrees(String question) {
          return false;
        }
      };

  /**
   * Returns whether the run is to end soon: no host is started, and on those that have been the
   * action that runs is the last. Asked from many threads.
   */
  boolean wantsToStop();

  /** Returns what is told of work that is ended because of that. */
  default Problem why() {
    return Interrupted.problem();
  }

  /** Returns whether the rollout is to go on; waits for the answer. */
  boolean agrees(String question) throws InterruptedException;
}
