package io.gpurig.engine.fact;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The answer of {@code GET /info} that notes which of its properties are looked at: most of them
 * are counters that nobody asks for.
 */
@SuppressWarnings({"unchecked", "deprecation"}) // of ObjectNode itself
final class NotedInfo extends ObjectNode {
  private static final long serialVersionUID = 1L;

  private final transient Basis basis;

  private NotedInfo(Map<String, JsonNode> children, Basis basis) {
    super(JsonNodeFactory.instance, children);
    this.basis = basis;
  }

  static JsonNode of(JsonNode info, Basis basis) {
    if (!info.isObject() || !basis.notes()) {
      return info;
    }
    Map<String, JsonNode> children = new LinkedHashMap<>();
    info.properties().forEach(entry -> children.put(entry.getKey(), entry.getValue()));
    return new NotedInfo(children, basis);
  }

  @Override
  public @Nullable JsonNode get(String property) {
    JsonNode value = _children.get(property);
    basis.info(property, Optional.ofNullable(value));
    return value;
  }

  @Override
  public JsonNode path(String property) {
    JsonNode value = get(property);
    return value == null ? MissingNode.getInstance() : value;
  }

  @Override
  public Iterator<String> fieldNames() {
    return properties().stream().map(Map.Entry::getKey).iterator();
  }

  @Override
  public Iterator<JsonNode> elements() {
    return properties().stream().map(Map.Entry::getValue).iterator();
  }

  @Override
  public Iterator<Map.Entry<String, JsonNode>> fields() {
    return properties().iterator();
  }

  @Override
  public Set<Map.Entry<String, JsonNode>> properties() {
    _children.forEach((property, value) -> basis.info(property, Optional.of(value)));
    return _children.entrySet();
  }
}
