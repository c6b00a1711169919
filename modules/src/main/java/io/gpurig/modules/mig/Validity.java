package io.gpurig.modules.mig;

import io.gpurig.engine.problem.Nearest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Whether a model of GPU can have a layout, and what is in the way if it cannot. */
final class Validity {
  private final MigModel model;
  private final Placements placements;

  Validity(MigModel model) {
    this.model = model;
    this.placements = new Placements(model);
  }

  /**
   * Why a layout is not possible.
   *
   * @param reason a clause
   * @param suggestion the nearest that is possible
   */
  record Fault(String reason, String suggestion) {}

  /** Returns what is wrong with a layout, empty if the model can have it. */
  Optional<Fault> fault(Layout layout) {
    return unknown(layout)
        .or(
            () ->
                fits(layout)
                    ? Optional.empty()
                    : Optional.of(new Fault(reason(layout), "write " + nearest(layout))));
  }

  /** Returns whether the model can have a layout. */
  boolean accepts(Layout layout) {
    return unknown(layout).isEmpty() && fits(layout);
  }

  private Optional<Fault> unknown(Layout layout) {
    for (MigProfile profile : layout.counts().keySet()) {
      Optional<GpuInstanceProfile> offered = model.profile(profile.gpuInstance());
      if (offered.isEmpty()) {
        String name = profile.gpuInstance().toString();
        String all = "it offers " + String.join(", ", model.names());
        return Optional.of(
            new Fault(
                "it has no profile " + name,
                Nearest.to(name, model.names())
                    .map(near -> "did you mean `%s`? %s".formatted(near, all))
                    .orElse(all)));
      }
      if (!offered.get().offers(profile.compute())) {
        return Optional.of(
            new Fault(
                "a %s has no compute instance of %d slices"
                    .formatted(profile.gpuInstance(), profile.compute()),
                "write " + profile.gpuInstance() + " for all of it, or 1c or 2c for a part"));
      }
    }
    return Optional.empty();
  }

  private boolean fits(Layout layout) {
    return placements.find(profiles(layout), List.of()).isPresent();
  }

  private List<GpuInstanceProfile> profiles(Layout layout) {
    return layout.instances().stream()
        .flatMap(instance -> model.profile(instance.name()).stream())
        .toList();
  }

  private String reason(Layout layout) {
    List<GpuInstanceProfile> all = profiles(layout);
    List<String> reasons = new ArrayList<>();
    for (GpuInstanceProfile one : all.stream().distinct().toList()) {
      long count = all.stream().filter(one::equals).count();
      if (count > one.max()) {
        reasons.add("%d × %s, and at most %d fit".formatted(count, one.name(), one.max()));
      }
    }
    tooMany("compute slices", all, p -> p.name().slices(), model.compute(), reasons);
    tooMany("memory slices", all, GpuInstanceProfile::size, model.memory(), reasons);
    if (model.media() > 0) {
      tooMany("media engines", all, GpuInstanceProfile::media, model.media(), reasons);
    }
    if (Placements.sum(all, GpuInstanceProfile::extensions) > MigModel.EXTENSIONS) {
      reasons.add("only one instance can have the media extensions");
    }
    return reasons.isEmpty() ? overlap(all) : String.join("; ", reasons);
  }

  private static void tooMany(
      String what,
      List<GpuInstanceProfile> all,
      java.util.function.ToIntFunction<GpuInstanceProfile> of,
      int there,
      List<String> reasons) {
    int needed = Placements.sum(all, of);
    if (needed > there) {
      reasons.add("they need %d %s, and there are %d".formatted(needed, what, there));
    }
  }

  /** Names the first instance for which those before it leave no place. */
  private String overlap(List<GpuInstanceProfile> all) {
    int fitting = 0;
    while (fitting < all.size()
        && placements.find(all.subList(0, fitting + 1), List.of()).isPresent()) {
      fitting++;
    }
    List<Placement> before = placements.find(all.subList(0, fitting), List.of()).orElse(List.of());
    GpuInstanceProfile last = all.get(Math.min(fitting, all.size() - 1));
    List<String> taken =
        before.stream().map(p -> p.profile().name() + " at " + p.slices()).toList();
    return "a %s begins at memory slice %s and takes %d, which overlaps %s"
        .formatted(
            last.name(),
            String.join(" or ", last.starts().stream().map(String::valueOf).toList()),
            last.size(),
            String.join(", ", taken));
  }

  /**
   * Returns the valid layout that differs in the fewest devices; among several the one that uses
   * the most of the GPU.
   */
  Layout nearest(Layout layout) {
    SortedMap<MigProfile, Integer> compute = new TreeMap<>(layout.counts());
    compute.keySet().removeIf(profile -> profile.compute() == profile.slices());
    List<Layout> candidates = compute.isEmpty() ? valid() : smaller(new Layout(layout.counts()));
    return candidates.stream()
        .min(
            Comparator.comparingInt((Layout one) -> one.distance(layout))
                .thenComparing(Comparator.comparingInt(Validity::slices).reversed())
                .thenComparing(Layout::toString))
        .orElse(Layout.EMPTY);
  }

  private static int slices(Layout layout) {
    return layout.counts().entrySet().stream()
        .mapToInt(entry -> entry.getKey().compute() * entry.getValue())
        .sum();
  }

  /** Returns every layout of whole GPU instances that the model can have, but for the empty one. */
  List<Layout> valid() {
    List<Layout> found = new ArrayList<>();
    extend(new TreeMap<>(), 0, found);
    return found;
  }

  private void extend(SortedMap<MigProfile, Integer> counts, int from, List<Layout> found) {
    for (int i = from; i < model.profiles().size(); i++) {
      SortedMap<MigProfile, Integer> more = new TreeMap<>(counts);
      more.merge(model.profiles().get(i).name(), 1, Integer::sum);
      Layout layout = new Layout(more);
      if (fits(layout)) { // what does not fit does not fit with more beside it either
        found.add(layout);
        extend(more, i, found);
      }
    }
  }

  /** Returns the valid layouts that are part of one. */
  private List<Layout> smaller(Layout layout) {
    List<SortedMap<MigProfile, Integer>> parts = new ArrayList<>(List.of(new TreeMap<>()));
    for (Map.Entry<MigProfile, Integer> entry : layout.counts().entrySet()) {
      List<SortedMap<MigProfile, Integer>> longer = new ArrayList<>();
      int most = Math.min(entry.getValue(), model.compute());
      for (SortedMap<MigProfile, Integer> part : parts) {
        for (int count = 0; count <= most; count++) {
          SortedMap<MigProfile, Integer> one = new TreeMap<>(part);
          one.put(entry.getKey(), count);
          if (count == 0 || fits(new Layout(one))) {
            longer.add(one);
          }
        }
      }
      parts = longer;
    }
    return parts.stream().map(Layout::new).filter(this::fits).toList();
  }
}
