package io.gpurig.engine.docker;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Cuts one exchange when it takes too long: at a fixed time, or after silence. The streams have no
 * read timeouts of their own.
 */
final class Watchdog {
  /** So many times as long a host may say something now and then without coming to an end. */
  private static final int MOST = 36;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Limit limit;
  private final Runnable cut;
  private final long end;
  private long deadline;
  private boolean done;
  private boolean bitten;

  /**
   * How long an exchange may take.
   *
   * @param time the time
   * @param silence whether the time starts anew with everything that arrives, though not for ever
   */
  record Limit(Duration time, boolean silence) {}

  private Watchdog(Limit limit, Runnable cut) {
    this.limit = limit;
    this.cut = cut;
    this.deadline = System.nanoTime() + limit.time().toNanos();
    this.end = System.nanoTime() + limit.time().multipliedBy(MOST).toNanos();
  }

  static Watchdog start(Limit limit, Runnable cut) {
    Watchdog dog = new Watchdog(limit, cut);
    Thread.ofVirtual().name("docker-deadline").start(dog::watch);
    return dog;
  }

  private void watch() {
    lock.lock();
    try {
      for (long left = left(); left > 0 && !done; left = left()) {
        changed.awaitNanos(left);
      }
      if (done) {
        return;
      }
      bitten = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does that to this thread
    } finally {
      lock.unlock();
    }
    cut.run();
  }

  private long left() {
    return deadline - System.nanoTime();
  }

  /** Says that something arrived. */
  void fed() {
    if (limit.silence()) {
      lock.lock();
      try {
        deadline = Math.min(System.nanoTime() + limit.time().toNanos(), end);
      } finally {
        lock.unlock();
      }
    }
  }

  /** Ends the watch. */
  void stop() {
    lock.lock();
    try {
      done = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether the exchange was cut. */
  boolean hasBitten() {
    lock.lock();
    try {
      return bitten;
    } finally {
      lock.unlock();
    }
  }

  Limit limit() {
    return limit;
  }
}
