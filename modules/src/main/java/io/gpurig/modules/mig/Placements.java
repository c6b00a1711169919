package io.gpurig.modules.mig;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * Finds places for GPU instances. A set of them is valid if each can be given a start at which its
 * profile may begin, no two share a memory slice, the compute slices and engines suffice for all,
 * and no profile comes more often than its model allows.
 */
final class Placements {
  private final MigModel model;

  Placements(MigModel model) {
    this.model = model;
  }

  /**
   * Returns a place for each of the wanted instances, in their order.
   *
   * @param kept instances that stay where they are
   */
  Optional<List<Placement>> find(List<GpuInstanceProfile> wanted, List<Placement> kept) {
    List<GpuInstanceProfile> all = new ArrayList<>(wanted);
    kept.forEach(placement -> all.add(placement.profile()));
    if (!suffices(all)) {
      return Optional.empty();
    }
    List<Placement> placed = new ArrayList<>(kept);
    return place(wanted, placed)
        ? Optional.of(List.copyOf(placed.subList(kept.size(), placed.size())))
        : Optional.empty();
  }

  /** Returns whether all but the placement is well. */
  private boolean suffices(List<GpuInstanceProfile> all) {
    boolean counts =
        all.stream()
            .distinct()
            .allMatch(one -> all.stream().filter(one::equals).count() <= one.max());
    return counts
        && sum(all, p -> p.name().slices()) <= model.compute()
        && sum(all, GpuInstanceProfile::media) <= model.media()
        && sum(all, GpuInstanceProfile::extensions) <= MigModel.EXTENSIONS;
  }

  static int sum(List<GpuInstanceProfile> all, ToIntFunction<GpuInstanceProfile> of) {
    return all.stream().mapToInt(of).sum();
  }

  private boolean place(List<GpuInstanceProfile> left, List<Placement> placed) {
    if (left.isEmpty()) {
      return true;
    }
    GpuInstanceProfile next = left.getFirst();
    for (int start : next.starts()) {
      Placement here = new Placement(next, start);
      if (placed.stream().noneMatch(here::overlaps)) {
        placed.add(here);
        if (place(left.subList(1, left.size()), placed)) {
          return true;
        }
        placed.removeLast();
      }
    }
    return false;
  }
}
