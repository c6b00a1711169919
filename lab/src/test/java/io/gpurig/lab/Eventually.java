package io.gpurig.lab;

import java.time.Duration;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Waits for what happens on another thread. */
final class Eventually {
  private Eventually() {}

  /** Tries an assertion until it holds; fails as it does when ten seconds are over. */
  static void holds(ThrowingCallable assertion) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (true) {
      try {
        assertion.call();
        return;
      } catch (Throwable e) {
        if (System.nanoTime() > end) {
          Assertions.fail(e.getMessage(), e);
        }
      }
      Thread.sleep(20);
    }
  }
}
