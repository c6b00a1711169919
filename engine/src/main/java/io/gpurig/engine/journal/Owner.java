package io.gpurig.engine.journal;

import static java.util.Objects.requireNonNull;

/**
 * Who changes a host.
 *
 * @param who user and controller: {@code alice@ci-runner}
 * @param pid the process on the controller
 * @param plan what is applied, by name
 */
public record Owner(String who, long pid, String plan) {
  public Owner {
    requireNonNull(who, "who is null");
    requireNonNull(plan, "plan is null");
    who = line(who);
    plan = line(plan);
  }

  private static String line(String text) {
    return text.replaceAll("\\p{Cntrl}", " ").strip();
  }
}
