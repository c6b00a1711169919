package io.gpurig.engine.docker;

import com.github.dockerjava.transport.DockerHttpClient.Response;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** An answer of the engine; closing it gives the channel back, or away. */
final class HttpAnswer implements Response {
  /** A container in all detail has 20 KB, and a log is read to its last 8 MiB. */
  private static final long LARGEST = 16 << 20;

  /** What tells of a pull, which nobody keeps. */
  private static final long LARGEST_STREAM = 256 << 20;

  private final HttpChannel.Head head;
  private final HttpBody body;
  private final Watchdog dog;
  private final Consumer<Boolean> whenDone;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Makes the answer.
   *
   * @param whenDone told once whether the channel can be used again
   */
  HttpAnswer(HttpChannel.Head head, HttpBody body, Watchdog dog, Consumer<Boolean> whenDone) {
    this.head = head;
    this.body = body;
    this.dog = dog;
    this.whenDone = whenDone;
  }

  @Override
  public int getStatusCode() {
    return head.status() == 101 ? 200 : head.status(); // docker-java takes nothing but 2xx
  }

  @Override
  public Map<String, List<String>> getHeaders() {
    return head.headers();
  }

  @Override
  public InputStream getBody() {
    return new FilterInputStream(body) {
      private long left = dog.limit().silence() ? LARGEST_STREAM : LARGEST;

      @Override
      public int read() throws IOException {
        try {
          int c = super.read();
          count(c < 0 ? 0 : 1);
          return c;
        } catch (IOException e) {
          throw explained(e);
        }
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        try {
          int n = super.read(bytes, offset, length);
          count(Math.max(0, n));
          return n;
        } catch (IOException e) {
          throw explained(e);
        }
      }

      private void count(int n) throws IOException {
        dog.fed();
        left -= n;
        if (left < 0) {
          throw DockerProblems.tooLarge();
        }
      }
    };
  }

  private IOException explained(IOException failure) {
    return dog.hasBitten() ? DockerProblems.deadline(dog.limit(), failure) : failure;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      boolean finished = false;
      try {
        finished = body.finish() && !head.hasToken("Connection", "close");
      } catch (IOException gone) {
        // then it is not used again
      } finally {
        dog.stop();
        whenDone.accept(finished && !dog.hasBitten());
      }
    }
  }
}
