package io.gpurig.engine.connect;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;

/** Tells lines of a byte stream as they come; blank ones say nothing. For one thread. */
final class Lines {
  /** A program that ends no line is not waited for. */
  private static final int LONGEST = 4096;

  private final Consumer<String> listener;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  Lines(Consumer<String> listener) {
    this.listener = listener;
  }

  /** Takes the next bytes. A carriage return, with which programs draw over a line, ends it too. */
  void take(byte[] bytes, int length) {
    for (int i = 0; i < length; i++) {
      if (bytes[i] == '\n' || bytes[i] == '\r' || line.size() == LONGEST) {
        tell();
      }
      line.write(bytes[i]);
    }
  }

  private void tell() {
    String text = line.toString(UTF_8).strip();
    line.reset();
    if (!text.isEmpty()) {
      listener.accept(text);
    }
  }
}
