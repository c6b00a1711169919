package io.gpurig.engine.run;

/** Whether somebody wants a run to end: it finishes the running action, then starts no other. */
@FunctionalInterface
public interface Stop {
  /** Nobody ever does. */
  Stop NEVER = () -> false;

  /** Returns whether the run is to end. Called from many threads. */
  boolean isRequested();
}
