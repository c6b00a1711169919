package io.gpurig.modules.cdi.host;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.CommandFact;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.PciFact;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.module.Diff;
import io.gpurig.engine.module.Finding;
import io.gpurig.engine.module.Module;
import io.gpurig.engine.plan.Section;
import io.gpurig.modules.cdi.CdiDirectory;
import io.gpurig.modules.cdi.CdiFile;
import io.gpurig.modules.cdi.CdiSpec;
import io.gpurig.modules.cdi.CdiVersion;
import io.gpurig.modules.cdi.gpus.DockerFactsReader;
import io.gpurig.modules.config.ConfigSyntaxException;
import io.gpurig.modules.host.CdiRefresh;
import io.gpurig.modules.host.NvidiaCtk;
import io.gpurig.modules.host.NvidiaPci;
import io.gpurig.modules.host.Platform;
import io.gpurig.modules.runtime.Engine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Has an engine take CDI devices, and keeps a true spec of the host's GPUs where it looks. */
public final class CdiModule implements Module<Cdi> {
  static final String SECTION = "cdi";

  /** Written by the GPU Operator's validator (gpu-operator, cmd/nvidia-validator/main.go). */
  private static final String OPERATOR = "/run/nvidia/validations/toolkit-ready";

  /** NVIDIA's release file of Tegra, whose GPU is not on a PCI bus. */
  private static final String TEGRA = "/etc/nv_tegra_release";

  @Override
  public String section() {
    return SECTION;
  }

  @Override
  public String survey() {
    return "{enabled: true}";
  }

  @Override
  public Cdi desired(Section section) {
    return new Cdi(
        section.flag("enabled"),
        Engine.of(section.text("engine")),
        section.text("output"),
        section.duration("readyTimeout"));
  }

  @Override
  public List<Read> reads(Cdi desired) {
    List<Read> directories = new ArrayList<>();
    folders(desired).forEach(folder -> directories.add(new Read.Folder(folder)));
    return Stream.of(
            Platform.READS,
            EngineSide.reads(desired.engine()),
            DockerFactsReader.reads(),
            NvidiaCtk.reads(),
            CdiRefresh.READS,
            ProjectedSpec.READS,
            directories,
            List.of(
                NvidiaCtk.NEWER_HOOKS,
                NvidiaPci.READ,
                new Read.File(OPERATOR),
                new Read.File(TEGRA)))
        .flatMap(List::stream)
        .distinct()
        .toList();
  }

  private static List<String> folders(Cdi desired) {
    return Stream.concat(CdiDirectory.DEFAULTS.stream(), Stream.of(folder(desired.output())))
        .distinct()
        .toList();
  }

  private static String folder(String path) {
    return path.substring(0, Math.max(1, path.lastIndexOf('/')));
  }

  @Override
  public Diff diff(Cdi desired, Facts facts) {
    CommandFact uname = facts.command("uname", "-s");
    if (uname.succeeded() && !uname.stdout().strip().equals("Linux")) {
      return Diff.blocked(
          Finding.error(
              "cdi/linux-only",
              "/cdi",
              "NVIDIA's specs are for Linux, and this host is " + uname.stdout().strip(),
              "leave this host out of the plan's hosts"));
    }
    if (facts.file(OPERATOR).isPresent()) {
      return Diff.blocked(
          Finding.error(
              "cdi/operator-managed",
              "/cdi",
              "the GPU Operator of a Kubernetes cluster manages this host's specs",
              "leave the cdi section out for this host"));
    }
    EngineSide engine = EngineSide.of(desired, facts);
    try {
      Optional<Finding> unfit = engine.unfit();
      if (unfit.isPresent()) {
        return Diff.blocked(unfit.get());
      }
      return desired.enabled() ? enabled(desired, engine, facts) : disabled(desired, engine, facts);
    } catch (ConfigSyntaxException e) {
      return Diff.blocked(
          Finding.error(
              "cdi/bad-config",
              "/cdi/engine",
              "%s:%s".formatted(e.file().orElse(engine.config()), e.positioned()),
              "correct the file on the host; it is left as it is"));
    }
  }

  private static Diff enabled(Cdi desired, EngineSide engine, Facts facts)
      throws ConfigSyntaxException {
    List<Change> changes = new ArrayList<>();
    List<Finding> findings = new ArrayList<>();
    Optional<NvidiaCtk> ctk = NvidiaCtk.of(facts);
    List<String> directories = engine.directories();
    directories.forEach(facts::folder); // so that a saved plan rests on them
    Optional<String> path = Optional.empty();
    if (!hasGpu(facts) && ctk.filter(c -> c.answer(facts).succeeded()).isEmpty()) {
      String why = "the host has no GPU";
      changes.addAll(removals(desired, "", why, facts));
      boolean marked = facts.file(desired.output() + SpecFile.MARK).isPresent();
      if (facts.file(desired.output()).isPresent() && !marked) {
        changes.add(SpecFile.removal(desired.output(), why, facts));
      }
      findings.add(noGpu());
    } else if (ctk.isEmpty()) {
      return Diff.blocked(noToolkit());
    } else {
      SpecFile spec = spec(desired, ctk.get(), directories, facts);
      Optional<Finding> impossible = impossible(desired, spec, directories, facts);
      if (impossible.isPresent()) {
        return Diff.blocked(impossible.get());
      }
      path = Optional.of(spec.path());
      String why = "%s is the spec of this host".formatted(spec.path());
      changes.addAll(removals(desired, spec.path(), why, facts));
      spec.change(facts).ifPresent(changes::add);
      if (spec.refreshed() && !SpecFindings.same(spec.path(), desired.output())) {
        findings.add(refreshed(desired, spec));
      }
    }
    engine.change().ifPresent(changes::add);
    Facts after = after(changes, facts);
    findings.addAll(SpecFindings.of(path.orElse(""), directories, after));
    if (desired.engine() == Engine.DOCKER) {
      findings.addAll(path.flatMap(p -> tooNew(p, engine, after)).stream().toList());
      findings.addAll(GpusNote.of(after));
    }
    return new Diff(changes, findings);
  }

  private static Facts after(List<Change> changes, Facts facts) {
    Facts after = facts;
    for (Change change : changes) {
      for (Effect effect : change.effects()) {
        after = effect.on(after);
      }
    }
    return after;
  }

  private static SpecFile spec(Cdi desired, NvidiaCtk ctk, List<String> directories, Facts facts) {
    String written = CdiRefresh.output(facts);
    boolean refreshed =
        CdiRefresh.isEnabled(facts)
            && ctk.driverRoot().equals("/")
            && isRead(folder(written), directories);
    return new SpecFile(ctk, refreshed ? written : desired.output(), refreshed);
  }

  private static boolean isRead(String folder, List<String> directories) {
    return directories.stream().anyMatch(d -> SpecFindings.same(d + "/", folder + "/"));
  }

  private static Optional<Finding> impossible(
      Cdi desired, SpecFile spec, List<String> directories, Facts facts) {
    if (!isRead(folder(spec.path()), directories)) {
      return Optional.of(
          Finding.error(
              "cdi/directory",
              "/cdi/output",
              "%s on this host reads specs from %s only"
                  .formatted(desired.engine().word(), String.join(", ", directories)),
              "set cdi.output to a file there"));
    }
    return spec.fault(facts)
        .map(
            fault ->
                Finding.error(
                    "cdi/generate-failed",
                    "/cdi",
                    "nvidia-ctk cannot describe this host's GPUs: " + fault,
                    suggestion(fault)));
  }

  /** The messages are those of nvidia-ctk 1.17.8 to 1.20.0, executed. */
  private static String suggestion(String fault) {
    if (fault.contains("ERROR_LIBRARY_NOT_FOUND")) {
      return "add a driver section, or install a driver";
    }
    return fault.contains("failed to locate")
        ? "the driver that is loaded is not the one that is installed: reboot, or load it anew"
        : "see what nvidia-ctk cdi generate says on the host";
  }

  private static boolean hasGpu(Facts facts) {
    boolean onBus =
        facts.pci().isEmpty()
            || NvidiaPci.gpuFunctions(facts).values().stream()
                .map(PciFact::driver)
                .anyMatch(driver -> driver.filter("vfio-pci"::equals).isEmpty());
    return onBus || Platform.isWsl(facts) || facts.file(TEGRA).isPresent();
  }

  /** Returns the changes that remove specs of ours that lie elsewhere than at this path. */
  private static List<Change> removals(Cdi desired, String path, String reason, Facts facts) {
    List<Change> changes = new ArrayList<>();
    for (String folder : folders(desired)) {
      for (String name : facts.folder(folder).keySet()) {
        String file = folder + "/" + name;
        if (name.endsWith(SpecFile.MARK)) {
          String spec = file.substring(0, file.length() - SpecFile.MARK.length());
          if (CdiFile.isNamedLikeOne(spec) && !SpecFindings.same(spec, path)) {
            changes.add(SpecFile.removal(spec, reason, facts));
          }
        }
      }
    }
    return changes;
  }

  private static Diff disabled(Cdi desired, EngineSide engine, Facts facts)
      throws ConfigSyntaxException {
    List<Change> changes =
        new ArrayList<>(removals(desired, "", "the plan says enabled: false", facts));
    engine.change().ifPresent(changes::add);
    List<String> users =
        facts
            .dockerState()
            .running("have CDI devices", CdiModule::hasDevices)
            .map(c -> "container " + DockerFacts.name(c))
            .sorted()
            .toList();
    boolean refused = !changes.isEmpty() && !users.isEmpty();
    return new Diff(
        changes,
        refused
            ? List.of(
                Finding.refused(
                    "cdi/in-use",
                    "/cdi/enabled",
                    "without the spec these could not start again: " + String.join(", ", users),
                    "stop them first"))
            : List.of());
  }

  private static boolean hasDevices(JsonNode container) {
    for (JsonNode request : container.path("HostConfig").path("DeviceRequests")) {
      if (request.path("Driver").asText().equals("cdi")) {
        return true;
      }
    }
    return false;
  }

  private static Optional<Finding> tooNew(String path, EngineSide engine, Facts after) {
    Optional<CdiVersion> newest =
        engine instanceof DockerSide docker
            ? docker.version().map(v -> v.newestSpec())
            : Optional.empty();
    Optional<CdiVersion> version =
        after
            .file(path)
            .flatMap(file -> CdiFile.read(path, file.content()).spec())
            .map(CdiSpec::version)
            .flatMap(CdiVersion::of);
    return newest.isPresent() && version.isPresent() && version.get().compareTo(newest.get()) > 0
        ? Optional.of(
            Finding.error(
                "cdi/too-new",
                "/cdi",
                "the spec is of version %s, and this Docker knows none after %s"
                    .formatted(version.get(), newest.get()),
                "upgrade Docker, or take an older toolkit"))
        : Optional.empty();
  }

  private static Finding noGpu() {
    return Finding.warning(
        "cdi/no-gpu",
        "/cdi",
        "this host has no NVIDIA GPU that a driver could have, so there is no spec",
        "check lspci -d 10de: on the host, or leave it out of the plan's hosts");
  }

  private static Finding noToolkit() {
    return Finding.error(
        "cdi/no-toolkit",
        "/cdi",
        "this host has no nvidia-ctk, which writes the spec",
        "add a toolkit section");
  }

  private static Finding refreshed(Cdi desired, SpecFile spec) {
    return Finding.note(
        "cdi/refresh-service",
        "/cdi/output",
        "%s keeps %s on this host, so nothing is written to %s"
            .formatted(CdiRefresh.SERVICE, spec.path(), desired.output()));
  }
}
