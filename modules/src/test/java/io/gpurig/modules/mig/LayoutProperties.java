package io.gpurig.modules.mig;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.CommandFact;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.module.Diff;
import io.gpurig.modules.mig.MigGpu.ComputeInstance;
import io.gpurig.modules.mig.MigGpu.GpuInstance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** From any state of a GPU to any layout, on a model of a GPU that keeps the rules of placement. */
final class LayoutProperties {
  private static final NvidiaSmi SMI = NvidiaSmi.OF_HOST;

  @Provide
  Arbitrary<MigModel> models() {
    return Arbitraries.of(MigModels.all());
  }

  @Property(tries = 300)
  void theLayoutIsReachedAndThenNothingIsLeft(@ForAll("models") MigModel model, @ForAll int seed) {
    Random random = new Random(seed);
    List<Layout> all = new Validity(model).valid();
    MigGpu gpu = gpu(model, random.nextBoolean() ? state(model, random) : List.of(), random);
    Layout wanted = all.get(random.nextInt(all.size()));
    Mig desired = desired(wanted);
    Facts facts = facts(gpu);

    Diff diff = new MigModule().diff(desired, facts);

    assertThat(diff.findings()).isEmpty();
    List<GpuInstance> simulated = new ArrayList<>(gpu.instances());
    boolean on = gpu.isOn();
    for (Change change : diff.changes()) {
      for (Action action : change.actions()) {
        if (action instanceof Action.RunCommand run && run.argv().contains("-mig")) {
          on = run.argv().getLast().equals("1");
        } else if (action instanceof Action.RunCommand run && run.argv().contains("mig")) {
          assertThat(on).isTrue();
          make(model, simulated, run.argv());
        }
      }
    }
    MigGpu after = gpu.with(Optional.of(on), Optional.of(on), simulated);
    assertThat(after.layout()).isEqualTo(wanted);
    assertThat(new MigModule().diff(desired, facts(after)).changes()).isEmpty();
    Facts projected = facts;
    for (Change change : diff.changes()) {
      for (Effect effect : change.effects()) {
        projected = effect.on(projected);
      }
    }
    assertThat(new MigModule().diff(desired, projected).changes()).isEmpty();
  }

  /** What can stay, stays: a layout that only adds destroys nothing if there is room around it. */
  @Property(tries = 200)
  void nothingIsDestroyedWithoutNeed(@ForAll("models") MigModel model, @ForAll int seed) {
    Random random = new Random(seed);
    List<GpuInstance> there = state(model, random);
    List<Layout> all = new Validity(model).valid();
    Layout wanted = all.get(random.nextInt(all.size()));
    MigStep step = MigStep.to(wanted, there, model).orElseThrow();
    int most = 0;
    for (int subset = 0; subset < 1 << there.size(); subset++) {
      List<Placement> kept = new ArrayList<>();
      List<GpuInstanceProfile> rest = new ArrayList<>();
      wanted.instances().forEach(one -> rest.add(model.profile(one.name()).orElseThrow()));
      boolean part = true;
      for (int i = 0; i < there.size(); i++) {
        if ((subset >> i & 1) == 1) {
          GpuInstanceProfile profile = model.profile(there.get(i).name()).orElseThrow();
          part &= rest.remove(profile);
          kept.add(new Placement(profile, there.get(i).start()));
        }
      }
      if (part && new Placements(model).find(rest, kept).isPresent()) {
        most = Math.max(most, Integer.bitCount(subset));
      }
    }
    assertThat(step.kept()).hasSize(most);
  }

  private static void make(MigModel model, List<GpuInstance> instances, List<String> argv) {
    String last = argv.getLast();
    if (argv.contains("-dci")) {
      int id = Integer.parseInt(last);
      instances.replaceAll(
          one ->
              one.id() == id
                  ? new GpuInstance(id, one.name(), one.start(), one.size(), List.of())
                  : one);
    } else if (argv.contains("-dgi")) {
      assertThat(
              instances.removeIf(
                  one -> one.id() == Integer.parseInt(last) && one.compute().isEmpty()))
          .isTrue();
    } else if (argv.contains("-cgi")) {
      String[] parts = argv.get(argv.indexOf("-cgi") + 1).split(":");
      MigProfile name = MigProfile.parse(parts[0]).orElseThrow();
      GpuInstanceProfile profile = model.profile(name).orElseThrow();
      Placement place = new Placement(profile, Integer.parseInt(parts[1]));
      assertThat(profile.starts()).contains(place.start());
      List<Placement> others =
          instances.stream()
              .map(o -> new Placement(model.profile(o.name()).orElseThrow(), o.start()))
              .toList();
      assertThat(others).noneMatch(place::overlaps);
      List<GpuInstanceProfile> all = new ArrayList<>(List.of(profile));
      others.forEach(other -> all.add(other.profile()));
      assertThat(Placements.sum(all, p -> p.name().slices())).isLessThanOrEqualTo(model.compute());
      assertThat(all.stream().filter(profile::equals).count()).isLessThanOrEqualTo(profile.max());
      instances.add(
          new GpuInstance(
              100 + instances.size() + place.start() * 10,
              name,
              place.start(),
              profile.size(),
              List.of(new ComputeInstance(0, name))));
    } else {
      throw new AssertionError("not expected: " + argv);
    }
  }

  /** Some valid layout, cut into the GPU by a driver that chooses places of its own. */
  private static List<GpuInstance> state(MigModel model, Random random) {
    List<GpuInstance> found = new ArrayList<>();
    List<Placement> placed = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      GpuInstanceProfile one = model.profiles().get(random.nextInt(model.profiles().size()));
      Placement place = new Placement(one, one.starts().get(random.nextInt(one.starts().size())));
      List<Placement> more = new ArrayList<>(placed);
      more.add(place);
      boolean free = placed.stream().noneMatch(place::overlaps);
      if (free && new Placements(model).find(List.of(), more).isPresent()) {
        placed.add(place);
        found.add(
            new GpuInstance(
                i + 1,
                one.name(),
                place.start(),
                one.size(),
                List.of(new ComputeInstance(0, one.name()))));
      }
    }
    return found;
  }

  private static MigGpu gpu(MigModel model, List<GpuInstance> instances, Random random) {
    Optional<Boolean> on = Optional.of(!instances.isEmpty() || random.nextBoolean());
    String id = model.deviceIds().stream().sorted().findFirst().orElseThrow();
    return new MigGpu(
        0,
        "0000:3b:00.0",
        "GPU-1",
        model.shownName(),
        id,
        Optional.of(0),
        false,
        on,
        on,
        instances,
        Optional.of(model));
  }

  private static Mig desired(Layout layout) {
    var profiles = JsonNodeFactory.instance.objectNode();
    layout.counts().forEach((name, count) -> profiles.put(name.toString(), count));
    var section = JsonNodeFactory.instance.objectNode();
    section.put("persist", false).put("evictClients", false);
    section.putArray("devices").addObject().put("gpus", "all").set("profiles", profiles);
    return new MigModule().desired(new io.gpurig.engine.plan.Section("/mig", section));
  }

  private static Facts facts(MigGpu gpu) {
    List<MigGpu> all = List.of(gpu);
    return Facts.none("h")
        .withCommand(SMI.argv("-L"), new CommandFact(0, "", ""))
        .withCommand(SMI.argv("-q", "-x"), new CommandFact(0, MigXml.print("", all), ""))
        .withCommand(SMI.instancesArgv(), new CommandFact(0, MigText.printInstances(all), ""))
        .withCommand(
            SMI.computeInstancesArgv(), new CommandFact(0, MigText.printComputeInstances(all), ""));
  }
}
