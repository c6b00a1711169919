package io.gpurig.engine.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Works on many hosts, so many at once. A host that waits for its turn costs nothing but its entry
 * in the list: no thread, no connection.
 */
final class Turns {
  private final int forks;

  Turns(int forks) {
    this.forks = forks;
  }

  /** Returns what the work makes of each target, in their order. */
  <T, R> List<R> each(List<T> targets, Function<T, R> work) throws InterruptedException {
    return eachUntil(() -> false, targets, work).stream().flatMap(Optional::stream).toList();
  }

  /**
   * Returns what the work makes of each target, in their order; nothing for those whose turn had
   * not come when it was to stop.
   */
  <T, R> List<Optional<R>> eachUntil(BooleanSupplier stopped, List<T> targets, Function<T, R> work)
      throws InterruptedException {
    AtomicInteger next = new AtomicInteger();
    AtomicReferenceArray<Optional<R>> results = new AtomicReferenceArray<>(targets.size());
    try (ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("host").factory())) {
      List<Future<?>> workers = new ArrayList<>();
      for (int i = 0; i < Math.min(forks, targets.size()); i++) {
        workers.add(
            threads.submit(
                () -> {
                  int turn = next.getAndIncrement();
                  while (turn < targets.size() && !stopped.getAsBoolean()) {
                    results.set(turn, Optional.of(work.apply(targets.get(turn))));
                    turn = next.getAndIncrement();
                  }
                }));
      }
      for (Future<?> worker : workers) {
        worker.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a host's run ended in a bug", e.getCause());
    }
    List<Optional<R>> all = new ArrayList<>();
    for (int i = 0; i < targets.size(); i++) {
      all.add(Optional.ofNullable(results.get(i)).flatMap(result -> result));
    }
    return all;
  }
}
