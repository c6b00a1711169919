package io.gpurig.engine.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** The scripts that are files beside this class. */
final class Resource {
  private Resource() {}

  static String text(String name) {
    try (InputStream script =
        Objects.requireNonNull(Resource.class.getResourceAsStream(name), name)) {
      return new String(script.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
