package io.gpurig.engine.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.gpurig.engine.inventory.Template.Part;
import io.gpurig.engine.problem.Nearest;
import io.gpurig.engine.yaml.Kinds;
import io.gpurig.engine.yaml.Pointers;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Replaces {@code ${name}} in values: a value that is one whole variable keeps the variable's type,
 * and variables may refer to others. For one use; not safe for use by many threads.
 */
public final class Variables {
  private static final int MAX_DEPTH = 100;
  private static final int MAX_NODES = 200_000;
  private static final int MAX_CHARACTERS = 8 << 20;

  private final Map<String, JsonNode> values = new HashMap<>();
  private final Set<String> positioned = new HashSet<>();
  private final Map<String, Resolved> resolved = new HashMap<>();
  private final List<String> open = new ArrayList<>();
  private final Set<List<String>> circles = new LinkedHashSet<>();
  private int nodes;
  private long characters;
  private boolean exceeded;

  /**
   * Creates variables from three sources, the later ones winning.
   *
   * @param inventory those of the host and its groups
   * @param plan those of the plan; what is wrong inside them is expected to be found where they
   *     stand, so it is not told again where they are used
   * @param overrides those of the command line
   */
  public Variables(
      Map<String, JsonNode> inventory,
      Map<String, JsonNode> plan,
      Map<String, JsonNode> overrides) {
    values.putAll(inventory);
    values.putAll(plan);
    values.putAll(overrides);
    positioned.addAll(plan.keySet());
    positioned.removeAll(overrides.keySet());
  }

  /** What is wrong with one use of a variable; the same fields as those of a problem. */
  public record Fault(String code, String message, Optional<String> suggestion) {}

  /** Is told which values could not be replaced. */
  @FunctionalInterface
  public interface Unresolved {
    /**
     * Called for each use of a variable that cannot be replaced.
     *
     * @param pointer the JSON pointer of the value
     * @param use how the use is written, such as {@code ${name}}
     * @param ordinal how many other beginnings of a variable come before it in the value
     * @param fault what is wrong; empty when that is told elsewhere
     */
    void at(String pointer, String use, int ordinal, Optional<Fault> fault);
  }

  /** The value of a variable, or why it has none. */
  private record Resolved(Optional<JsonNode> value, Optional<Fault> fault) {}

  /**
   * Returns a copy of a value in which the variables are replaced; strings with one that cannot be
   * are left as they are.
   *
   * @param pointer the JSON pointer of the value, for what is unresolved
   */
  public JsonNode replace(JsonNode value, String pointer, Unresolved unresolved) {
    return replace(value, pointer, 0, unresolved);
  }

  /** Returns the chains of variables that need each other, each ending as it begins. */
  public Set<List<String>> circles() {
    return Collections.unmodifiableSet(circles);
  }

  /** Returns whether values grew so large or so deep that not all of them were replaced. */
  public boolean exceeded() {
    return exceeded;
  }

  /** Returns the names of the variables that a value uses directly. */
  public static Set<String> used(JsonNode value) {
    Set<String> names = new LinkedHashSet<>();
    collect(value, names);
    return names;
  }

  /**
   * Returns the variables that are needed to replace these, themselves included, as they are
   * written; one that is not known has a missing node.
   */
  public Map<String, JsonNode> needed(Set<String> names) {
    Map<String, JsonNode> needed = new TreeMap<>();
    Deque<String> open = new ArrayDeque<>(names);
    while (!open.isEmpty()) {
      String name = open.pop();
      JsonNode value = values.getOrDefault(name, MissingNode.getInstance());
      if (needed.putIfAbsent(name, value) == null) {
        open.addAll(used(value));
      }
    }
    return needed;
  }

  private static void collect(JsonNode value, Set<String> names) {
    value.forEach(child -> collect(child, names));
    if (value.isTextual() && Template.isIn(value.asText())) {
      for (Part part : Template.of(value.asText()).parts()) {
        if (part instanceof Part.Reference reference) {
          names.add(reference.name());
        }
      }
    }
  }

  private JsonNode replace(JsonNode value, String pointer, int depth, Unresolved unresolved) {
    return switch (value) {
      case ObjectNode object -> {
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        object
            .properties()
            .forEach(
                entry -> {
                  String child = Pointers.child(pointer, entry.getKey());
                  copy.set(entry.getKey(), replace(entry.getValue(), child, depth + 1, unresolved));
                });
        yield copy;
      }
      case ArrayNode array -> {
        ArrayNode copy = JsonNodeFactory.instance.arrayNode();
        for (JsonNode item : array) {
          copy.add(replace(item, pointer + "/" + copy.size(), depth + 1, unresolved));
        }
        yield copy;
      }
      case TextNode text when Template.isIn(text.asText()) ->
          text(text, pointer, depth, unresolved);
      default -> value;
    };
  }

  private JsonNode text(TextNode original, String pointer, int depth, Unresolved unresolved) {
    List<Part> parts = Template.of(original.asText()).parts();
    boolean whole = parts.size() == 1;
    boolean sound = true;
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      switch (part) {
        case Part.Literal literal -> text.append(literal.text());
        case Part.Malformed malformed -> {
          unresolved.at(
              pointer, malformed.text(), malformed.ordinal(), Optional.of(malformed(malformed)));
          sound = false;
        }
        case Part.Reference reference -> {
          Resolved variable = resolve(reference.name());
          if (variable.value().isPresent()) {
            variable = placed(variable.value().get(), reference, whole, depth);
          }
          if (variable.value().isEmpty()) {
            String use = "${" + reference.name() + "}";
            unresolved.at(pointer, use, reference.ordinal(), variable.fault());
            sound = false;
          } else if (whole) {
            return variable.value().get();
          } else {
            text.append(variable.value().get().asText());
          }
        }
      }
    }
    return sound ? TextNode.valueOf(text.toString()) : original;
  }

  /** Checks that a value fits where it is used, and copies it there. */
  private Resolved placed(JsonNode value, Part.Reference reference, boolean whole, int depth) {
    if (!whole && (value.isContainerNode() || value.isNull())) {
      return failed(
          "variable/not-text",
          "`" + reference.name() + "` is " + Kinds.found(value) + " and cannot stand inside text",
          Optional.of("make ${" + reference.name() + "} the whole value"));
    }
    characters += whole ? 0 : value.asText().length();
    if (exceeded || characters > MAX_CHARACTERS || !fits(value, depth)) {
      exceeded = true;
      return new Resolved(Optional.empty(), Optional.empty());
    }
    return new Resolved(Optional.of(value.deepCopy()), Optional.empty());
  }

  private boolean fits(JsonNode value, int depth) {
    nodes++;
    characters += value.isTextual() ? value.asText().length() : 0;
    if (nodes > MAX_NODES || depth > MAX_DEPTH) {
      return false;
    }
    for (JsonNode child : value) {
      if (!fits(child, depth + 1)) {
        return false;
      }
    }
    return true;
  }

  private Resolved resolve(String name) {
    Resolved known = resolved.get(name);
    if (known != null) {
      return known;
    }
    JsonNode value = values.get(name);
    if (value == null) {
      return failed(
          "variable/unknown",
          "unknown variable `" + name + "`",
          Nearest.to(name, values.keySet()).map(near -> "did you mean `" + near + "`?"));
    }
    if (open.contains(name)) {
      return circle(name);
    }
    if (open.size() >= MAX_DEPTH) {
      exceeded = true;
      return new Resolved(Optional.empty(), Optional.empty());
    }
    open.add(name);
    List<Optional<Fault>> faults = new ArrayList<>();
    JsonNode replaced = replace(value, "", 0, (p, use, ordinal, fault) -> faults.add(fault));
    open.removeLast();
    Resolved result =
        faults.isEmpty()
            ? new Resolved(Optional.of(replaced), Optional.empty())
            : new Resolved(Optional.empty(), inherited(name, faults));
    resolved.put(name, result);
    return result;
  }

  /** What to say, where a variable is used, about what is wrong inside it. */
  private Optional<Fault> inherited(String name, List<Optional<Fault>> faults) {
    return positioned.contains(name)
        ? Optional.empty()
        : faults.stream()
            .flatMap(Optional::stream)
            .findFirst()
            .map(
                fault ->
                    new Fault(
                        fault.code(),
                        "in the variable `" + name + "`: " + fault.message(),
                        fault.suggestion()));
  }

  private Resolved circle(String name) {
    List<String> members = new ArrayList<>(open.subList(open.indexOf(name), open.size()));
    Collections.rotate(members, -members.indexOf(Collections.min(members)));
    members.add(members.getFirst());
    circles.add(List.copyOf(members));
    return new Resolved(Optional.empty(), Optional.empty());
  }

  private static Resolved failed(String code, String message, Optional<String> suggestion) {
    return new Resolved(Optional.empty(), Optional.of(new Fault(code, message, suggestion)));
  }

  private static Fault malformed(Part.Malformed malformed) {
    boolean closed = malformed.text().endsWith("}");
    return new Fault(
        "variable/malformed",
        closed
            ? "`" + malformed.text() + "` is not a variable: a name has letters, digits and `_`"
            : "`${` begins a variable, but its `}` is missing",
        Optional.of("write $${ for a literal ${"));
  }
}
