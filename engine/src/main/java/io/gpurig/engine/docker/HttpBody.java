package io.gpurig.engine.docker;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** The body of an answer, which knows where it ends. */
abstract sealed class HttpBody extends InputStream {
  /** What is left of a body up to this size is read away to keep the channel. */
  private static final int WORTH_DRAINING = 64 * 1024;

  private final byte[] one = new byte[1];

  /** Chooses by the head of the answer. */
  static HttpBody of(HttpChannel.Head head, InputStream in) throws IOException {
    if (head.status() == 204 || head.status() == 304) {
      return new Fixed(in, 0);
    }
    if (head.hasToken("Transfer-Encoding", "chunked")) {
      return new Chunked(in);
    }
    String length = head.headers().getOrDefault("Content-Length", List.of("")).getFirst();
    if (length.isEmpty() || head.status() == 101) {
      return new Endless(in);
    }
    if (!length.matches("\\d{1,18}")) {
      throw new HttpChannel.ProtocolException("Content-Length: " + length);
    }
    return new Fixed(in, Long.parseLong(length));
  }

  @Override
  public final int read() throws IOException {
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public abstract int read(byte[] bytes, int offset, int length) throws IOException;

  /**
   * Returns whether the body is at its end, after reading what little is left of it; never waits
   * for a body that may have no end, such as events or a log that is followed.
   */
  abstract boolean finish() throws IOException;

  private static int some(InputStream in, byte[] bytes, int offset, int length) throws IOException {
    int n = in.read(bytes, offset, length);
    if (n < 0) {
      throw new EOFException("the engine closed the connection amid an answer");
    }
    return n;
  }

  private static final class Fixed extends HttpBody {
    private final InputStream in;
    private long left;

    Fixed(InputStream in, long length) {
      this.in = in;
      this.left = length;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0 || left == 0) {
        return length == 0 ? 0 : -1;
      }
      int n = some(in, bytes, offset, (int) Math.min(length, left));
      left -= n;
      return n;
    }

    @Override
    boolean finish() throws IOException {
      if (left <= WORTH_DRAINING) {
        in.skipNBytes(left);
        left = 0;
      }
      return left == 0;
    }
  }

  private static final class Chunked extends HttpBody {
    private final InputStream in;
    private long left;
    private boolean started;
    private boolean ended;

    Chunked(InputStream in) {
      this.in = in;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (left == 0 && !next()) {
        return -1;
      }
      int n = some(in, bytes, offset, (int) Math.min(length, left));
      left -= n;
      return n;
    }

    private boolean next() throws IOException {
      if (ended) {
        return false;
      }
      if (started) {
        String end = HttpChannel.line(in);
        if (!end.isEmpty()) {
          throw new HttpChannel.ProtocolException(end);
        }
      }
      started = true;
      String size = HttpChannel.line(in).split(";", 2)[0].strip();
      if (!size.matches("[0-9a-fA-F]{1,15}")) {
        throw new HttpChannel.ProtocolException("chunk of size " + size);
      }
      left = Long.parseLong(size, 16);
      if (left == 0) {
        for (String trailer = HttpChannel.line(in); !trailer.isEmpty(); ) {
          trailer = HttpChannel.line(in);
        }
        ended = true;
      }
      return !ended;
    }

    @Override
    boolean finish() throws IOException {
      if (!ended && left == 0 && in.available() > 0) {
        next(); // whoever reads JSON stops before the last, empty chunk
      }
      return ended;
    }
  }

  private static final class Endless extends HttpBody {
    private final InputStream in;

    Endless(InputStream in) {
      this.in = in;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return in.read(bytes, offset, length);
    }

    @Override
    boolean finish() {
      return false;
    }
  }
}
