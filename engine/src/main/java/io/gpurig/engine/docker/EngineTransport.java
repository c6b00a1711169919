package io.gpurig.engine.docker;

import static java.util.Objects.requireNonNullElse;

import com.github.dockerjava.transport.DockerHttpClient;
import io.gpurig.engine.docker.Watchdog.Limit;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 over byte streams that a dialer opens, a few of which are kept for the next request.
 *
 * <p>docker-java's own transports know neither SSH nor other streams. A request is repeated once,
 * and only a GET, when a stream that was kept turns out to be dead.
 */
final class EngineTransport implements DockerHttpClient {
  private static final int CHANNELS = 4;
  private static final InheritableThreadLocal<Limit> LIMIT = new InheritableThreadLocal<>();
  private final Dialer dialer;
  private final Limit usual;
  private final Semaphore permits = new Semaphore(CHANNELS);
  private final Deque<HttpChannel> idle = new ConcurrentLinkedDeque<>();
  private final AtomicInteger requests = new AtomicInteger();
  private volatile boolean closed;

  EngineTransport(Dialer dialer, Duration usual) {
    this.dialer = dialer;
    this.usual = new Limit(usual, false);
  }

  /** Runs calls, which docker-java may make on a thread that it starts, under another limit. */
  <T> T within(Limit other, Call<T> call) throws DockerException {
    LIMIT.set(other);
    try {
      return call.run();
    } finally {
      LIMIT.remove();
    }
  }

  /** Something that makes requests. */
  @FunctionalInterface
  interface Call<T> {
    T run() throws DockerException;
  }

  int requests() {
    return requests.get();
  }

  @Override
  public Response execute(Request request) {
    Limit allowed = requireNonNullElse(LIMIT.get(), usual);
    try {
      acquire(allowed);
      HttpChannel kept = kept();
      if (kept != null) {
        try {
          return exchange(kept, request, allowed);
        } catch (DockerException e) {
          throw e;
        } catch (IOException stale) {
          if (!request.method().equals("GET")) {
            throw DockerProblems.lost(request.method() + " " + request.path(), stale);
          }
          acquire(allowed);
        }
      }
      return first(request, allowed);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void acquire(Limit allowed) throws DockerException {
    try {
      if (!permits.tryAcquire(allowed.time().toMillis(), TimeUnit.MILLISECONDS)) {
        throw DockerProblems.deadline(allowed, null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw DockerProblems.cancelled(e);
    }
  }

  private @Nullable HttpChannel kept() {
    for (HttpChannel channel = idle.pollFirst(); channel != null; channel = idle.pollFirst()) {
      if (channel.isReusable()) {
        return channel;
      }
      channel.close();
    }
    return null;
  }

  /** Sends over a new channel; if nothing answers there, the dialer may know another way. */
  private Response first(Request request, Limit allowed) throws IOException {
    boolean dialed = false;
    HttpChannel channel;
    try {
      channel = new HttpChannel(dialer.dial());
      dialed = true;
    } finally {
      if (!dialed) {
        permits.release();
      }
    }
    try {
      return exchange(channel, request, allowed);
    } catch (DockerException e) {
      throw e;
    } catch (IOException e) {
      throw dialer.explain(e);
    }
  }

  /** Owns the channel and its permit from now on. */
  private Response exchange(HttpChannel channel, Request request, Limit allowed)
      throws IOException {
    requests.incrementAndGet();
    Watchdog dog = Watchdog.start(allowed, channel::close);
    boolean answered = false;
    try {
      HttpRequest.write(request, channel.output());
      HttpChannel.Head head = channel.readHead();
      if (head.status() == 101) {
        pump(request, channel.output());
      }
      HttpBody body = HttpBody.of(head, channel.input());
      answered = true;
      return new HttpAnswer(head, body, dog, reusable -> release(channel, reusable));
    } catch (IOException e) {
      throw dog.hasBitten() ? DockerProblems.deadline(allowed, e) : e;
    } finally {
      if (!answered) {
        dog.stop();
        release(channel, false);
      }
    }
  }

  private void release(HttpChannel channel, boolean reusable) {
    if (reusable && !closed) {
      idle.addFirst(channel);
      if (closed) {
        close();
      }
    } else {
      channel.close();
    }
    permits.release();
  }

  /** Sends what a hijacked request reads, then says that no more comes. */
  private static void pump(Request request, OutputStream out) {
    InputStream in = request.hijackedInput();
    if (in != null) {
      Thread.ofVirtual()
          .name("docker-stdin")
          .start(
              () -> {
                try (in;
                    out) {
                  byte[] buffer = new byte[8192];
                  for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    out.write(buffer, 0, n);
                    out.flush();
                  }
                } catch (IOException gone) {
                  // whoever reads the answer hears of it
                }
              });
    }
  }

  @Override
  public void close() {
    closed = true;
    for (HttpChannel channel = idle.poll(); channel != null; channel = idle.poll()) {
      channel.close();
    }
  }
}
