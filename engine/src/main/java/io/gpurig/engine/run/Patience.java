package io.gpurig.engine.run;

import java.time.Duration;

/**
 * How much of the time that hosts are usually given they get, handed in so that tests with hosts
 * that hang need not wait for minutes.
 *
 * @param part one divided by this
 */
public record Patience(int part) {
  /** All of it. */
  public static final Patience USUAL = new Patience(1);

  public Patience {
    if (part < 1) {
      throw new IllegalArgumentException("part is " + part);
    }
  }

  Duration of(Duration usual) {
    return usual.dividedBy(part);
  }
}
