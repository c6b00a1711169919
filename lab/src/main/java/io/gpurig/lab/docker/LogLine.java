package io.gpurig.lab.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * One line of a container's log.
 *
 * @param error whether it went to standard error
 */
record LogLine(Instant time, boolean error, String text) {
  /** Returns the line as Docker sends it: behind a header of eight bytes, unless it has a tty. */
  byte[] frame(boolean timestamps, boolean tty) {
    byte[] line = ((timestamps ? time + " " : "") + text + "\n").getBytes(UTF_8);
    if (tty) {
      return line;
    }
    return ByteBuffer.allocate(8 + line.length)
        .put((byte) (error ? 2 : 1))
        .put(new byte[3])
        .putInt(line.length)
        .put(line)
        .array();
  }
}
