package io.gpurig.engine.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.gpurig.engine.problem.Source;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Merges the variables of hosts by Ansible's precedence, weakest first: those that the inventory
 * gives {@code all} and the other groups, {@code group_vars/all}, the other {@code group_vars/},
 * those that the inventory gives the host, {@code host_vars/}. Among groups, deeper ones win, then
 * those of higher priority, then those whose names come later.
 */
final class VariableMerge {
  private static final Comparator<Group> WEAKEST_FIRST =
      Comparator.comparingInt((Group group) -> group.depth)
          .thenComparingInt(group -> group.priority)
          .thenComparing(group -> group.name);

  private final GroupGraph graph;

  VariableMerge(GroupGraph graph) {
    this.graph = graph;
  }

  /** Returns the hosts in the order of the inventory. */
  Map<String, Host> hosts() {
    Map<String, List<Group>> memberships = new HashMap<>();
    for (Group group : graph.groups().stream().sorted(WEAKEST_FIRST).toList()) {
      graph
          .hostsOf(group.name)
          .forEach(host -> memberships.computeIfAbsent(host, h -> new ArrayList<>()).add(group));
    }
    Map<String, Host> hosts = new LinkedHashMap<>();
    for (String name : graph.hostsOf(GroupGraph.ALL)) {
      GroupGraph.Member member = graph.member(name);
      hosts.put(name, host(name, memberships.getOrDefault(name, List.of()), member));
    }
    return hosts;
  }

  /** Returns a host of this machine that is only in {@code all}. */
  Host implicit(String name) {
    GroupGraph.Member member = graph.implicitMember(name);
    Host host = host(name, List.of(graph.group(GroupGraph.ALL)), member);
    Map<String, JsonNode> variables = new HashMap<>(host.variables());
    Map<String, Source> sources = new HashMap<>(host.sources());
    if (!member.fileVariables().containsKey("ansible_connection")) {
      variables.put("ansible_connection", TextNode.valueOf("local"));
      sources.remove("ansible_connection");
    }
    return new Host(name, variables, sources);
  }

  private static Host host(String name, List<Group> groups, GroupGraph.Member member) {
    Map<String, Setting> merged = new LinkedHashMap<>();
    groups.forEach(group -> merged.putAll(group.variables));
    groups.forEach(group -> merged.putAll(group.fileVariables));
    merged.putAll(member.variables());
    merged.putAll(member.fileVariables());
    Map<String, JsonNode> variables = new LinkedHashMap<>();
    Map<String, Source> sources = new LinkedHashMap<>();
    merged.forEach(
        (variable, setting) -> {
          variables.put(variable, setting.value());
          sources.put(variable, setting.source());
        });
    boolean address = name.matches("[0-9.]+") || name.contains(":");
    String shortName = address ? name : name.split("\\.", 2)[0];
    magic("inventory_hostname", name, variables, sources);
    magic("inventory_hostname_short", shortName, variables, sources);
    return new Host(name, variables, sources);
  }

  /** Sets what Ansible itself says of a host, which wins over what is written. */
  private static void magic(
      String variable, String value, Map<String, JsonNode> variables, Map<String, Source> sources) {
    variables.put(variable, TextNode.valueOf(value));
    sources.remove(variable);
  }
}
