package io.gpurig.modules.cdi;

import io.gpurig.modules.cdi.CdiSpec.Device;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The devices that the files of some directories define (pkg/cdi/cache.go). What conflicts is a
 * device and not a file: the later directory wins; in one directory neither does, and the device is
 * gone even if an earlier directory defines it too.
 */
public final class CdiCache {
  private final NavigableMap<String, Entry> devices = new TreeMap<>(GoYaml.BY_BYTES);
  private final NavigableMap<String, List<String>> conflicts = new TreeMap<>(GoYaml.BY_BYTES);
  private final List<Shadow> shadows = new ArrayList<>();
  private final Map<String, List<String>> errors = new LinkedHashMap<>();
  private final NavigableSet<String> vendors = new TreeSet<>(GoYaml.BY_BYTES);
  private final NavigableSet<String> classes = new TreeSet<>(GoYaml.BY_BYTES);
  private final Map<String, Integer> priorities = new HashMap<>();

  private CdiCache() {}

  /** A device with where it is defined. */
  public record Entry(QualifiedName name, CdiFile file, CdiSpec spec, Device device) {}

  /**
   * A device whose definition counts for nothing.
   *
   * @param by the file whose definition counts
   */
  public record Shadow(String name, String file, String by) {}

  /**
   * Returns the devices of directories.
   *
   * @param directories the one of least priority first
   */
  public static CdiCache of(List<CdiDirectory> directories) {
    CdiCache cache = new CdiCache();
    for (int priority = 0; priority < directories.size(); priority++) {
      for (CdiFile file : directories.get(priority).files()) {
        cache.add(file, priority);
      }
    }
    cache.conflicts.keySet().forEach(cache.devices::remove);
    cache.shadows.removeIf(shadow -> cache.conflicts.containsKey(shadow.name));
    return cache;
  }

  private void add(CdiFile file, int priority) {
    file.error().ifPresent(error -> error(file.path(), "failed to load CDI Spec " + error));
    if (!file.isValid() || file.spec().isEmpty()) {
      return;
    }
    CdiSpec spec = file.spec().get();
    vendors.add(spec.parsedKind().vendor());
    classes.add(spec.parsedKind().deviceClass());
    for (Device device : spec.devices()) {
      add(new Entry(spec.qualified(device), file, spec, device), priority);
    }
  }

  private void add(Entry entry, int priority) {
    String name = entry.name.toString();
    Entry old = devices.get(name);
    if (old != null && priorities.getOrDefault(name, 0) == priority) {
      conflict(name, entry.file.path(), old.file.path());
      return;
    }
    if (old != null) {
      shadows.add(new Shadow(name, old.file.path(), entry.file.path()));
    }
    devices.put(name, entry);
    priorities.put(name, priority);
  }

  private void conflict(String name, String path, String other) {
    String message =
        "conflicting device %s (specs %s, %s)"
            .formatted(GoText.quote(name), GoText.quote(path), GoText.quote(other));
    error(path, message);
    error(other, message);
    List<String> files = conflicts.computeIfAbsent(name, n -> new ArrayList<>());
    for (String file : List.of(other, path)) {
      if (!files.contains(file)) {
        files.add(file);
      }
    }
  }

  private void error(String path, String message) {
    errors.computeIfAbsent(path, p -> new ArrayList<>()).add(message);
  }

  /** Returns the device of a qualified name. */
  public Optional<Entry> device(String name) {
    return Optional.ofNullable(devices.get(name));
  }

  /** Returns the devices by qualified name, sorted. */
  public NavigableMap<String, Entry> devices() {
    return Collections.unmodifiableNavigableMap(devices);
  }

  /**
   * Returns the devices that are gone because files of one directory define them, and the files.
   */
  public NavigableMap<String, List<String>> conflicts() {
    return Collections.unmodifiableNavigableMap(conflicts);
  }

  /** Returns the definitions that a later directory overrides. */
  public List<Shadow> shadows() {
    return List.copyOf(shadows);
  }

  /** Returns what is wrong, by file, in the words of the library. */
  public Map<String, List<String>> errors() {
    return Collections.unmodifiableMap(errors);
  }

  /** Returns the vendors of the good files, sorted. */
  public NavigableSet<String> vendors() {
    return Collections.unmodifiableNavigableSet(vendors);
  }

  /** Returns the classes of the good files, sorted. */
  public NavigableSet<String> classes() {
    return Collections.unmodifiableNavigableSet(classes);
  }
}
