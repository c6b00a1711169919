package io.gpurig.modules.cdi;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The text of bytes, as go-yaml tells it: UTF-8, or UTF-16 with a byte order mark. */
final class CdiBytes {
  private CdiBytes() {}

  /** Returns the text without a byte order mark; empty if the bytes are no text. */
  static Optional<String> text(byte[] bytes) {
    int first = bytes.length < 2 ? 0 : ((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff);
    Charset charset =
        first == 0xfffe
            ? StandardCharsets.UTF_16LE
            : first == 0xfeff ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_8;
    try {
      String text = charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return Optional.of(text.startsWith("\ufeff") ? text.substring(1) : text);
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
