package io.gpurig.engine.plan;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One section of a plan, resolved for one host: variables are replaced, the schema has been
 * checked, defaults are filled in. So a getter that finds a value missing or of another kind is a
 * bug in the schema, not a mistake of the user.
 *
 * @param pointer the section's JSON pointer in the plan, such as {@code /driver}
 * @param node its content
 * @param plan the name of the plan that it is part of
 */
public record Section(String pointer, JsonNode node, String plan) {
  public Section {
    requireNonNull(pointer, "pointer is null");
    requireNonNull(node, "node is null");
    requireNonNull(plan, "plan is null");
  }

  /** Creates a section of no plan. */
  public Section(String pointer, JsonNode node) {
    this(pointer, node, "");
  }

  /** Returns the items of a section that is a list. */
  public List<Section> items() {
    List<Section> items = new ArrayList<>();
    for (JsonNode item : node) {
      items.add(new Section(pointer + "/" + items.size(), item, plan));
    }
    return items;
  }

  /** Returns the pointer of one of its properties, for a finding about it. */
  public String pointer(String property) {
    return pointer + "/" + property.replace("~", "~0").replace("/", "~1");
  }

  /** Returns a true or false value. */
  public boolean flag(String property) {
    return required(property).booleanValue();
  }

  /** Returns a string value. */
  public String text(String property) {
    return required(property).asText();
  }

  /** Returns a string value that may be absent. */
  public Optional<String> optionalText(String property) {
    return Optional.ofNullable(node.get(property)).filter(n -> !n.isNull()).map(JsonNode::asText);
  }

  /** Returns a map that is part of the section. */
  public Section part(String property) {
    return new Section(pointer(property), required(property), plan);
  }

  /** Returns a map of strings, empty if absent; numbers and booleans become strings. */
  public Map<String, String> texts(String property) {
    Map<String, String> texts = new TreeMap<>();
    node.path(property).properties().forEach(e -> texts.put(e.getKey(), e.getValue().asText()));
    return texts;
  }

  /** Returns a length of time that is written as docker compose does, {@code 1h30m}. */
  public Duration duration(String property) {
    return Duration.parse("PT" + text(property).toUpperCase(Locale.ROOT));
  }

  private JsonNode required(String property) {
    JsonNode value = node.get(property);
    if (value == null || value.isNull()) {
      throw new IllegalStateException(
          pointer(property) + " has neither a value nor a default in the schema");
    }
    return value;
  }
}
