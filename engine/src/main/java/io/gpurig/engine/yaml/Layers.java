package io.gpurig.engine.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.yaml.Document.Place;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Lays one document over another. For one use. */
final class Layers {
  private final Document base;
  private final Document over;
  private final Map<String, Place> places = new HashMap<>();

  Layers(Document base, Document over) {
    this.base = base;
    this.over = over;
  }

  Document merged(Set<String> apart) {
    JsonNode below = base.tree();
    if (below instanceof ObjectNode object) {
      below = object.deepCopy().without(apart);
    }
    return new Document(over.name(), over.text(), merge(below, over.tree(), ""), places);
  }

  private JsonNode merge(JsonNode below, JsonNode above, String pointer) {
    if (!(below instanceof ObjectNode lower) || !(above instanceof ObjectNode upper)) {
      keep(over, above, pointer);
      return above;
    }
    keepOne(over, pointer);
    ObjectNode merged = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> entry : lower.properties()) {
      String child = Pointers.child(pointer, entry.getKey());
      Optional<JsonNode> winner = Optional.ofNullable(upper.get(entry.getKey()));
      if (winner.isEmpty()) {
        keep(base, entry.getValue(), child);
        merged.set(entry.getKey(), entry.getValue());
      } else if (!winner.get().isNull()) {
        merged.set(entry.getKey(), merge(entry.getValue(), winner.get(), child));
      }
    }
    for (Map.Entry<String, JsonNode> entry : upper.properties()) {
      if (!lower.has(entry.getKey())) {
        keep(over, entry.getValue(), Pointers.child(pointer, entry.getKey()));
        merged.set(entry.getKey(), entry.getValue());
      }
    }
    return merged;
  }

  private void keep(Document document, JsonNode value, String pointer) {
    keepOne(document, pointer);
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      keep(document, entry.getValue(), Pointers.child(pointer, entry.getKey()));
    }
    for (int i = 0; value.isArray() && i < value.size(); i++) {
      keep(document, value.get(i), pointer + "/" + i);
    }
  }

  private void keepOne(Document document, String pointer) {
    Place place = document.places().get(pointer);
    if (place != null) {
      places.put(pointer, place);
    }
  }
}
