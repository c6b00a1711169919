package io.gpurig.engine.connect;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** What one command writes to its standard output and error. Safe for several threads. */
final class Outputs {
  /** What both may come to, in bytes. */
  static final long MAX_ANSWER = 16L << 20;

  private static final int CHUNK = 32 * 1024;

  private final Consumer<String> lines;
  private final Runnable cut;
  private final AtomicLong received = new AtomicLong();

  /**
   * @param lines is told the lines of both as they come
   * @param cut ends a command that writes too much
   */
  Outputs(Consumer<String> lines, Runnable cut) {
    this.lines = lines;
    this.cut = cut;
  }

  /** The command wrote too much. */
  static final class TooLargeException extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /** Reads one of them to its end. */
  byte[] drain(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] buffer = new byte[CHUNK];
    Lines told = new Lines(lines);
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      if (received.addAndGet(n) > MAX_ANSWER) {
        cut.run();
        throw new TooLargeException();
      }
      bytes.write(buffer, 0, n);
      told.take(buffer, n);
    }
    return bytes.toByteArray();
  }
}
