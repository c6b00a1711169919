package io.gpurig.engine.inventory;

import io.gpurig.engine.problem.Source;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Hosts and groups while an inventory is read; knows Ansible's order. */
final class GroupGraph {
  static final String ALL = "all";
  static final String UNGROUPED = "ungrouped";
  static final int MAX_DEPTH = 100;

  private final Map<String, Group> groups = new LinkedHashMap<>();
  private final Map<String, Member> hosts = new LinkedHashMap<>();
  private final Map<String, Member> implicit = new LinkedHashMap<>();

  GroupGraph() {
    group(ALL);
    addChild(ALL, UNGROUPED);
  }

  /** The variables of a host: those of the inventory and those of {@code host_vars/}. */
  record Member(
      Map<String, Setting> variables, Map<String, Setting> fileVariables, Optional<Source> place) {
    Member(Optional<Source> place) {
      this(new LinkedHashMap<>(), new LinkedHashMap<>(), place);
    }
  }

  void addGroup(String name, Source place) {
    group(name).place = Optional.of(place);
  }

  boolean hasGroup(String name) {
    return groups.containsKey(name);
  }

  void addChild(String parent, String child) {
    group(parent).children.add(child);
    group(child).parents.add(parent);
  }

  /**
   * Puts a host into a group.
   *
   * @return whether the host is new
   */
  boolean addHost(String group, String host, Source place) {
    group(group).hosts.add(host);
    return hosts.putIfAbsent(host, new Member(Optional.of(place))) == null;
  }

  /** Sets a variable of a host; if there is a group of that name then, as in Ansible, its. */
  void setHostVariable(String host, String variable, Setting setting) {
    Group group = groups.get(host);
    (group == null ? member(host).variables() : group.variables).put(variable, setting);
  }

  /** Sets the port of a host, whatever groups there are. */
  void setPort(String host, Setting setting) {
    member(host).variables().put("ansible_port", setting);
  }

  void setGroupVariable(String group, String variable, Setting setting) {
    group(group).variables.put(variable, setting);
  }

  void setPriority(String group, int priority) {
    group(group).priority = priority;
  }

  Collection<Group> groups() {
    return groups.values();
  }

  Set<String> hostNames() {
    return hosts.keySet();
  }

  /** Returns a host's variables; to be added to. */
  Member member(String host) {
    return hosts.computeIfAbsent(host, name -> new Member(Optional.empty()));
  }

  /** Returns the variables of a host that is known without being in the inventory. */
  Member implicitMember(String host) {
    return implicit.computeIfAbsent(host, name -> new Member(Optional.empty()));
  }

  /** Returns a group, a new one if there is none of that name. */
  Group group(String name) {
    return groups.computeIfAbsent(name, Group::new);
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
    Set<String> found = new LinkedHashSet<>();
    Set<String> seen = new LinkedHashSet<>(List.of(name));
    Deque<String> next = new ArrayDeque<>(seen);
    while (!next.isEmpty()) {
      Group group = group(next.removeFirst());
      found.addAll(group.hosts);
      group.children.stream().filter(seen::add).forEach(next::addLast);
    }
    return List.copyOf(found);
  }

  private void fillUngrouped() {
    Set<String> grouped = new LinkedHashSet<>();
    groups.values().stream()
        .filter(group -> !group.name.equals(ALL) && !group.name.equals(UNGROUPED))
        .forEach(group -> grouped.addAll(group.hosts));
    Group ungrouped = group(UNGROUPED);
    ungrouped.hosts.removeAll(grouped);
    hosts.keySet().stream().filter(host -> !grouped.contains(host)).forEach(ungrouped.hosts::add);
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
}
