package io.gpurig.engine.run;

import java.io.IOException;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/** The lines of somebody who has little to say, however much he says. */
final class ShortLines {
  private static final int MOST = 64 * 1024;

  private final Reader reader;
  private int left = MOST;

  ShortLines(Reader reader) {
    this.reader = reader;
  }

  /**
   * Returns the next line without its end, or null at the end.
   *
   * @throws IOException if all lines together are longer than any answer is
   */
  @Nullable String next() throws IOException {
    StringBuilder line = new StringBuilder();
    int c = reader.read();
    if (c < 0) {
      return null;
    }
    for (; c >= 0 && c != '\n'; c = reader.read()) {
      if (--left < 0) {
        throw new IOException("the host said more than 64 KiB");
      }
      line.append((char) c);
    }
    left--;
    return line.toString();
  }
}
