package io.gpurig.modules.workspace;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.module.Finding;
import io.gpurig.modules.gpu.Gpu;
import io.gpurig.modules.workspace.GpuReference.All;
import io.gpurig.modules.workspace.GpuReference.MigProfile;
import io.gpurig.modules.workspace.GpuReference.One;
import io.gpurig.modules.workspace.HostGpus.MigDevice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds the GPUs that a plan names on a host, and says what is wrong with a name. */
final class GpuSelection {
  private static final String VFIO_PCI = "vfio-pci";

  private final HostGpus host;
  private final DockerFacts docker;
  private final Set<String> reserved;
  private final List<Finding> findings = new ArrayList<>();

  /**
   * @param reserved the UUIDs of MIG devices that are not free to be picked; those that are picked
   *     here are added
   */
  GpuSelection(HostGpus host, DockerFacts docker, Set<String> reserved) {
    this.host = host;
    this.docker = docker;
    this.reserved = reserved;
  }

  /**
   * What a workspace is given.
   *
   * @param uuid of a GPU or a MIG device; empty if nobody tells
   * @param bdf of the GPU; empty for a UUID that could not be looked up
   * @param index as nvidia-smi counts
   */
  record Given(
      GpuReference reference,
      Optional<String> uuid,
      Optional<String> bdf,
      Optional<Integer> index) {
    /** Returns the name by which labels and notes know it. */
    String name() {
      return reference instanceof All ? "all" : uuid.or(() -> bdf).orElse("?");
    }
  }

  List<Finding> findings() {
    return List.copyOf(findings);
  }

  /** Returns what a workspace is given; what could not be found is among the findings. */
  List<Given> of(Workspace workspace) {
    Map<String, Given> given = new LinkedHashMap<>();
    Optional<JsonNode> container = docker.container(workspace.name());
    for (GpuReference reference : workspace.wantedGpus()) {
      Optional<Given> one =
          switch (reference) {
            case All all -> workspace.windows() ? notShared(all) : all(all);
            case One single -> one(single, workspace, container);
            case GpuReference.MigDevice device ->
                workspace.windows() ? notShared(device) : migDevice(device);
            case MigProfile profile ->
                workspace.windows() ? notShared(profile) : migProfile(profile, container);
          };
      one.ifPresent(
          found -> {
            if (given.putIfAbsent(found.bdf().orElse("") + found.name(), found) != null) {
              add(
                  reference,
                  "gpu-twice",
                  "%s is given twice".formatted(reference.shown()),
                  "take one of the two out");
            }
          });
    }
    boolean all = given.values().stream().anyMatch(g -> g.reference instanceof All);
    if (all && given.size() > 1) {
      add(
          workspace.wantedGpus().getLast(),
          "gpu-twice",
          "all GPUs are given, and one of them again",
          "leave out either");
    }
    return List.copyOf(given.values());
  }

  private Optional<Given> all(All all) {
    return Optional.of(new Given(all, Optional.empty(), Optional.empty(), Optional.empty()));
  }

  private Optional<Given> notShared(GpuReference reference) {
    return add(
        reference,
        "not-for-guests",
        "%s cannot be handed to a Windows guest: it takes whole GPUs, each by its address"
            .formatted(reference.shown()),
        "write gpus: [{bdf: \"0000:3b:00.0\"}]");
  }

  private Optional<Given> one(One one, Workspace workspace, Optional<JsonNode> container) {
    Optional<String> bdf =
        one.bdf().or(() -> one.uuid().flatMap(u -> HostGpus.remembered(u, container)));
    Optional<Gpu> gpu =
        bdf.flatMap(host::at)
            .or(() -> bdf.isPresent() ? Optional.empty() : one.uuid().flatMap(host::byUuid))
            .or(() -> one.index().flatMap(host::byIndex));
    if (gpu.isEmpty()) {
      boolean unchecked = bdf.isEmpty() && one.uuid().isPresent() && host.hasNameless();
      if (unchecked && !workspace.windows()) {
        findings.add(
            Finding.warning(
                "workspaces/gpu-unchecked",
                one.pointer(),
                "no NVIDIA driver tells the UUIDs of this host's GPUs yet, so that %s is not"
                        .formatted(one.shown())
                    + " checked",
                "give its bdf too"));
        return Optional.of(new Given(one, one.uuid(), Optional.empty(), Optional.empty()));
      }
      return add(
          one,
          "unknown-gpu",
          "there is no GPU %s: %s".formatted(one.shown(), host.shown()),
          unchecked ? "give its bdf" : "correct it, or leave this host out");
    }
    Gpu found = gpu.get();
    Optional<String> other =
        one.uuid().filter(u -> found.uuid().filter(f -> !f.equalsIgnoreCase(u)).isPresent());
    if (other.isPresent()) {
      return add(
          one,
          "other-gpu",
          "the GPU at %s is %s, not %s"
              .formatted(found.bdf().orElse("?"), found.uuid().orElse("?"), other.get()),
          "a card was moved or replaced: correct the one or the other");
    }
    Optional<String> uuid = found.uuid().or(one::uuid);
    return workspace.windows()
        ? Optional.of(new Given(one, uuid, found.bdf(), found.index()))
        : shared(one, found, uuid);
  }

  private Optional<Given> shared(One one, Gpu gpu, Optional<String> uuid) {
    if (gpu.mig().isEnabled()) {
      String devices =
          host.migDevices().stream()
              .filter(device -> gpu.uuid().filter(device.gpu()::equals).isPresent())
              .map(device -> device.uuid() + " (" + device.profile() + ")")
              .collect(Collectors.joining(", "));
      return add(
          one,
          "mig-enabled",
          "GPU %s is in MIG mode, in which only its MIG devices can be used".formatted(one.shown()),
          devices.isEmpty() ? "it has none: make some in the mig section" : "give " + devices);
    }
    if (gpu.driver().filter(VFIO_PCI::equals).isPresent()) {
      return add(
          one,
          "held-by-vfio",
          "GPU %s is bound to vfio-pci%s"
              .formatted(one.shown(), gpu.bdf().flatMap(this::guest).orElse("")),
          "take it from there first");
    }
    if (uuid.isEmpty()) {
      return add(
          one,
          "no-uuid",
          "the UUID of GPU %s is not known, as no NVIDIA driver has it".formatted(one.shown()),
          "give its uuid too, or load the driver first");
    }
    return Optional.of(new Given(one, uuid, gpu.bdf(), gpu.index()));
  }

  private Optional<String> guest(String bdf) {
    return docker.labelled(Labels.VFIO).stream()
        .filter(c -> Labels.list(c, Labels.VFIO).contains(bdf))
        .map(c -> ", for workspace " + DockerFacts.name(c))
        .findFirst();
  }

  private Optional<Given> migDevice(GpuReference.MigDevice reference) {
    Optional<MigDevice> device =
        host.migDevices().stream().filter(d -> d.uuid().equals(reference.uuid())).findFirst();
    return device.isPresent()
        ? device.map(d -> given(reference, d))
        : add(
            reference,
            "unknown-gpu",
            "there is no MIG device %s".formatted(reference.uuid()),
            migDevices());
  }

  private Given given(GpuReference reference, MigDevice device) {
    return new Given(
        reference,
        Optional.of(device.uuid()),
        host.byUuid(device.gpu()).flatMap(Gpu::bdf),
        Optional.empty());
  }

  /** What a container has, it keeps; else the first that nobody has is taken. */
  private Optional<Given> migProfile(MigProfile profile, Optional<JsonNode> container) {
    Optional<Gpu> on =
        profile
            .gpu()
            .flatMap(
                one ->
                    one.bdf()
                        .flatMap(host::at)
                        .or(() -> one.uuid().flatMap(host::byUuid))
                        .or(() -> one.index().flatMap(host::byIndex)));
    List<MigDevice> fitting =
        host.migDevices().stream()
            .filter(d -> d.profile().equals(profile.profile()))
            .filter(
                d ->
                    profile.gpu().isEmpty()
                        || on.flatMap(Gpu::uuid).filter(d.gpu()::equals).isPresent())
            .toList();
    Set<String> had = container.map(c -> Labels.list(c, Labels.GPUS)).orElse(Set.of());
    Optional<MigDevice> device =
        fitting.stream()
            .filter(d -> had.contains(d.uuid()) && !reserved.contains(workspaceMark(d)))
            .findFirst()
            .or(() -> fitting.stream().filter(d -> !reserved.contains(d.uuid())).findFirst());
    if (device.isEmpty()) {
      return add(
          profile,
          "no-mig-device",
          "no MIG device %s is free: the host has %d".formatted(profile.profile(), fitting.size()),
          migDevices());
    }
    if (device.get().isYetToBeMade()) {
      return add(
          profile,
          "mig-not-yet-made",
          "the MIG devices are made by this plan's mig section, and their UUIDs are known only"
              + " then",
          "apply the mig section first, in a plan of its own");
    }
    reserved.add(device.get().uuid());
    reserved.add(workspaceMark(device.get()));
    return Optional.of(given(profile, device.get()));
  }

  /** A device that a container had may be kept once: two items of one workspace are two devices. */
  private static String workspaceMark(MigDevice device) {
    return "kept " + device.uuid();
  }

  private String migDevices() {
    return host.migDevices().isEmpty()
        ? "the host has no MIG devices: make some in the mig section"
        : "there are "
            + host.migDevices().stream()
                .map(device -> device.uuid() + " (" + device.profile() + ")")
                .collect(Collectors.joining(", "));
  }

  private Optional<Given> add(
      GpuReference reference, String code, String message, String suggestion) {
    findings.add(Finding.error("workspaces/" + code, reference.pointer(), message, suggestion));
    return Optional.empty();
  }
}
