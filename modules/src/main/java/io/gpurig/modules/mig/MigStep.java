package io.gpurig.modules.mig;

import io.gpurig.modules.mig.MigGpu.ComputeInstance;
import io.gpurig.modules.mig.MigGpu.GpuInstance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is to be done to the instances of one GPU, so that as many as possible stay.
 *
 * @param dropped instances that go
 * @param kept instances that stay, with the compute instances that they have
 * @param keptWanted what each of the kept ones is to hold, in their order
 * @param made instances that come, the largest first
 * @param places where these are put
 */
record MigStep(
    List<GpuInstance> dropped,
    List<GpuInstance> kept,
    List<Layout.Instance> keptWanted,
    List<Layout.Instance> made,
    List<Placement> places) {

  static final MigStep NOTHING = new MigStep(List.of(), List.of(), List.of(), List.of(), List.of());

  /** Returns a step that leaves all as it is. */
  static MigStep keeping(List<GpuInstance> all) {
    return new MigStep(
        List.of(), all, all.stream().map(MigStep::asIs).toList(), List.of(), List.of());
  }

  /** Returns a step that takes all away. */
  static MigStep clearing(List<GpuInstance> all) {
    return new MigStep(all, List.of(), List.of(), List.of(), List.of());
  }

  private static Layout.Instance asIs(GpuInstance one) {
    return new Layout.Instance(
        one.name(), one.devices().stream().map(MigProfile::compute).toList());
  }

  /**
   * Returns the step to a layout that keeps the most, empty if there is none.
   *
   * @param there the instances that are there
   */
  static Optional<MigStep> to(Layout layout, List<GpuInstance> there, MigModel model) {
    boolean same =
        Layout.of(there.stream().flatMap(i -> i.devices().stream()).toList()).equals(layout);
    if (same && there.stream().noneMatch(one -> one.compute().isEmpty())) {
      return Optional.of(keeping(there));
    }
    Optional<MigStep> best = Optional.empty();
    for (int subset = (1 << there.size()) - 1; subset >= 0; subset--) {
      Optional<MigStep> step = keeping(subset, layout, there, model);
      if (step.isPresent() && best.filter(b -> b.worth() >= step.get().worth()).isEmpty()) {
        best = step;
      }
    }
    return best;
  }

  private static Optional<MigStep> keeping(
      int subset, Layout layout, List<GpuInstance> there, MigModel model) {
    List<Layout.Instance> wanted = new ArrayList<>(layout.instances());
    List<GpuInstance> kept = new ArrayList<>();
    List<GpuInstance> dropped = new ArrayList<>();
    List<Placement> occupied = new ArrayList<>();
    for (int i = 0; i < there.size(); i++) {
      ((subset >> i & 1) == 1 ? kept : dropped).add(there.get(i));
    }
    List<Layout.Instance> keptWanted = new ArrayList<>();
    for (GpuInstance one : kept) {
      Optional<Layout.Instance> match = match(one, wanted, kept);
      Optional<GpuInstanceProfile> profile = model.profile(one.name());
      if (match.isEmpty() || profile.isEmpty()) {
        return Optional.empty();
      }
      wanted.remove(match.get());
      keptWanted.add(match.get());
      occupied.add(new Placement(profile.get(), one.start()));
    }
    List<GpuInstanceProfile> profiles =
        wanted.stream().flatMap(one -> model.profile(one.name()).stream()).toList();
    return new Placements(model)
        .find(profiles, occupied)
        .map(places -> new MigStep(dropped, kept, keptWanted, wanted, places));
  }

  /** An instance takes the wanted one that it is already, else one of its profile. */
  private static Optional<Layout.Instance> match(
      GpuInstance one, List<Layout.Instance> wanted, List<GpuInstance> kept) {
    return wanted.stream()
        .filter(w -> w.equals(asIs(one)))
        .findFirst()
        .or(
            () ->
                wanted.stream()
                    .filter(w -> w.name().equals(one.name()))
                    // not one that another kept instance is already
                    .filter(w -> kept.stream().noneMatch(other -> w.equals(asIs(other))))
                    .findFirst());
  }

  /** An instance that stays as it is counts for more than one whose inside changes. */
  private int worth() {
    int worth = 0;
    for (int i = 0; i < kept.size(); i++) {
      worth += keptWanted.get(i).equals(asIs(kept.get(i))) ? 2 : 1;
    }
    return worth;
  }

  /** Returns whether nothing is to be done. */
  boolean isNothing() {
    return dropped.isEmpty() && made.isEmpty() && changed().isEmpty();
  }

  /** Returns the positions in {@link #kept} of those whose compute instances change. */
  List<Integer> changed() {
    List<Integer> changed = new ArrayList<>();
    for (int i = 0; i < kept.size(); i++) {
      if (!keptWanted.get(i).equals(asIs(kept.get(i)))) {
        changed.add(i);
      }
    }
    return changed;
  }

  /** Returns the instances that lose something that could be in use. */
  List<GpuInstance> lost() {
    List<GpuInstance> lost = new ArrayList<>(dropped);
    changed().stream().map(kept::get).filter(one -> !one.compute().isEmpty()).forEach(lost::add);
    return lost;
  }

  /** Returns the instances that there will be; new ones get numbers that nobody has. */
  List<GpuInstance> after() {
    List<GpuInstance> after = new ArrayList<>();
    int id = 1;
    for (int i = 0; i < kept.size(); i++) {
      GpuInstance one = kept.get(i);
      id = Math.max(id, one.id() + 1);
      after.add(
          changed().contains(i)
              ? instance(one.id(), keptWanted.get(i), one.start(), one.size())
              : one);
    }
    for (int i = 0; i < made.size(); i++) {
      Placement place = places.get(i);
      after.add(instance(id + i, made.get(i), place.start(), place.profile().size()));
    }
    return after;
  }

  private static GpuInstance instance(int id, Layout.Instance wanted, int start, int size) {
    List<ComputeInstance> compute = new ArrayList<>();
    for (MigProfile device : wanted.devices()) {
      compute.add(new ComputeInstance(compute.size(), device));
    }
    return new GpuInstance(id, wanted.name(), start, size, compute);
  }
}
