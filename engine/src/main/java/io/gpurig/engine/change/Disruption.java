package io.gpurig.engine.change;

import java.util.Arrays;
import java.util.Locale;

/** What a change does to the work that runs on a host, mildest first. */
public enum Disruption {
  /** Nothing that runs is touched. */
  NONE,
  /** Containers are stopped and started again. */
  WORKSPACE_RESTART,
  /** The container engine is restarted. */
  DOCKER_RESTART,
  /** The host is rebooted. */
  REBOOT;

  /** Returns the word that plans use: {@code workspace-restart}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Returns the disruption that a word of a plan stands for.
   *
   * @throws IllegalArgumentException if there is none; the schema has made sure that there is
   */
  public static Disruption of(String word) {
    return Arrays.stream(values())
        .filter(disruption -> disruption.word().equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("not a disruption: " + word));
  }
}
