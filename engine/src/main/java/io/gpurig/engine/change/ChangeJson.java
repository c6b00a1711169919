package io.gpurig.engine.change;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.util.function.UnaryOperator;

/** A change as JSON: what is read is equal to what was written. */
public final class ChangeJson {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  private ChangeJson() {}

  /** Returns the JSON of a change. */
  public static JsonNode write(Change change) {
    return MAPPER.valueToTree(change);
  }

  /**
   * Returns the change that JSON describes.
   *
   * @throws IllegalArgumentException if it describes none
   */
  public static Change read(JsonNode json) {
    return read(json, Change.class);
  }

  /**
   * Returns the action that JSON describes.
   *
   * @throws IllegalArgumentException if it describes none
   */
  public static Action action(JsonNode json) {
    return read(json, Action.class);
  }

  /** Returns an action with every string value in it replaced. */
  public static Action map(Action action, UnaryOperator<String> replace) {
    return read(mapped(MAPPER.valueToTree(action), replace), Action.class);
  }

  /**
   * Returns JSON as it is when it has been written and read: numbers are no wider than they must
   * be, so that equal text is an equal node.
   */
  static JsonNode plain(JsonNode json) {
    try {
      return MAPPER.readTree(json.toString());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    }
  }

  private static <T> T read(JsonNode json, Class<T> type) {
    try {
      return MAPPER.treeToValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(words(e.getOriginalMessage()), e);
    }
  }

  /** Returns a message of the library without the names of classes, which tell users nothing. */
  private static String words(String message) {
    return message
        .replaceAll("`[\\w.$]+[.$](\\w+)`", "`$1`")
        .replace("problem: `NullPointerException`", "a value of it is missing");
  }

  private static JsonNode mapped(JsonNode value, UnaryOperator<String> replace) {
    return switch (value) {
      case ObjectNode object -> {
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        object.properties().forEach(e -> copy.set(e.getKey(), mapped(e.getValue(), replace)));
        yield copy;
      }
      case ArrayNode array -> {
        ArrayNode copy = JsonNodeFactory.instance.arrayNode();
        array.forEach(item -> copy.add(mapped(item, replace)));
        yield copy;
      }
      default ->
          value.isTextual()
              ? JsonNodeFactory.instance.textNode(replace.apply(value.asText()))
              : value;
    };
  }
}
