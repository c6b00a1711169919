package io.gpurig.engine.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Hosts and groups while an inventory is read; knows Ansible's order and precedence. */
final class GroupGraph {
  static final String ALL = "all";
  static final String UNGROUPED = "ungrouped";
  static final int MAX_DEPTH = 100;

  private final Map<String, Group> groups = new LinkedHashMap<>();
  private final Map<String, Map<String, JsonNode>> hostVariables = new LinkedHashMap<>();

  GroupGraph() {
    group(ALL);
    addChild(ALL, UNGROUPED);
  }

  private static final class Group {
    private final String name;
    private final Set<String> hosts = new LinkedHashSet<>();
    private final Set<String> children = new LinkedHashSet<>();
    private final Set<String> parents = new LinkedHashSet<>();
    private final Map<String, JsonNode> variables = new LinkedHashMap<>();
    private int priority = 1;
    private int depth;

    Group(String name) {
      this.name = name;
    }
  }

  void addGroup(String name) {
    group(name);
  }

  void addChild(String parent, String child) {
    group(parent).children.add(child);
    group(child).parents.add(parent);
  }

  void addHost(String group, String host) {
    hostVariables.computeIfAbsent(host, name -> new LinkedHashMap<>());
    group(group).hosts.add(host);
  }

  void setHostVariable(String host, String variable, JsonNode value) {
    hostVariables.computeIfAbsent(host, name -> new LinkedHashMap<>()).put(variable, value);
  }

  void setGroupVariable(String group, String variable, JsonNode value) {
    group(group).variables.put(variable, value);
  }

  void setPriority(String group, int priority) {
    group(group).priority = priority;
  }

  Set<String> groupNames() {
    return groups.keySet();
  }

  Set<String> hostNames() {
    return hostVariables.keySet();
  }

  /**
   * Puts groups without a parent under {@code all}, hosts without a group into {@code ungrouped},
   * and measures depths.
   *
   * @return a circle of groups, first and last the same; empty if there is none
   */
  List<String> complete() {
    for (Group group : groups.values()) {
      if (!group.name.equals(ALL) && group.parents.isEmpty()) {
        addChild(ALL, group.name);
      }
    }
    List<String> circle = measureDepths();
    if (circle.isEmpty()) {
      fillUngrouped();
    }
    return circle;
  }

  /** Returns how deep the deepest group lies; {@code all} is at 0. */
  int depth() {
    return groups.values().stream().mapToInt(group -> group.depth).max().orElse(0);
  }

  /** Returns the hosts of a group and of all groups below it, nearest groups first. */
  List<String> hostsOf(String name) {
    Set<String> hosts = new LinkedHashSet<>();
    Set<String> seen = new LinkedHashSet<>(List.of(name));
    Deque<String> next = new ArrayDeque<>(seen);
    while (!next.isEmpty()) {
      Group group = group(next.removeFirst());
      hosts.addAll(group.hosts);
      group.children.stream().filter(seen::add).forEach(next::addLast);
    }
    return List.copyOf(hosts);
  }

  /** Returns the hosts with their variables merged. */
  Map<String, Host> hosts() {
    Map<String, List<Group>> memberships = new HashMap<>();
    groups
        .values()
        .forEach(
            group ->
                hostsOf(group.name)
                    .forEach(
                        host ->
                            memberships.computeIfAbsent(host, h -> new ArrayList<>()).add(group)));
    Map<String, Host> hosts = new LinkedHashMap<>();
    for (String name : hostsOf(ALL)) {
      hosts.put(name, host(name, memberships.getOrDefault(name, List.of()), own(name)));
    }
    return hosts;
  }

  /** Returns a host that is only in {@code all}. */
  Host implicit(String name, Map<String, JsonNode> own) {
    return host(name, List.of(group(ALL)), own);
  }

  private static Host host(String name, List<Group> groups, Map<String, JsonNode> own) {
    Map<String, JsonNode> variables = new LinkedHashMap<>();
    groups.stream()
        .sorted(
            Comparator.comparingInt((Group group) -> group.depth)
                .thenComparingInt(group -> group.priority)
                .thenComparing(group -> group.name))
        .forEach(group -> variables.putAll(group.variables));
    variables.putAll(own);
    variables.put("inventory_hostname", TextNode.valueOf(name));
    boolean address = name.matches("[0-9.]+") || name.contains(":");
    String shortName = address ? name : name.split("\\.", 2)[0];
    variables.put("inventory_hostname_short", TextNode.valueOf(shortName));
    return new Host(name, variables);
  }

  private Map<String, JsonNode> own(String host) {
    return hostVariables.getOrDefault(host, Map.of());
  }

  private void fillUngrouped() {
    Set<String> grouped = new LinkedHashSet<>();
    groups.values().stream()
        .filter(group -> !group.name.equals(ALL) && !group.name.equals(UNGROUPED))
        .forEach(group -> grouped.addAll(group.hosts));
    Group ungrouped = group(UNGROUPED);
    ungrouped.hosts.removeAll(grouped);
    hostVariables.keySet().stream()
        .filter(host -> !grouped.contains(host))
        .forEach(ungrouped.hosts::add);
  }

  /** Gives each group the length of the longest way to it; what is left over is in a circle. */
  private List<String> measureDepths() {
    Map<String, Integer> waiting = new LinkedHashMap<>();
    groups.values().forEach(group -> waiting.put(group.name, group.parents.size()));
    Deque<Group> ready = new ArrayDeque<>();
    groups.values().stream().filter(group -> group.parents.isEmpty()).forEach(ready::add);
    while (!ready.isEmpty()) {
      Group group = ready.removeFirst();
      waiting.remove(group.name);
      for (String name : group.children) {
        Group child = group(name);
        child.depth = Math.max(child.depth, group.depth + 1);
        if (waiting.merge(name, -1, Integer::sum) == 0) {
          ready.addLast(child);
        }
      }
    }
    return waiting.isEmpty() ? List.of() : circle(waiting.keySet());
  }

  private List<String> circle(Set<String> left) {
    List<String> path = new ArrayList<>();
    String name = left.iterator().next();
    while (!path.contains(name)) {
      path.add(name);
      name = group(name).parents.stream().filter(left::contains).findFirst().orElse(name);
    }
    List<String> circle = new ArrayList<>(path.subList(path.indexOf(name), path.size()));
    circle.add(name);
    return circle.reversed();
  }

  private Group group(String name) {
    return groups.computeIfAbsent(name, Group::new);
  }
}
