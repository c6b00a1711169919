package io.gpurig.engine.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.problem.Nearest;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.problem.Severity;
import io.gpurig.engine.problem.Source;
import io.gpurig.engine.yaml.Document;
import io.gpurig.engine.yaml.Kinds;
import io.gpurig.engine.yaml.Pointers;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the groups, hosts and variables of a YAML inventory, as Ansible's yaml plugin does. */
final class InventoryReader {
  private static final List<String> KEYS = List.of("hosts", "vars", "children");

  private final Document document;
  private final Problems problems;
  private final GroupGraph graph = new GroupGraph();
  private final Map<String, String> groupPointers = new HashMap<>();
  private final Map<String, String> hostPointers = new HashMap<>();

  InventoryReader(Document document, Problems problems) {
    this.document = document;
    this.problems = problems;
  }

  Optional<GroupGraph> read() {
    if (!(document.tree() instanceof ObjectNode root)) {
      error("", "the inventory must be a mapping of groups, found " + found(""));
      return Optional.empty();
    }
    root.properties().forEach(entry -> topLevel(entry.getKey(), entry.getValue()));
    graph.hostNames().stream().filter(graph.groupNames()::contains).forEach(this::warnOfSameName);
    List<String> circle = graph.complete();
    if (!circle.isEmpty()) {
      problems.add(
          Problem.error(
              "inventory/circle",
              document.key(groupPointers.getOrDefault(circle.get(1), "")),
              "groups are inside one another in a circle: " + String.join(" → ", circle)));
      return Optional.empty();
    }
    if (graph.depth() > GroupGraph.MAX_DEPTH) {
      error("", "groups are nested deeper than " + GroupGraph.MAX_DEPTH + " levels");
      return Optional.empty();
    }
    return Optional.of(graph);
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
    graph.addGroup(name);
    groupPointers.put(name, pointer);
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
    HostAddress address =
        HostAddress.parse(name).orElseGet(() -> new HostAddress(name, Optional.empty()));
    List<String> hosts;
    try {
      hosts = HostRange.expand(address.host());
    } catch (HostRange.InvalidRangeException e) {
      problems.add(
          Problem.error(
              "inventory/range", document.key(own), "the range in `" + name + "` " + e.reason()));
      return;
    }
    if (graph.hostNames().size() + hosts.size() > HostRange.MAX_HOSTS) {
      error(own, "the inventory has more than " + HostRange.MAX_HOSTS + " hosts");
      return;
    }
    if (!content.isNull() && !content.isObject()) {
      error(own, "`" + name + "` must be a mapping of variables, found " + found(own));
    }
    checkValue(content, own);
    for (String host : hosts) {
      graph.addHost(group, host);
      hostPointers.putIfAbsent(host, own);
      address
          .port()
          .ifPresent(p -> graph.setHostVariable(host, "ansible_port", IntNode.valueOf(p)));
      content
          .properties()
          .forEach(entry -> graph.setHostVariable(host, entry.getKey(), entry.getValue()));
    }
  }

  private void groupVariables(String group, JsonNode content, String pointer) {
    if (!content.isNull() && !content.isObject()) {
      error(pointer, "`vars` must be a mapping of variables, found " + found(pointer));
      return;
    }
    checkValue(content, pointer);
    for (Map.Entry<String, JsonNode> entry : content.properties()) {
      if (entry.getKey().equals("ansible_group_priority")) {
        priority(group, entry.getValue(), Pointers.child(pointer, entry.getKey()));
      } else {
        graph.setGroupVariable(group, entry.getKey(), entry.getValue());
      }
    }
  }

  private void priority(String group, JsonNode value, String pointer) {
    if (value.asText().matches("-?[0-9]{1,9}")) {
      graph.setPriority(group, Integer.parseInt(value.asText()));
    } else {
      error(pointer, "`ansible_group_priority` must be a whole number, found " + found(pointer));
    }
  }

  /** Refuses what only Ansible could work out. */
  private void checkValue(JsonNode value, String pointer) {
    value.properties().forEach(e -> checkValue(e.getValue(), Pointers.child(pointer, e.getKey())));
    if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        checkValue(value.get(i), pointer + "/" + i);
      }
    }
    if (value.isTextual() && (value.asText().contains("{{") || value.asText().contains("{%"))) {
      String start = value.asText().contains("{{") ? "{{" : "{%";
      problems.add(
          Problem.error(
                  "inventory/template",
                  document.piece(pointer, start, start, 0),
                  "Jinja templates are not read")
              .suggest("write ${name} for the value of a variable"));
    }
  }

  private void warnOfSameName(String name) {
    Source source = document.key(hostPointers.getOrDefault(name, ""));
    problems.add(
        new Problem(
            Severity.WARNING,
            "inventory/same-name",
            Optional.of(source),
            "`" + name + "` is both a host and a group; patterns take it for the host",
            Optional.of("rename one of them")));
  }

  private String found(String pointer) {
    return Kinds.found(document.tree().at(pointer));
  }

  private void error(String pointer, String message) {
    problems.add(Problem.error("inventory/type", document.value(pointer), message));
  }
}
