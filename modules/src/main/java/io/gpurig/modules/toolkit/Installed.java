package io.gpurig.modules.toolkit;

import static java.util.function.Predicate.not;

import io.gpurig.engine.change.Change.Field;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which of the toolkit's packages a host has.
 *
 * @param versions of those that are there, by name
 * @param held those that upgrades of the system leave alone
 * @param broken those whose installation was begun and not finished
 */
record Installed(Map<String, String> versions, Set<String> held, Set<String> broken) {
  static final Installed NOTHING = new Installed(Map.of(), Set.of(), Set.of());

  Installed {
    versions = Collections.unmodifiableMap(new TreeMap<>(versions));
    held = Set.copyOf(held);
    broken = Set.copyOf(broken);
  }

  boolean none() {
    return versions.isEmpty();
  }

  List<String> names() {
    return List.copyOf(versions.keySet());
  }

  /** Returns the names of those packages that are not there. */
  List<String> absent() {
    return PackageRequest.NAMES.stream().filter(not(versions::containsKey)).toList();
  }

  /** Returns whether all are there whole, in this version. */
  boolean all(String version) {
    return absent().isEmpty()
        && broken.isEmpty()
        && versions.values().stream().allMatch(version::equals);
  }

  /** Returns the version that they have, or all of their versions. */
  Optional<String> version() {
    List<String> found = versions.values().stream().distinct().sorted().toList();
    return found.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", found));
  }

  /** Returns what differs from all of them being there whole, in one version. */
  List<Field> lacking(String version) {
    List<Field> fields = new ArrayList<>();
    if (!version().equals(Optional.of(version))) {
      fields.add(new Field("version", version(), Optional.of(version)));
    }
    if (!none() && !absent().isEmpty()) {
      fields.add(Field.of("missing", String.join(", ", absent()), "installed"));
    }
    if (!broken.isEmpty()) {
      fields.add(Field.of("state", "half installed", "installed"));
    }
    return fields;
  }
}
