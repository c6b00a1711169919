package io.gpurig.engine.run;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How hosts are changed, whatever the plan.
 *
 * @param who user and controller, for those who find the host locked, and for its history
 * @param pid the process on the controller
 * @param lockTimeout how long to wait for another run to let go of a host; zero does not wait
 * @param patience how long hosts may take for what no plan sets a limit to
 */
public record ApplyOptions(String who, long pid, Duration lockTimeout, Patience patience) {
  /** For those who plan only. */
  public static final ApplyOptions NONE =
      new ApplyOptions("gpurig", 0, Duration.ZERO, Patience.USUAL);

  public ApplyOptions {
    requireNonNull(who, "who is null");
    requireNonNull(lockTimeout, "lockTimeout is null");
    requireNonNull(patience, "patience is null");
  }
}
