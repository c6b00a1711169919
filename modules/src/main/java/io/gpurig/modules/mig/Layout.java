package io.gpurig.modules.mig;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How many MIG devices of which kind a GPU has, or is to have.
 *
 * @param counts by profile, the largest first; every count is above 0
 */
record Layout(SortedMap<MigProfile, Integer> counts) {
  static final Layout EMPTY = new Layout(new TreeMap<>());

  Layout {
    SortedMap<MigProfile, Integer> positive = new TreeMap<>(counts);
    positive.values().removeIf(count -> count <= 0);
    counts = Collections.unmodifiableSortedMap(positive);
  }

  /** Returns the layout of these devices. */
  static Layout of(List<MigProfile> devices) {
    SortedMap<MigProfile, Integer> counts = new TreeMap<>();
    devices.forEach(device -> counts.merge(device, 1, Integer::sum));
    return new Layout(counts);
  }

  /**
   * A GPU instance that the layout needs.
   *
   * @param name its profile
   * @param compute the slices of its compute instances, the largest first
   */
  record Instance(MigProfile name, List<Integer> compute) {
    Instance {
      compute = List.copyOf(compute);
    }

    /** Returns the MIG devices that it holds. */
    List<MigProfile> devices() {
      return compute.stream()
          .map(c -> new MigProfile(c, name.slices(), name.gigabytes(), name.attributes()))
          .toList();
    }
  }

  /**
   * Returns the fewest GPU instances that hold all devices, the largest first. Compute instances go
   * into one GPU instance for as long as its slices last, as mig-parted packs them.
   */
  List<Instance> instances() {
    SortedMap<MigProfile, List<List<Integer>>> packed = new TreeMap<>();
    // largest first, so that what is left over is filled with the small ones
    counts.forEach(
        (profile, count) -> {
          List<List<Integer>> bins =
              packed.computeIfAbsent(profile.gpuInstance(), name -> new ArrayList<>());
          for (int i = 0; i < count; i++) {
            put(profile, bins);
          }
        });
    List<Instance> instances = new ArrayList<>();
    packed.forEach((name, bins) -> bins.forEach(bin -> instances.add(new Instance(name, bin))));
    return instances;
  }

  private static void put(MigProfile profile, List<List<Integer>> bins) {
    for (List<Integer> bin : bins) {
      if (sum(bin) + profile.compute() <= profile.slices()) {
        bin.add(profile.compute());
        return;
      }
    }
    bins.add(new ArrayList<>(List.of(profile.compute())));
  }

  private static int sum(List<Integer> slices) {
    return slices.stream().mapToInt(Integer::intValue).sum();
  }

  /** Returns the number of devices. */
  int size() {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Returns the layout as a plan spells it: <code>{3g.20gb: 2}</code>. */
  @Override
  public String toString() {
    return counts.entrySet().stream()
        .map(entry -> entry.getKey() + ": " + entry.getValue())
        .collect(Collectors.joining(", ", "{", "}"));
  }

  /** Returns how far another layout is away: how many devices one has and the other has not. */
  int distance(Layout other) {
    int distance = 0;
    for (Map.Entry<MigProfile, Integer> entry : counts.entrySet()) {
      int theirs = other.counts.getOrDefault(entry.getKey(), 0);
      distance += Math.abs(entry.getValue() - theirs);
    }
    for (Map.Entry<MigProfile, Integer> entry : other.counts.entrySet()) {
      distance += counts.containsKey(entry.getKey()) ? 0 : entry.getValue();
    }
    return distance;
  }
}
