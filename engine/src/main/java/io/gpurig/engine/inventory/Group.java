package io.gpurig.engine.inventory;

import io.gpurig.engine.problem.Source;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A group while an inventory is read; belongs to its {@link GroupGraph}. */
final class Group {
  final String name;
  final Set<String> hosts = new LinkedHashSet<>();
  final Set<String> children = new LinkedHashSet<>();
  final Set<String> parents = new LinkedHashSet<>();

  /** What the inventory itself says. */
  final Map<String, Setting> variables = new LinkedHashMap<>();

  /** What the files in {@code group_vars/} say. */
  final Map<String, Setting> fileVariables = new LinkedHashMap<>();

  int priority = 1;
  int depth;

  /** Where it is mentioned last. */
  Optional<Source> place = Optional.empty();

  Group(String name) {
    this.name = name;
  }
}
