package io.gpurig.engine.run;

import static java.util.Objects.requireNonNull;

import io.gpurig.engine.journal.Owner;
import java.time.Duration;

/**
 * How hosts are treated, whatever the plan.
 *
 * @param who user and controller, for those who find the host locked, and for its history
 * @param pid the process on the controller
 * @param lockTimeout how long to wait for another run to let go of a host; zero does not wait
 * @param hostTimeout how long a host may take in all, from when its turn comes
 * @param patience how long hosts may take for what no plan sets a limit to
 */
public record ApplyOptions(
    String who, long pid, Duration lockTimeout, Duration hostTimeout, Patience patience) {
  /** More than the slowest driver takes to be built, with its takeback. */
  public static final Duration HOST_TIMEOUT = Duration.ofHours(2);

  /** For those who plan only. */
  public static final ApplyOptions NONE =
      new ApplyOptions("gpurig", 0, Duration.ZERO, HOST_TIMEOUT, Patience.USUAL);

  public ApplyOptions {
    requireNonNull(who, "who is null");
    requireNonNull(lockTimeout, "lockTimeout is null");
    requireNonNull(hostTimeout, "hostTimeout is null");
    requireNonNull(patience, "patience is null");
  }

  /** Returns who holds a host's lock while this plan is applied. */
  Owner owner(String plan) {
    return new Owner(who, pid, plan);
  }
}
