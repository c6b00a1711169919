package io.gpurig.engine.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Fills in the defaults of a schema. */
final class Defaults {
  private final JsonNode root;

  Defaults(JsonNode root) {
    this.root = root;
  }

  JsonNode fill(JsonNode tree) {
    JsonNode copy = tree.deepCopy();
    fill(copy, root);
    return copy;
  }

  private void fill(JsonNode value, JsonNode schema) {
    switch (value) {
      case ObjectNode object -> fillObject(object, schema);
      case ArrayNode array -> array.forEach(item -> fill(item, keyword(schema, "items")));
      default -> {} // a scalar has nothing to fill in
    }
  }

  private void fillObject(ObjectNode object, JsonNode schema) {
    JsonNode properties = keyword(schema, "properties");
    properties
        .properties()
        .forEach(
            property -> {
              JsonNode defaultValue = keyword(property.getValue(), "default");
              if (!object.has(property.getKey()) && !defaultValue.isMissingNode()) {
                object.set(property.getKey(), defaultValue.deepCopy());
              }
            });
    JsonNode others = keyword(schema, "additionalProperties");
    object
        .properties()
        .forEach(
            entry ->
                fill(
                    entry.getValue(),
                    properties.path(entry.getKey()).isMissingNode()
                        ? others
                        : properties.path(entry.getKey())));
  }

  /** A keyword of a schema: its own, else that of the schema it refers to. */
  private JsonNode keyword(JsonNode schema, String keyword) {
    JsonNode at = schema;
    while (!at.has(keyword) && at.path("$ref").asText().startsWith("#")) {
      at = root.at(at.path("$ref").asText().substring(1));
    }
    return at.has(keyword) ? at.get(keyword) : MissingNode.getInstance();
  }
}
