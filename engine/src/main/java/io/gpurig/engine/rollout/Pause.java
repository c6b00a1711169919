package io.gpurig.engine.rollout;

import java.time.Duration;

/** What comes between two batches. */
public sealed interface Pause {
  /** So much time; may be none. */
  record Time(Duration duration) implements Pause {}

  /** The person at the terminal is asked. */
  record Prompt() implements Pause {}
}
