package io.gpurig.engine.yaml;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Data that comes with the program, for modules, which do no input of their own. */
public final class Resources {
  private Resources() {}

  /**
   * Returns a JSON file of the class path.
   *
   * @param beside the class beside which it lies
   * @param name its file name
   * @throws IllegalArgumentException if there is no such file
   */
  public static JsonNode json(Class<?> beside, String name) {
    try (InputStream in = beside.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalArgumentException("no resource is named " + name);
      }
      return new JsonMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns a text file of the class path.
   *
   * @param beside the class beside which it lies
   * @param name its file name
   * @throws IllegalArgumentException if there is no such file
   */
  public static String text(Class<?> beside, String name) {
    try (InputStream in = beside.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalArgumentException("no resource is named " + name);
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
