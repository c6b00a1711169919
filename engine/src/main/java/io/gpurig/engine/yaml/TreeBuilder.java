package io.gpurig.engine.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.problem.Source;
import io.gpurig.engine.yaml.Document.Origin;
import io.gpurig.engine.yaml.Document.Place;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Turns YAML nodes into a JSON tree and notes where each stands. */
final class TreeBuilder {
  private static final String MERGE = "<<";

  private final String name;
  private final List<String> lines;
  private final Problems problems;
  private final Origin origin;
  private final ScalarReader scalars;
  private final Map<String, Place> places = new HashMap<>();
  private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private int nodes;

  TreeBuilder(String name, List<String> lines, Problems problems) {
    this.name = name;
    this.lines = lines;
    this.problems = problems;
    this.origin = new Origin(name, List.copyOf(lines));
    this.scalars = new ScalarReader(name, lines, problems);
  }

  JsonNode build(Node root) {
    return value(root, "", Span.of(root, lines));
  }

  /** Where every node of the tree stands, by JSON pointer. */
  Map<String, Place> places() {
    return places;
  }

  private JsonNode value(Node node, String pointer, Span key) {
    places.put(pointer, new Place(origin, key, Span.of(node, lines)));
    if (!enter(node)) {
      return NullNode.instance;
    }
    try {
      return switch (node) {
        case MappingNode mapping -> mapping(mapping, pointer);
        case SequenceNode sequence -> sequence(sequence, pointer);
        case ScalarNode scalar -> scalars.read(scalar);
        default -> throw new IllegalStateException("unresolved node at " + pointer);
      };
    } finally {
      open.remove(node);
    }
  }

  /** Opens a node, unless it is open already: then it contains itself, which is reported. */
  private boolean enter(Node node) {
    nodes++;
    if (nodes > GuardedParser.MAX_NODES) {
      throw GuardedParser.tooManyNodes(node.getStartMark());
    }
    if (!open.add(node)) {
      problem(node, "yaml/alias-cycle", "an alias stands inside the value that it repeats");
      return false;
    }
    // an alias may repeat, at any depth, what itself is deep
    if (open.size() > GuardedParser.MAX_DEPTH + 1) {
      throw new GuardedParser.LimitException(
          "nested deeper than " + GuardedParser.MAX_DEPTH + " levels, aliases expanded",
          Span.of(node, lines));
    }
    return true;
  }

  private JsonNode sequence(SequenceNode node, String pointer) {
    supported(node, Tag.SEQ);
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (Node item : node.getValue()) {
      String itemPointer = pointer + "/" + array.size();
      array.add(value(item, itemPointer, Span.of(item, lines)));
    }
    return array;
  }

  private JsonNode mapping(MappingNode node, String pointer) {
    supported(node, Tag.MAP);
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    entries(node)
        .forEach(
            (key, entry) -> {
              Span span = Span.of(entry.getKeyNode(), lines);
              String child = Pointers.child(pointer, key);
              object.set(key, value(entry.getValueNode(), child, span));
            });
    return object;
  }

  private Map<String, NodeTuple> entries(MappingNode node) {
    Map<String, NodeTuple> entries = new LinkedHashMap<>();
    List<Node> merged = new ArrayList<>();
    for (NodeTuple entry : node.getValue()) {
      Optional<String> key = key(entry.getKeyNode());
      if (key.isEmpty()) {
        continue;
      }
      if (key.get().equals(MERGE)) {
        merged.add(entry.getValueNode());
        continue;
      }
      NodeTuple first = entries.putIfAbsent(key.get(), entry);
      if (first != null) {
        int line = Span.of(first.getKeyNode(), lines).line();
        problem(
            entry.getKeyNode(),
            "yaml/duplicate-key",
            "duplicate key `" + key.get() + "`; it is set first on line " + line);
      }
    }
    merged.forEach(source -> merge(source, entries));
    return entries;
  }

  /** Adds what a merge key brings: the entries whose keys are not there yet. */
  private void merge(Node source, Map<String, NodeTuple> entries) {
    if (!enter(source)) {
      return;
    }
    switch (source) {
      case MappingNode mapping -> {
        List<Node> further = new ArrayList<>();
        for (NodeTuple entry : mapping.getValue()) {
          nodes++;
          // a key that is not a scalar is reported where the mapping itself is read
          if (entry.getKeyNode() instanceof ScalarNode key && key.getValue().equals(MERGE)) {
            further.add(entry.getValueNode());
          } else if (entry.getKeyNode() instanceof ScalarNode key && !key.getValue().isEmpty()) {
            entries.putIfAbsent(key.getValue(), entry);
          }
        }
        further.forEach(node -> merge(node, entries));
      }
      case SequenceNode sequence -> sequence.getValue().forEach(node -> merge(node, entries));
      default ->
          problem(source, "yaml/merge", "`<<` takes a mapping or a list of mappings, as an alias");
    }
    open.remove(source);
  }

  private Optional<String> key(Node node) {
    if (!(node instanceof ScalarNode scalar)) {
      problems.add(nonScalarKey(node));
      return Optional.empty();
    }
    if (scalar.getValue().isEmpty()) {
      problem(node, "yaml/key", "a key is missing before `:`");
      return Optional.empty();
    }
    return Optional.of(scalar.getValue());
  }

  private Problem nonScalarKey(Node node) {
    Source source = Span.of(node, lines).in(name, lines);
    String kind = node instanceof MappingNode ? "mapping" : "list";
    Problem problem = Problem.error("yaml/key", source, "a key must be text, found a " + kind);
    return source.text().contains("{{")
        ? problem.suggest("write ${name} for a variable; there is no template language")
        : problem;
  }

  private void supported(Node node, Tag expected) {
    if (!node.getTag().equals(expected)) {
      problems.add(scalars.unknownTag(node));
    }
  }

  private void problem(Node node, String code, String message) {
    problems.add(Problem.error(code, Span.of(node, lines).in(name, lines), message));
  }
}
