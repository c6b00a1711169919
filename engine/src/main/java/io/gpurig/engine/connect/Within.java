package io.gpurig.engine.connect;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Runs something that cannot be trusted to end. */
final class Within {
  private Within() {}

  /**
   * Runs a body on a thread of its own and waits for it at most so long. That is a thread of the
   * system: for virtual ones that wait for a socket the JVM has a thread in epoll_wait(2), and with
   * one in native code its exit takes 300 ms longer (OpenJDK, vmOperations.cpp,
   * wait_for_threads_in_native_to_block). The thread is never interrupted, since that would close a
   * socket that it happens to write to; {@code cut} must make the body end.
   *
   * @param late gets the result if it comes after all
   * @throws TimeoutException when the limit has passed; the body may still run
   * @throws InterruptedException when the caller was interrupted; the body may still run
   * @throws ExecutionException when the body failed
   */
  static <T> T limit(Duration limit, String name, Callable<T> body, Runnable cut, Consumer<T> late)
      throws TimeoutException, InterruptedException, ExecutionException {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread.ofPlatform().daemon().name(name).start(() -> run(body, result, late));
    try {
      return result.get(Math.max(1, limit.toMillis()), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | InterruptedException e) {
      if (!result.completeExceptionally(e) && !result.isCompletedExceptionally()) {
        late.accept(result.resultNow());
      }
      Thread.ofVirtual().name(name + "-cut").start(cut);
      throw e;
    }
  }

  private static <T> void run(Callable<T> body, CompletableFuture<T> result, Consumer<T> late) {
    try {
      T value = body.call();
      if (!result.complete(value)) {
        late.accept(value);
      }
    } catch (Throwable failure) { // also errors: somebody waits
      result.completeExceptionally(failure);
    }
  }
}
