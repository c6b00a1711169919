package io.gpurig.modules.mig;

import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.CommandFact;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.module.Diff;
import io.gpurig.engine.module.Finding;
import io.gpurig.engine.module.Module;
import io.gpurig.engine.plan.Section;
import io.gpurig.modules.host.GpuClients;
import io.gpurig.modules.host.NvidiaCtk;
import io.gpurig.modules.host.NvidiaPci;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Divides GPUs into MIG devices. */
public final class MigModule implements Module<Mig> {
  private static final String SECTION = "mig";

  /** Written by the GPU Operator's validator (gpu-operator, cmd/nvidia-validator/main.go). */
  private static final String OPERATOR = "/run/nvidia/validations/driver-ready";

  /** What enabling NVIDIA's own manager makes (mig-parted, deployments/systemd). */
  private static final String OTHER_MANAGER =
      "/etc/systemd/system/multi-user.target.wants/nvidia-mig-manager.service";

  @Override
  public String section() {
    return SECTION;
  }

  @Override
  public String survey() {
    return "{devices: []}";
  }

  @Override
  public Mig desired(Section section) {
    return MigRequests.read(section);
  }

  @Override
  public List<Finding> check(Mig desired) {
    return MigCheck.of(desired);
  }

  @Override
  public List<Read> reads(Mig desired) {
    return Stream.of(
            NvidiaSmi.reads(),
            GpuClients.READS,
            MigUnit.READS,
            MigChange.READS,
            List.of(NvidiaPci.READ, new Read.File(OPERATOR), new Read.File(OTHER_MANAGER)))
        .flatMap(List::stream)
        .distinct()
        .toList();
  }

  @Override
  public Diff diff(Mig desired, Facts facts) {
    if (desired.requests().isEmpty()) {
      return new Diff(MigUnit.removed(facts).stream().toList(), List.of());
    }
    if (facts.file(OPERATOR).isPresent()) {
      return Diff.blocked(
          Finding.error(
              "mig/operator-managed",
              "/mig",
              "the GPU Operator of a Kubernetes cluster manages this host's GPUs",
              "leave the mig section out for this host, and label the node with"
                  + " nvidia.com/mig.config"));
    }
    Optional<MigHost> host = MigHost.of(facts);
    if (host.isEmpty()) {
      return Diff.blocked(
          Finding.error(
              "mig/no-driver",
              "/mig",
              "no NVIDIA driver answers on this host, neither its own nor a driver container",
              "add a driver section, or install a driver"));
    }
    return diff(desired, host.get(), facts);
  }

  private static Diff diff(Mig desired, MigHost host, Facts facts) {
    List<Finding> findings = new ArrayList<>(absent(desired, host));
    List<MigTarget> targets = new ArrayList<>();
    for (MigGpu gpu : host.gpus()) {
      desired
          .of(gpu)
          .flatMap(request -> MigTarget.of(gpu, request, findings))
          .ifPresent(targets::add);
    }
    Optional<Change> reboot = MigReboot.of(host, targets, facts);
    return reboot.isPresent()
        ? rebooted(reboot.get(), desired, facts)
        : arranged(desired, host, targets, facts, findings);
  }

  /** The reboot comes first: no instance outlives it. */
  private static Diff rebooted(Change reboot, Mig desired, Facts facts) {
    Facts booted = facts;
    for (Effect effect : reboot.effects()) {
      booted = effect.on(booted);
    }
    Diff rest = diff(desired, MigHost.of(booted).orElseThrow(), booted);
    List<Change> changes = new ArrayList<>(List.of(reboot));
    changes.addAll(rest.changes());
    return new Diff(changes, rest.findings());
  }

  private static Diff arranged(
      Mig desired, MigHost host, List<MigTarget> targets, Facts facts, List<Finding> findings) {
    List<Change> changes = new ArrayList<>();
    MigChange.of(desired, host, targets, facts, findings).ifPresent(changes::add);
    boolean any = targets.stream().anyMatch(MigTarget::on);
    if (desired.persist() && any) {
      if (facts.file(OTHER_MANAGER).isPresent()) {
        findings.add(otherManager());
      }
      List<MigUnit.Wanted> wanted =
          targets.stream().map(t -> new MigUnit.Wanted(t.wanted(), t.on())).toList();
      MigUnit.placed(host.smi(), wanted, facts).ifPresent(changes::add);
    } else {
      MigUnit.removed(facts).ifPresent(changes::add);
    }
    return new Diff(changes, findings);
  }

  /** A GPU that is named by number, UUID or address has to be there. */
  private static List<Finding> absent(Mig desired, MigHost host) {
    List<Finding> findings = new ArrayList<>();
    for (MigRequest request : desired.requests()) {
      request.gpus().stream()
          .filter(which -> request.strict() && which.isOne())
          .filter(which -> host.gpus().stream().noneMatch(which::matches))
          .map(which -> noSuchGpu(request, which, host))
          .forEach(findings::add);
    }
    return findings;
  }

  private static Finding noSuchGpu(MigRequest request, Gpus which, MigHost host) {
    String name =
        switch (which) {
          case Gpus.Index(int index) -> "GPU " + index;
          case Gpus.Uuid(String uuid) -> uuid;
          case Gpus.Bdf(String bdf) -> "GPU at " + bdf;
          default -> "such GPU";
        };
    List<String> there = host.gpus().stream().map(MigGpu::shownName).toList();
    return Finding.error(
        "mig/no-such-gpu",
        request.pointer() + "/gpus",
        "the host has no " + name,
        there.isEmpty() ? "nvidia-smi sees no GPU" : "it has " + String.join(", ", there));
  }

  private static Finding otherManager() {
    return Finding.warning(
        "mig/other-manager",
        "/mig/persist",
        "nvidia-mig-manager.service sets MIG at boot on this host as well",
        "run systemctl disable nvidia-mig-manager.service, or leave persist out");
  }

  /** Returns what becomes of the facts about MIG when the driver is loaded anew. */
  public static List<Effect> afterLoad(Facts facts) {
    Optional<MigHost> host = MigHost.of(facts);
    if (host.isEmpty() || !host.get().smi().query(facts).succeeded()) {
      return List.of();
    }
    return loaded(host.get(), host.get().gpus(), facts);
  }

  /** Returns the effects of the driver being loaded anew on a host with these GPUs. */
  static List<Effect> loaded(MigHost host, List<MigGpu> gpus, Facts facts) {
    return told(host, gpus.stream().map(MigGpu::loaded).toList(), facts);
  }

  /** Returns the effects of GPUs being in these states, on what nvidia-smi answers. */
  static List<Effect> told(MigHost host, List<MigGpu> gpus, Facts facts) {
    NvidiaSmi smi = host.smi();
    String xml = MigXml.print(smi.query(facts).stdout(), gpus);
    List<Effect> effects = new ArrayList<>(NvidiaCtk.outdated());
    effects.add(
        new Effect.CommandAnswers(
            smi.listArgv(),
            new CommandFact(0, MigText.printList(smi.list(facts).stdout(), gpus), "")));
    effects.add(new Effect.CommandAnswers(smi.queryArgv(facts), new CommandFact(0, xml, "")));
    effects.add(
        new Effect.CommandAnswers(
            smi.instancesArgv(), new CommandFact(0, MigText.printInstances(gpus), "")));
    effects.add(
        new Effect.CommandAnswers(
            smi.computeInstancesArgv(),
            new CommandFact(0, MigText.printComputeInstances(gpus), "")));
    return effects;
  }
}
