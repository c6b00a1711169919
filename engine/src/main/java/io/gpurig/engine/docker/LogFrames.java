package io.gpurig.engine.docker;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Joins what Docker sends as a container's log: frames of standard output and standard error, or
 * plain text when the container has a terminal. Old engines do not say which, so the first bytes
 * do.
 */
final class LogFrames {
  private static final int HEADER = 8;
  private static final int MAX_LOG = 8 << 20;

  private LogFrames() {}

  static String read(InputStream body) throws IOException {
    byte[] bytes = body.readNBytes(MAX_LOG);
    return new String(isFramed(bytes, 0) ? unframe(bytes) : bytes, StandardCharsets.UTF_8);
  }

  private static boolean isFramed(byte[] bytes, int at) {
    return bytes.length >= at + HEADER
        && bytes[at] >= 0
        && bytes[at] <= 2
        && bytes[at + 1] == 0
        && bytes[at + 2] == 0
        && bytes[at + 3] == 0;
  }

  private static byte[] unframe(byte[] bytes) {
    ByteArrayOutputStream text = new ByteArrayOutputStream(bytes.length);
    int at = 0;
    while (isFramed(bytes, at)) {
      long size = Integer.toUnsignedLong(ByteBuffer.wrap(bytes, at + 4, 4).getInt());
      int start = at + HEADER;
      int length = (int) Math.min(size, bytes.length - start);
      text.write(bytes, start, length);
      at = start + length;
    }
    return text.toByteArray();
  }
}
