package io.gpurig.engine.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;

/** Makes JSON that was read and JSON that was made comparable. */
final class Listings {
  private Listings() {}

  /** Returns a copy whose keys are sorted and whose numbers are all of the same classes. */
  static String comparable(JsonNode node) {
    return normal(node).toPrettyString();
  }

  private static JsonNode normal(JsonNode node) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    if (node.isObject()) {
      ObjectNode copy = json.objectNode();
      map(node).forEach((key, value) -> copy.set(key, normal(value)));
      return copy;
    }
    if (node.isArray()) {
      var copy = json.arrayNode();
      node.forEach(item -> copy.add(normal(item)));
      return copy;
    }
    if (node.isIntegralNumber()) {
      return json.textNode("integer " + node.bigIntegerValue());
    }
    return node.isNumber() ? json.textNode("float " + node.doubleValue()) : node;
  }

  private static Map<String, JsonNode> map(JsonNode object) {
    Map<String, JsonNode> map = new TreeMap<>();
    object.properties().forEach(entry -> map.put(entry.getKey(), entry.getValue()));
    return map;
  }
}
