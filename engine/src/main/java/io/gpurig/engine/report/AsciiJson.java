package io.gpurig.engine.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.UncheckedIOException;

/**
 * JSON that is safe wherever it is shown: letters beyond ASCII are escaped, and so are controls.
 */
public final class AsciiJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private AsciiJson() {}

  /** Returns the document, its last line ended. */
  public static String render(JsonNode document) {
    try {
      // DEL is the one control character that Jackson leaves as it is
      return MAPPER.writeValueAsString(document).replace("\u007f", "\\u007f") + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
