package io.gpurig.modules.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.gpurig.modules.config.JsonScanner.Value;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * How a JSON file is written.
 *
 * @param newline its line ends
 * @param indent one step of its indentation
 * @param space what it puts after commas and colons
 */
record JsonStyle(String newline, String indent, String space) {
  /** What nvidia-ctk indents with (pkg/config/engine/docker/docker.go). */
  private static final String INDENT = "    ";

  static JsonStyle of(String text, Value root) {
    String newline = text.contains("\r\n") ? "\r\n" : "\n";
    if (root.members().isEmpty()) {
      return new JsonStyle(newline, INDENT, " ");
    }
    int key = root.members().getFirst().start();
    String before = text.substring(root.start() + 1, key);
    String indent = before.contains("\n") ? before.substring(before.lastIndexOf('\n') + 1) : INDENT;
    Value value = root.members().getFirst().value();
    boolean tight = !Character.isWhitespace(text.charAt(value.start() - 1));
    return new JsonStyle(newline, indent.isEmpty() ? INDENT : indent, tight ? "" : " ");
  }

  /** Returns a line end and the indentation at a depth. */
  String line(int depth) {
    return newline + indent.repeat(depth);
  }

  String key(String key) {
    return JsonNodeFactory.instance.textNode(key) + ":" + space;
  }

  /**
   * Returns a value as text.
   *
   * @param depth of the object that the value is a member of, plus one
   * @param multiline whether members of objects get lines of their own
   */
  String of(JsonNode value, int depth, boolean multiline) {
    if (value.isArray()) {
      return StreamSupport.stream(value.spliterator(), false)
          .map(item -> of(item, depth, false))
          .collect(Collectors.joining("," + space, "[", "]"));
    }
    if (!value.isObject() || value.isEmpty()) {
      return value.toString();
    }
    List<String> members =
        value.properties().stream()
            .map(
                (Map.Entry<String, JsonNode> e) ->
                    key(e.getKey()) + of(e.getValue(), depth + 1, multiline))
            .toList();
    return multiline
        ? "{" + line(depth + 1) + String.join("," + line(depth + 1), members) + line(depth) + "}"
        : "{" + String.join("," + space, members) + "}";
  }
}
