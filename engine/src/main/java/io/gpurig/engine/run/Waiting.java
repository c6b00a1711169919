package io.gpurig.engine.run;

import java.time.Duration;

/** Time, handed in so that tests neither sleep nor guess. */
public interface Waiting {
  /** The machine's own time. */
  Waiting REAL =
      new Waiting() {
        @Override
        public long nanoTime() {
          return System.nanoTime();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
          Thread.sleep(duration);
        }
      };

  /** Returns a time that only moves forward, in nanoseconds. */
  long nanoTime();

  /** Lets this much time pass. */
  void sleep(Duration duration) throws InterruptedException;
}
