package io.gpurig.engine.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.problem.Nearest;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.yaml.Document;
import io.gpurig.engine.yaml.Kinds;
import io.gpurig.engine.yaml.Pointers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the groups, hosts and variables of a YAML inventory, as Ansible's yaml plugin does. */
final class InventoryReader {
  private static final List<String> KEYS = List.of("hosts", "vars", "children");

  private final Document document;
  private final Problems problems;
  private final GroupGraph graph;
  private final HostEntries entries;
  private final YamlVariables variables;

  InventoryReader(Document document, GroupGraph graph, Problems problems) {
    this.document = document;
    this.graph = graph;
    this.problems = problems;
    this.entries = new HostEntries(graph, problems);
    this.variables = new YamlVariables(document, problems);
  }

  /** Adds what the document says to the graph; returns false if it is no inventory at all. */
  boolean read() {
    if (!(document.tree() instanceof ObjectNode root)) {
      error("", "the inventory must be a mapping of groups, found " + found(""));
      return false;
    }
    JsonNode plugin = root.path("plugin");
    if (plugin.isTextual()) {
      problems.add(InventoryFormat.plugin(document.name(), plugin.asText()));
      return false;
    }
    root.properties().forEach(entry -> topLevel(entry.getKey(), entry.getValue()));
    return true;
  }

  private void topLevel(String name, JsonNode content) {
    String pointer = Pointers.child("", name);
    if (KEYS.contains(name)) {
      problems.add(
          Problem.error(
                  "inventory/unknown-key",
                  document.key(pointer),
                  "`" + name + "` stands where the names of groups are")
              .suggest("put it below `all:`"));
      return;
    }
    group(name, content, pointer);
  }

  private void group(String name, JsonNode content, String pointer) {
    graph.addGroup(name, document.key(pointer));
    if (content.isNull()) {
      return;
    }
    if (!content.isObject()) {
      error(
          pointer,
          "the group `"
              + name
              + "` must be a mapping with hosts, vars or children, found "
              + found(pointer));
      return;
    }
    for (Map.Entry<String, JsonNode> entry : content.properties()) {
      String child = Pointers.child(pointer, entry.getKey());
      switch (entry.getKey()) {
        case "hosts" ->
            members(entry.getValue(), child).forEach((k, v) -> hosts(name, k, v, child));
        case "children" ->
            members(entry.getValue(), child).forEach((k, v) -> child(name, k, v, child));
        case "vars" -> groupVariables(name, entry.getValue(), child);
        default -> unknownKey(name, entry.getKey(), child);
      }
    }
  }

  private void unknownKey(String group, String key, String pointer) {
    Problem problem =
        Problem.error(
            "inventory/unknown-key",
            document.key(pointer),
            "unknown key `" + key + "` in the group `" + group + "`");
    problems.add(
        Nearest.to(key, KEYS)
            .map(near -> problem.suggest("did you mean `" + near + "`?"))
            .orElseGet(
                () ->
                    problem.suggest(
                        "a group has hosts, vars and children; put `" + key + "` below one")));
  }

  /** The members of hosts or children: a mapping, nothing, or one name alone. */
  private Map<String, JsonNode> members(JsonNode content, String pointer) {
    Map<String, JsonNode> members = new LinkedHashMap<>();
    if (content.isObject()) {
      content.properties().forEach(entry -> members.put(entry.getKey(), entry.getValue()));
    } else if (content.isTextual()) {
      members.put(content.asText(), NullNode.instance);
    } else if (!content.isNull()) {
      Problem problem =
          Problem.error(
              "inventory/type",
              document.value(pointer),
              "`" + Pointers.last(pointer) + "` must be a mapping, found " + found(pointer));
      problems.add(
          content.isArray()
              ? problem.suggest("write each name as a key, as in `gpu01:`, without a dash")
              : problem);
    }
    return members;
  }

  private void child(String parent, String name, JsonNode content, String pointer) {
    group(name, content, Pointers.child(pointer, name));
    graph.addChild(parent, name);
  }

  private void hosts(String group, String name, JsonNode content, String pointer) {
    String own = Pointers.child(pointer, name);
    if (!content.isNull() && !content.isObject()) {
      error(own, "`" + name + "` must be a mapping of variables, found " + found(own));
    }
    entries.add(group, name, variables.read(content, own), document.key(own));
  }

  private void groupVariables(String group, JsonNode content, String pointer) {
    if (!content.isNull() && !content.isObject()) {
      error(pointer, "`vars` must be a mapping of variables, found " + found(pointer));
      return;
    }
    variables
        .read(content, pointer)
        .forEach(
            (name, setting) -> {
              if (name.equals("ansible_group_priority")) {
                priority(group, setting.value(), Pointers.child(pointer, name));
              } else {
                graph.setGroupVariable(group, name, setting);
              }
            });
  }

  private void priority(String group, JsonNode value, String pointer) {
    if (value.asText().matches("-?[0-9]{1,9}")) {
      graph.setPriority(group, Integer.parseInt(value.asText()));
    } else {
      error(pointer, "`ansible_group_priority` must be a whole number, found " + found(pointer));
    }
  }

  private String found(String pointer) {
    return Kinds.found(document.tree().at(pointer));
  }

  private void error(String pointer, String message) {
    problems.add(Problem.error("inventory/type", document.value(pointer), message));
  }
}
