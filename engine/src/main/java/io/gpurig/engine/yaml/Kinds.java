package io.gpurig.engine.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Names kinds of values in plain words. */
public final class Kinds {
  private static final int SHOWN = 60;

  private Kinds() {}

  /**
   * Returns what a value is, as in {@code the string "yes"}, {@code the number 5} or {@code a
   * list}.
   */
  public static String found(JsonNode value) {
    return switch (value.getNodeType()) {
      case ARRAY -> "a list";
      case OBJECT, POJO -> "a mapping";
      case BOOLEAN -> value.asText();
      case NUMBER -> "the number " + value.asText();
      case STRING, BINARY -> "the string \"" + shorten(value.asText()) + "\"";
      case NULL, MISSING -> "nothing";
    };
  }

  /** Returns what the {@code type} keyword of a schema asks for. */
  static String expected(JsonNode type) {
    List<String> kinds = new ArrayList<>();
    if (type.isTextual()) {
      kinds.add(kind(type.asText()));
    }
    type.forEach(one -> kinds.add(kind(one.asText())));
    return String.join(" or ", kinds);
  }

  /** Returns what to write instead, if a slip explains the wrong kind. */
  static Optional<String> remedy(JsonNode type, JsonNode value) {
    if (!type.isTextual()) {
      return Optional.empty();
    }
    return switch (type.asText()) {
      case "boolean" -> value.isTextual() ? meantBoolean(value.asText()) : Optional.empty();
      case "string" ->
          value.isNumber() || value.isBoolean()
              ? Optional.of("put it in quotes: \"" + value.asText() + "\"")
              : Optional.empty();
      case "integer", "number" ->
          value.isTextual() && value.asText().matches("[0-9]+")
              ? Optional.of("write it without quotes")
              : Optional.empty();
      case "object" ->
          value.isNull() ? Optional.of("write its keys below it, or remove it") : Optional.empty();
      case "array" ->
          value.isValueNode() && !value.isNull()
              ? Optional.of("write it as a list: [" + shorten(value.asText()) + "]")
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Optional<String> meantBoolean(String text) {
    return ScalarReader.oldBoolean(text)
        .or(() -> Optional.of(text.toLowerCase(Locale.ROOT)))
        .filter(word -> word.equals("true") || word.equals("false"))
        .map(word -> "write " + word + (word.equals(text) ? " without quotes" : ""));
  }

  private static String kind(String type) {
    return switch (type) {
      case "boolean" -> "true or false";
      case "string" -> "a string";
      case "integer" -> "a whole number";
      case "number" -> "a number";
      case "object" -> "a mapping";
      case "array" -> "a list";
      default -> "nothing";
    };
  }

  private static String shorten(String text) {
    String line = text.lines().findFirst().orElse("");
    return line.length() > SHOWN || line.length() < text.length()
        ? line.substring(0, Math.min(SHOWN, line.length())) + "…"
        : line;
  }
}
