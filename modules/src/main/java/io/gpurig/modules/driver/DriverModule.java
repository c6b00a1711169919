package io.gpurig.modules.driver;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Condition;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.CommandFact;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.module.Diff;
import io.gpurig.engine.module.Finding;
import io.gpurig.engine.module.Module;
import io.gpurig.engine.plan.Section;
import io.gpurig.modules.container.ManagedContainer;
import io.gpurig.modules.host.GpuClients;
import io.gpurig.modules.host.NvidiaCtk;
import io.gpurig.modules.host.NvidiaPci;
import io.gpurig.modules.host.Platform;
import io.gpurig.modules.mig.MigModule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Keeps the NVIDIA driver container in place, or away. */
public final class DriverModule implements Module<Driver> {
  private static final String SECTION = "driver";
  private static final String DEFAULT_REPOSITORY = "nvcr.io/nvidia/driver";

  private static final String NOUVEAU = "/sys/module/nouveau/refcnt";

  /** Written by the GPU Operator's validator (gpu-operator, cmd/nvidia-validator/main.go). */
  private static final String OPERATOR = "/run/nvidia/validations/driver-ready";

  /** How the GPU Operator itself looks for a driver of the host (k8s-driver-manager, main.go). */
  private static final List<String> HOST_DRIVER =
      List.of("nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader");

  /** Unloading takes a moment after the container has ended. */
  private static final int UNLOAD_SECONDS = 30;

  @Override
  public String section() {
    return SECTION;
  }

  @Override
  public Driver desired(Section section) {
    return new Driver(
        section.flag("deploy"),
        section.text("image"),
        section.texts("env"),
        section.flag("evictClients"),
        section.duration("readyTimeout"));
  }

  @Override
  public List<Read> reads(Driver desired) {
    return Stream.of(
            Platform.READS,
            GpuClients.READS,
            List.of(
                NvidiaPci.READ,
                new Read.File(DriverContainer.MODULE_LOADED),
                new Read.File(DriverContainer.MODULE_VERSION),
                new Read.File(DriverContainer.DAEMONS_STATUS),
                new Read.File(NOUVEAU),
                new Read.File(OPERATOR),
                new Read.Command(HOST_DRIVER),
                new Read.Command(DriverContainer.NVIDIA_SMI)))
        .flatMap(List::stream)
        .distinct()
        .toList();
  }

  @Override
  public Diff diff(Driver desired, Facts facts) {
    ManagedContainer container = DriverContainer.of(desired, facts);
    DockerFacts docker = facts.dockerState();
    GpuClients clients =
        GpuClients.of(facts, Set.of(DriverContainer.NAME, container.previousName()));
    Optional<Finding> nameTaken =
        container.nameTaken(docker, List.of(desired.image(), DEFAULT_REPOSITORY));
    return desired.deploy()
        ? Platform.unfit(facts, SECTION)
            .or(() -> unfit(docker, facts))
            .or(() -> nameTaken)
            .map(Diff::blocked)
            .orElseGet(() -> deploy(desired, container, clients, facts))
        : Platform.dockerDown(facts, SECTION)
            .or(() -> nameTaken)
            .map(Diff::blocked)
            .orElseGet(() -> prune(container, clients, facts));
  }

  private static Diff deploy(
      Driver desired, ManagedContainer container, GpuClients clients, Facts facts) {
    DockerFacts docker = facts.dockerState();
    Optional<JsonNode> there = docker.container(DriverContainer.NAME);
    boolean unloads =
        facts.file(DriverContainer.MODULE_LOADED).isPresent()
            && there.map(c -> !container.differences(c).isEmpty()).orElse(true);
    List<Finding> findings = new ArrayList<>(ImageTag.check(desired.image(), facts));
    if (facts.pci().isPresent() && NvidiaPci.gpus(facts).isEmpty()) {
      findings.add(noGpu());
    }
    boolean evicts = unloads && desired.evictClients() && clients.processes().isEmpty();
    if (unloads && !clients.none() && !evicts) {
      findings.add(inUse(clients, facts, desired.evictClients(), "/driver/image", "replacing"));
    }
    List<JsonNode> evicted =
        evicts
            ? clients.containers().stream().flatMap(n -> docker.container(n).stream()).toList()
            : List.of();
    List<Change> changes =
        // a driver that is still being built would have to begin again if it were restarted
        container.deploy(docker, DriverContainer.isReady(facts), List.of(), evicted).stream()
            .map(change -> unloads ? change.and(MigModule.afterLoad(facts)) : change)
            .toList();
    return new Diff(changes, findings);
  }

  private static Diff prune(ManagedContainer container, GpuClients clients, Facts facts) {
    List<Effect> effects = new ArrayList<>(NvidiaCtk.withoutDriver());
    effects.add(new Effect.FileGone(DriverContainer.MODULE_LOADED));
    effects.add(new Effect.FileGone(DriverContainer.MODULE_VERSION));
    effects.add(new Effect.CommandAnswers(DriverContainer.NVIDIA_SMI, CommandFact.NOT_FOUND));
    Action unloaded =
        new Action.WaitFor(
            "the driver to be unloaded",
            List.of(new Condition.FileAbsent(DriverContainer.MODULE_LOADED)),
            UNLOAD_SECONDS,
            Optional.empty());
    List<Change> changes =
        container.prune(facts.dockerState(), List.of(), List.of(unloaded), effects).stream()
            .toList();
    boolean refused = !changes.isEmpty() && !clients.none();
    return new Diff(
        changes,
        refused ? List.of(inUse(clients, facts, false, "/driver/deploy", "removing")) : List.of());
  }

  private static Optional<Finding> unfit(DockerFacts docker, Facts facts) {
    boolean deployed = docker.container(DriverContainer.NAME).isPresent();
    CommandFact hostDriver = facts.command(HOST_DRIVER.toArray(String[]::new));
    if (facts.file(OPERATOR).isPresent()) {
      return Optional.of(
          Finding.error(
              "driver/operator-managed",
              "/driver",
              "the GPU Operator of a Kubernetes cluster manages this host's driver",
              "leave the driver and toolkit sections out for this host"));
    }
    if (facts.file(NOUVEAU).isPresent()) {
      return Optional.of(
          Finding.error(
              "driver/nouveau",
              "/driver",
              "the kernel module nouveau holds the GPUs, so NVIDIA's cannot be loaded",
              "write `blacklist nouveau` and `options nouveau modeset=0` to"
                  + " /etc/modprobe.d/blacklist-nouveau.conf, run update-initramfs -u, reboot"));
    }
    if (!deployed && hostDriver.succeeded()) {
      return Optional.of(
          Finding.error(
              "driver/pre-installed",
              "/driver",
              "this host has a driver of its own, version "
                  + hostDriver.stdout().lines().findFirst().orElse("unknown"),
              "leave the driver section out, and set toolkit.driverRoot: / for the toolkit"));
    }
    return Optional.empty();
  }

  private static Finding inUse(
      GpuClients clients, Facts facts, boolean evicting, String pointer, String doing) {
    String suggestion =
        evicting || pointer.endsWith("deploy")
            ? "stop them first"
            : "stop them, or set driver.evictClients: true to have containers stopped and"
                + " started again";
    return Finding.refused(
        "driver/gpu-in-use",
        pointer,
        "%s the driver unloads it, but the GPUs are in use by %s"
            .formatted(doing, String.join(", ", clients.names(facts))),
        suggestion);
  }

  private static Finding noGpu() {
    return Finding.warning(
        "driver/no-gpu",
        "/driver",
        "no NVIDIA GPU is on this host's PCI bus, so the driver may find nothing to load for",
        "check lspci -d 10de: on the host, or leave it out of the plan's hosts");
  }
}
