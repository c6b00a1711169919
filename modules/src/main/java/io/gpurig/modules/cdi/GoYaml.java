package io.gpurig.modules.cdi;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpurig.modules.cdi.GoYamlParser.Unparsable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads YAML, and JSON as the YAML that it is, into what {@code sigs.k8s.io/yaml} hands to
 * encoding/json: strict go-yaml v2 (decode.go, resolve.go), keys turned into text.
 */
final class GoYaml {
  /** More than a spec of 8 MiB can have; aliases that multiply have more. */
  private static final int MAX_NODES = 1_000_000;

  /** encoding/json writes the keys of a map sorted by their bytes. */
  static final Comparator<String> BY_BYTES =
      (a, b) -> Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8));

  private final Set<GoNode.Anchor> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Unparsable> repeated = new ArrayList<>();
  private int nodes;

  private GoYaml() {}

  /**
   * Returns the first document.
   *
   * @return empty if there is none
   * @throws Unparsable for what go-yaml refuses, the first thing alone
   */
  static Optional<GoValue> read(String text) throws Unparsable {
    Optional<GoNode> root = GoYamlParser.parse(text);
    if (root.isEmpty()) {
      return Optional.empty();
    }
    GoYaml reader = new GoYaml();
    GoValue value = reader.value(root.get());
    if (!reader.repeated.isEmpty()) {
      List<String> reasons = reader.repeated.stream().map(Unparsable::reason).toList();
      throw new Unparsable(
          "unmarshal errors:\n  " + String.join("\n  ", reasons),
          reader.repeated.getFirst().place());
    }
    return Optional.of(value);
  }

  private GoValue value(GoNode node) throws Unparsable {
    if (++nodes > MAX_NODES) {
      throw new Unparsable("document contains excessive aliasing", node.place());
    }
    return switch (node) {
      case GoNode.Scalar scalar -> scalar(scalar);
      case GoNode.Sequence sequence -> sequence(sequence);
      case GoNode.Mapping mapping -> {
        Map<GoValue, GoValue.Entry> entries = new TreeMap<>(BY_KEY);
        fill(mapping, entries);
        yield new GoValue.Entries(named(entries, mapping.place()), mapping.place());
      }
      case GoNode.Alias alias -> {
        enter(alias);
        GoValue value = value(alias.target().node());
        open.remove(alias.target());
        yield value;
      }
    };
  }

  private void enter(GoNode.Alias alias) throws Unparsable {
    if (!open.add(alias.target())) {
      throw new Unparsable(
          "anchor '%s' value contains itself".formatted(alias.name()), alias.place());
    }
  }

  private static GoValue scalar(GoNode.Scalar scalar) throws Unparsable {
    try {
      return GoScalars.resolve(scalar.tag(), scalar.implicit(), scalar.text(), scalar.place());
    } catch (GoScalars.Refused e) {
      throw new Unparsable(String.valueOf(e.getMessage()), scalar.place());
    }
  }

  private GoValue sequence(GoNode.Sequence sequence) throws Unparsable {
    List<GoValue> values = new ArrayList<>();
    for (GoNode item : sequence.items()) {
      values.add(value(item));
    }
    return new GoValue.Items(values, sequence.place());
  }

  private void fill(GoNode.Mapping mapping, Map<GoValue, GoValue.Entry> entries) throws Unparsable {
    List<GoNode> children = mapping.children();
    for (int i = 0; i + 1 < children.size(); i += 2) {
      GoNode key = children.get(i);
      GoNode node = children.get(i + 1);
      if (key.isMerge()) {
        merge(node, entries);
        continue;
      }
      GoValue name = value(key);
      if (name instanceof GoValue.Items || name instanceof GoValue.Entries) {
        throw new Unparsable("invalid map key", key.place());
      }
      GoValue value = value(node);
      // a merged key counts as set too: strictness knows no overriding
      if (entries.putIfAbsent(name, new GoValue.Entry(key.place(), value)) != null) {
        String shown = name instanceof GoValue.Text ? GoText.quote(text(name)) : text(name);
        repeated.add(
            new Unparsable(
                "line %d: key %s already set in map".formatted(node.place().line(), shown),
                key.place()));
      }
    }
  }

  private void merge(GoNode node, Map<GoValue, GoValue.Entry> entries) throws Unparsable {
    switch (node) {
      case GoNode.Mapping mapping -> fill(mapping, entries);
      case GoNode.Alias alias when alias.target().node() instanceof GoNode.Mapping mapping -> {
        enter(alias);
        fill(mapping, entries);
        open.remove(alias.target());
      }
      case GoNode.Sequence sequence -> {
        for (GoNode item : sequence.items().reversed()) {
          if (item instanceof GoNode.Sequence) {
            throw wantsMap(item);
          }
          merge(item, entries);
        }
      }
      default -> throw wantsMap(node);
    }
  }

  private static Unparsable wantsMap(GoNode node) {
    return new Unparsable("map merge requires map or sequence of maps as the value", node.place());
  }

  /** Keys are equal in Go if they have the same type and value. */
  private static final Comparator<GoValue> BY_KEY =
      Comparator.comparing((GoValue key) -> key.getClass().getName())
          .thenComparing(GoYaml::text, BY_BYTES);

  private static Map<String, GoValue.Entry> named(Map<GoValue, GoValue.Entry> entries, Place place)
      throws Unparsable {
    Map<String, GoValue.Entry> named = new TreeMap<>(BY_BYTES);
    for (Map.Entry<GoValue, GoValue.Entry> entry : entries.entrySet()) {
      GoValue key = entry.getKey();
      boolean tooLarge =
          key instanceof GoValue.Int(var number, Place p) && number.bitLength() >= Long.SIZE;
      if (key instanceof GoValue.Null || tooLarge) {
        throw new Unparsable(
            "unsupported map key of type: %s".formatted(tooLarge ? "uint64" : "<nil>"), place);
      }
      named.put(text(key), entry.getValue());
    }
    return named;
  }

  /** Returns a scalar as the text that a key, or a value where text is wanted, becomes. */
  static String text(GoValue value) {
    return switch (value) {
      case GoValue.Bool bool -> Boolean.toString(bool.value());
      case GoValue.Int number -> number.value().toString();
      case GoValue.Decimal number -> GoText.shortFloat(number.value());
      case GoValue.Text text -> text.value();
      case GoValue.Null n -> "";
      case GoValue.Items i -> "";
      case GoValue.Entries e -> "";
    };
  }
}
