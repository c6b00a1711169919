package io.gpurig.modules.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/** TOML's values as JSON's, and back. */
final class TomlTree {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private TomlTree() {}

  static JsonNode of(@Nullable Object value) {
    return switch (value) {
      case null -> JSON.nullNode();
      case TomlTable table -> {
        ObjectNode object = JSON.objectNode();
        table.keySet().forEach(key -> object.set(key, of(table.get(List.of(key)))));
        yield object;
      }
      case TomlArray array -> {
        ArrayNode node = JSON.arrayNode();
        for (int i = 0; i < array.size(); i++) {
          node.add(of(array.get(i)));
        }
        yield node;
      }
      case Boolean flag -> JSON.booleanNode(flag);
      case Long number -> JSON.numberNode(number);
      case Double number -> JSON.numberNode(number);
      default -> JSON.textNode(value.toString());
    };
  }

  /** Returns a value as TOML on one line; JSON's strings and escapes are TOML's too. */
  static String text(JsonNode value) {
    if (value.isArray()) {
      return StreamSupport.stream(value.spliterator(), false)
          .map(TomlTree::text)
          .collect(Collectors.joining(", ", "[", "]"));
    }
    if (value.isObject()) {
      return value.properties().stream()
          .map(e -> key(e.getKey()) + " = " + text(e.getValue()))
          .collect(Collectors.joining(", ", "{ ", " }"));
    }
    return value.toString().replace("\u007f", "\\u007f");
  }

  static String key(List<String> path) {
    return path.stream().map(TomlTree::key).collect(Collectors.joining("."));
  }

  private static String key(String key) {
    return key.matches("[A-Za-z0-9_-]+") ? key : text(JSON.textNode(key));
  }
}
