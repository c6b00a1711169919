package io.gpurig.modules.mig;

import io.gpurig.engine.fact.CommandFact;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.PciFact;
import io.gpurig.modules.host.NvidiaPci;
import io.gpurig.modules.mig.MigGpu.GpuInstance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The GPUs of a host as MIG sees them.
 *
 * @param smi the nvidia-smi that answers
 * @param gpus in the order in which it numbers them
 */
record MigHost(NvidiaSmi smi, List<MigGpu> gpus) {
  MigHost {
    gpus = List.copyOf(gpus);
  }

  /** Returns the GPUs, empty if no driver answers. */
  static Optional<MigHost> of(Facts facts) {
    return NvidiaSmi.of(facts).map(smi -> new MigHost(smi, gpus(smi, facts)));
  }

  private static List<MigGpu> gpus(NvidiaSmi smi, Facts facts) {
    List<MigGpu> found = MigXml.gpus(smi.query(facts).stdout());
    if (found.isEmpty()) {
      return asLoaded(facts);
    }
    Map<Integer, List<GpuInstance>> instances =
        MigText.instances(smi.instances(facts).stdout(), smi.computeInstances(facts).stdout());
    CommandFact profiles = smi.profiles(facts);
    CommandFact placements = smi.possiblePlacements(facts);
    return found.stream()
        .map(
            gpu ->
                new MigGpu(
                    gpu.index(),
                    gpu.bdf(),
                    gpu.uuid(),
                    gpu.product(),
                    gpu.deviceId(),
                    gpu.minor(),
                    gpu.passedThrough(),
                    gpu.current(),
                    gpu.pending(),
                    instances.getOrDefault(gpu.index(), List.of()),
                    model(
                        gpu,
                        MigText.profiles(gpu.index(), profiles.stdout(), placements.stdout()))))
        .toList();
  }

  /** What the GPU says itself goes before what is known of its model. */
  private static Optional<MigModel> model(MigGpu gpu, List<GpuInstanceProfile> said) {
    if (said.isEmpty()) {
      return gpu.model();
    }
    List<GpuInstanceProfile> profiles = new ArrayList<>();
    for (GpuInstanceProfile one : said) {
      Optional<GpuInstanceProfile> known = gpu.model().flatMap(m -> m.profile(one.name()));
      profiles.add(
          new GpuInstanceProfile(
              one.name(),
              one.max(),
              one.size(),
              one.starts(),
              known.map(GpuInstanceProfile::media).orElse(0),
              known.map(GpuInstanceProfile::extensions).orElse(one.extensions())));
    }
    int memory =
        profiles.stream()
            .mapToInt(
                p -> p.size() + p.starts().stream().mapToInt(Integer::intValue).max().orElse(0))
            .max()
            .orElse(0);
    return Optional.of(
        new MigModel(
            List.of(gpu.product().isEmpty() ? gpu.shownName() : MigModels.bare(gpu.product())),
            Set.of(),
            gpu.model().map(MigModel::needsReset).orElse(false),
            memory,
            profiles.stream().mapToInt(p -> p.name().slices()).max().orElse(0),
            gpu.model().map(MigModel::media).orElse(0),
            profiles));
  }

  /**
   * The GPUs of a driver that has just been loaded, and has not been asked yet: no instance
   * outlives that, and MIG is off where it is not remembered. Where it is, to turn it on again does
   * no harm.
   */
  private static List<MigGpu> asLoaded(Facts facts) {
    Map<String, PciFact> functions = facts.pciFunctions();
    List<MigGpu> gpus = new ArrayList<>();
    for (String bdf : NvidiaPci.gpus(facts)) {
      Optional<PciFact> function = Optional.ofNullable(functions.get(bdf));
      if (function.flatMap(PciFact::driver).filter(d -> !d.equals("nvidia")).isPresent()) {
        continue; // not the driver's, so nvidia-smi does not see it
      }
      String id = function.map(f -> f.device().replaceFirst("^0x", "")).orElse("");
      Optional<MigModel> model = MigModels.ofDevice(id);
      gpus.add(
          new MigGpu(
              gpus.size(),
              bdf,
              "",
              "",
              id,
              Optional.empty(),
              false,
              model.map(m -> false),
              model.map(m -> false),
              List.of(),
              model));
    }
    return gpus;
  }
}
