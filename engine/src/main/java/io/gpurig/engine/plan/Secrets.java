package io.gpurig.engine.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.gpurig.engine.problem.Source;
import io.gpurig.engine.yaml.Document;
import io.gpurig.engine.yaml.Pointers;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The values of secrets. In a plan, in changes, reports and saved plans a secret is the text {@code
 * (secret NAME)}; only the code that acts on a host puts the value in its place. Immutable, and
 * never printed.
 */
public final class Secrets {
  /** Knows no secret. */
  public static final Secrets NONE = new Secrets(Map.of());

  /** A shorter one would be found in text that has nothing to do with it. */
  private static final int SHORTEST_REDACTED = 4;

  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\(secret ([A-Za-z_][A-Za-z0-9_.-]*)\\)");

  private final Map<String, String> values;

  /** Creates secrets from their values by name. */
  public Secrets(Map<String, String> values) {
    this.values = Map.copyOf(values);
  }

  /** Returns what stands for a secret wherever its value may be seen. */
  public static String placeholder(String name) {
    return "(secret " + name + ")";
  }

  /** Returns the names of the secrets that a text or a tree needs. */
  public static Set<String> in(JsonNode tree) {
    Set<String> names = new LinkedHashSet<>();
    collect(tree, names);
    return names;
  }

  private static void collect(JsonNode value, Set<String> names) {
    value.forEach(child -> collect(child, names));
    if (value.isTextual()) {
      names.addAll(in(value.asText()));
    }
  }

  /** Returns the names of the secrets that a text needs. */
  public static List<String> in(String text) {
    return PLACEHOLDER.matcher(text).results().map(found -> found.group(1)).toList();
  }

  /** Returns where a document needs a secret, if it is there that it is needed. */
  public static Optional<Source> position(String name, Document document) {
    return pointer(placeholder(name), document.tree(), "").map(document::value);
  }

  private static Optional<String> pointer(String text, JsonNode value, String pointer) {
    if (value.isTextual() && value.asText().contains(text)) {
      return Optional.of(pointer);
    }
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      Optional<String> found =
          pointer(text, entry.getValue(), Pointers.child(pointer, entry.getKey()));
      if (found.isPresent()) {
        return found;
      }
    }
    for (int i = 0; value.isArray() && i < value.size(); i++) {
      Optional<String> found = pointer(text, value.get(i), pointer + "/" + i);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** Returns the value of a secret. */
  public Optional<String> value(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /** Returns whether there are none. */
  public boolean isEmpty() {
    return values.isEmpty();
  }

  /** Returns a text with the values of the secrets in place. */
  public String reveal(String text) {
    return PLACEHOLDER
        .matcher(text)
        .replaceAll(
            found -> Matcher.quoteReplacement(values.getOrDefault(found.group(1), found.group())));
  }

  /** Returns a text in which no value of a secret is left. */
  public String redact(String text) {
    String redacted = text;
    // the longest first: one secret may be part of another
    for (Map.Entry<String, String> secret :
        new TreeMap<>(values)
            .entrySet().stream()
                .filter(e -> e.getValue().length() >= SHORTEST_REDACTED)
                .sorted(
                    Comparator.comparingInt(
                        (Map.Entry<String, String> e) -> -e.getValue().length()))
                .toList()) {
      String quoted = TextNode.valueOf(secret.getValue()).toString();
      redacted =
          redacted
              .replace(secret.getValue(), placeholder(secret.getKey()))
              // as it stands in JSON that a host sends
              .replace(quoted.substring(1, quoted.length() - 1), placeholder(secret.getKey()));
    }
    return redacted;
  }

  @Override
  public String toString() {
    return "secrets " + values.keySet();
  }
}
