package io.gpurig.engine.journal;

import io.gpurig.engine.fact.Shell;
import java.time.Duration;
import java.util.List;

/** The scripts of the lock. */
public final class LockScript {
  /** By this name the process that holds a lock is told from others. */
  private static final String NAME = "gpurig-lock";

  private static final String LOCK =
      "R=${GPURIG_ROOT:-}\n" + Resource.text("guard.sh") + Resource.text("lock.sh");

  private static final String UNLOCK = Resource.text("unlock.sh");

  private LockScript() {}

  /**
   * Returns the command line that takes the lock, or says who has it, and then holds it until its
   * standard input ends. Nothing in it is secret: it shows in the host's process list. Unless the
   * last line was {@code end}, it then guards the host: see {@link
   * io.gpurig.engine.change.Change#mayCutOff}.
   *
   * @param token what tells this holder from others
   * @param patience how long to wait for another to let go; whole seconds
   * @param silence how long nothing may be said on its standard input; whole seconds
   * @param grace how long after that a change that is guarded is taken back; whole seconds
   * @param lost the token of a lock of ours whose connection was lost before anything was begun;
   *     empty if there is none
   */
  public static String hold(
      String token, Owner owner, Duration patience, Duration silence, Duration grace, String lost) {
    return Shell.join(
        List.of(
            "sh",
            "-c",
            LOCK,
            NAME,
            token,
            owner.who(),
            Long.toString(owner.pid()),
            owner.plan(),
            Long.toString(patience.toSeconds()),
            Long.toString(silence.toSeconds()),
            Long.toString(grace.toSeconds()),
            lost));
  }

  /**
   * Returns the script that tells who has the lock.
   *
   * @param force whether to take it away as well
   */
  public static String look(boolean force) {
    return "force=" + (force ? "yes" : "") + "\n" + UNLOCK;
  }
}
