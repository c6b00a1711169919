package io.gpurig.modules.toolkit;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Change.Field;
import io.gpurig.engine.change.Change.Kind;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.module.Diff;
import io.gpurig.engine.module.Finding;
import io.gpurig.engine.module.Module;
import io.gpurig.engine.plan.Section;
import io.gpurig.modules.container.ManagedContainer;
import io.gpurig.modules.host.Platform;
import io.gpurig.modules.toolkit.Toolkit.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Keeps the NVIDIA Container Toolkit in place, or away: as a container or from packages, never both
 * (stopping the container takes a runtime of the packages out of Docker too).
 */
public final class ToolkitModule implements Module<Toolkit> {
  private static final String SECTION = "toolkit";
  private static final String DEFAULT_REPOSITORY = "nvcr.io/nvidia/k8s/container-toolkit";

  /** Written by the GPU Operator's validator (gpu-operator, cmd/nvidia-validator/main.go). */
  private static final String OPERATOR = "/run/nvidia/validations/toolkit-ready";

  /** Where WSL mounts the user space of Windows' driver (nvidia-container-toolkit, pkg/nvcdi). */
  private static final Read.Command WSL_DRIVER =
      Read.Command.of("/usr/lib/wsl/lib/nvidia-smi", "-L");

  private static final int REGISTER_SECONDS = 60;

  @Override
  public String section() {
    return SECTION;
  }

  @Override
  public Toolkit desired(Section section) {
    return new Toolkit(
        section.flag("deploy"),
        Method.valueOf(section.text("method").toUpperCase(Locale.ROOT)),
        section.text("image"),
        PackageRequest.of(section.part("packages")),
        section.text("driverRoot"),
        section.texts("env"),
        section.duration("readyTimeout"));
  }

  @Override
  public List<Read> reads(Toolkit desired) {
    List<Read> reads = new ArrayList<>(Platform.READS);
    reads.add(new Read.File(OPERATOR));
    reads.add(nvidiaSmi(desired));
    reads.addAll(Apt.STATE);
    reads.addAll(Rpm.STATE);
    switch (desired.method()) {
      case CONTAINER -> reads.add(DaemonRuntimes.READ);
      case PACKAGES -> {
        reads.addAll(Apt.DETAILS);
        reads.addAll(Rpm.DETAILS);
        reads.add(WSL_DRIVER);
      }
    }
    return reads;
  }

  @Override
  public String survey() {
    return "{deploy: true, method: packages}";
  }

  @Override
  public Diff diff(Toolkit desired, Facts facts) {
    if (!desired.deploy()) {
      return prune(desired, facts);
    }
    return switch (desired.method()) {
      case CONTAINER ->
          containerOnWsl(facts)
              .or(() -> Platform.unfit(facts, SECTION))
              .or(() -> operatorManaged(facts))
              .or(() -> foreign(facts))
              .or(() -> nameTaken(desired, facts))
              .map(Diff::blocked)
              .orElseGet(() -> container(desired, facts));
      case PACKAGES ->
          Platform.notLinux(facts, SECTION)
              .or(() -> operatorManaged(facts))
              .or(() -> nameTaken(desired, facts))
              .map(Diff::blocked)
              .orElseGet(() -> packages(desired, facts));
    };
  }

  private static Diff container(Toolkit desired, Facts facts) {
    ManagedContainer container = ToolkitContainer.of(desired);
    DockerFacts docker = facts.dockerState();
    // what Docker lists while the packages are there is theirs
    Optional<PackageSystem> packages = ours(facts).filter(p -> !p.installed(facts).none());
    boolean registered = packages.isEmpty() && docker.runtimes().contains(ToolkitContainer.RUNTIME);
    // it registers its runtimes when it starts, and does not see when somebody takes them out
    List<Change> changes =
        container.deploy(docker, registered, container.restart(), List.of()).stream()
            .map(change -> packages.map(p -> replacing(change, p, desired, facts)).orElse(change))
            .toList();
    return new Diff(changes, driver(desired, facts).stream().toList());
  }

  /**
   * One change, so that the packages come back if the container does not get ready: their runtime
   * goes first, they themselves when the container has registered its own.
   */
  private static Change replacing(
      Change container, PackageSystem system, Toolkit desired, Facts facts) {
    Change gone = PackageForm.prune(system, facts, desired.packages().lockSeconds()).orElseThrow();
    List<Action> actions = new ArrayList<>(container.actions());
    int run = (int) actions.stream().takeWhile(Action.PullImage.class::isInstance).count();
    actions.addAll(run, DaemonRuntimes.withoutPackages(facts));
    actions.addAll(gone.actions());
    List<Field> fields = new ArrayList<>(container.fields());
    gone.fields()
        .forEach(f -> fields.add(new Field("packages' " + f.name(), f.before(), f.after())));
    DaemonRuntimes.defaultRuntime(facts)
        .forEach((name, value) -> fields.add(Field.of(name, value, "runc")));
    List<Effect> effects = new ArrayList<>(container.effects());
    effects.addAll(gone.effects());
    return new Change(
        SECTION,
        Kind.REPLACE,
        container.target(),
        "the plan says method: container",
        fields,
        container.disruption(),
        container.affected(),
        actions,
        effects);
  }

  private static Diff packages(Toolkit desired, Facts facts) {
    Optional<PackageSystem> system = PackageSystem.of(facts);
    if (system.isEmpty()) {
      return Diff.blocked(unknownDistribution(facts));
    }
    PackageRequest request = desired.packages();
    Optional<Change> container = containerGone(ToolkitContainer.of(desired), facts.dockerState());
    List<Finding> findings = new ArrayList<>(system.get().findings(request, facts));
    Optional<Change> change = PackageForm.deploy(system.get(), request, facts, container);
    List<String> users = users(facts);
    if (container.isPresent() && !users.isEmpty()) {
      findings.add(
          Finding.warning(
              "toolkit/runtime-in-use",
              "/toolkit/method",
              "the container takes its nvidia runtime with it; these cannot start again before the"
                  + " packages' is registered: "
                  + String.join(", ", users),
              "have Docker configured for the packages' runtime"));
    }
    findings.addAll(driver(desired, facts));
    return new Diff(change.stream().toList(), findings);
  }

  /** Takes away the container, and the packages that we brought or that the plan names. */
  private static Diff prune(Toolkit desired, Facts facts) {
    boolean named = desired.method() == Method.PACKAGES;
    Optional<Finding> blocked =
        (named ? Optional.<Finding>empty() : Platform.dockerDown(facts, SECTION))
            .or(() -> nameTaken(desired, facts));
    if (blocked.isPresent()) {
      return Diff.blocked(blocked.get());
    }
    List<Change> changes = new ArrayList<>();
    containerGone(ToolkitContainer.of(desired), facts.dockerState()).ifPresent(changes::add);
    (named ? PackageSystem.of(facts) : ours(facts))
        .flatMap(p -> PackageForm.prune(p, facts, desired.packages().lockSeconds()))
        .ifPresent(changes::add);
    List<String> users = users(facts);
    return changes.isEmpty() || users.isEmpty()
        ? new Diff(changes, List.of())
        : new Diff(
            changes,
            List.of(
                Finding.refused(
                    "toolkit/runtime-in-use",
                    "/toolkit/deploy",
                    "without the toolkit these could not start again: " + String.join(", ", users),
                    "stop them first")));
  }

  /**
   * The container takes its runtimes out of Docker's configuration when it is stopped, not else.
   */
  private static Optional<Change> containerGone(ManagedContainer container, DockerFacts docker) {
    boolean runs =
        docker.container(ToolkitContainer.NAME).filter(DockerFacts::isRunning).isPresent();
    boolean registered = docker.runtimes().contains(ToolkitContainer.RUNTIME);
    List<Action> start =
        runs || !registered
            ? List.of()
            : List.of(
                new Action.StartContainer(ToolkitContainer.NAME),
                ToolkitContainer.registered(REGISTER_SECONDS));
    return container.prune(docker, start, List.of(), List.of());
  }

  private static List<String> users(Facts facts) {
    return facts
        .dockerState()
        .running("use the nvidia runtime", ToolkitModule::usesRuntime)
        .map(c -> "container " + DockerFacts.name(c))
        .sorted()
        .toList();
  }

  /** Returns the package manager of a host whose packages were brought by us. */
  private static Optional<PackageSystem> ours(Facts facts) {
    return PackageSystem.of(facts).filter(system -> system.isOurs(facts));
  }

  private static Optional<Finding> nameTaken(Toolkit desired, Facts facts) {
    return ToolkitContainer.of(desired)
        .nameTaken(facts.dockerState(), List.of(desired.image(), DEFAULT_REPOSITORY));
  }

  private static boolean usesRuntime(JsonNode container) {
    return container
        .path("HostConfig")
        .path("Runtime")
        .asText()
        .startsWith(ToolkitContainer.RUNTIME);
  }

  private static Optional<Finding> operatorManaged(Facts facts) {
    return facts
        .file(OPERATOR)
        .map(
            file ->
                Finding.error(
                    "toolkit/operator-managed",
                    "/toolkit",
                    "the GPU Operator of a Kubernetes cluster manages this host's toolkit",
                    "leave the driver and toolkit sections out for this host"));
  }

  private static Optional<Finding> containerOnWsl(Facts facts) {
    return Platform.isWsl(facts)
        ? Optional.of(
            Finding.error(
                "toolkit/wsl",
                "/toolkit/method",
                "this host is WSL, where the NVIDIA driver belongs to Windows",
                "set toolkit.method: packages, which go into the distribution"))
        : Optional.empty();
  }

  /** Stopping the container would take out the packages' runtime too. */
  private static Optional<Finding> foreign(Facts facts) {
    if (ours(facts).isPresent()) {
      return Optional.empty();
    }
    Optional<String> version =
        PackageSystem.of(facts).flatMap(system -> system.installed(facts).version());
    String path =
        facts
            .dockerState()
            .info()
            .map(i -> i.path("Runtimes").path(ToolkitContainer.RUNTIME).path("path").asText(""))
            .orElse("");
    boolean registered = !path.isEmpty() && !path.startsWith(ToolkitContainer.INSTALL_ROOT + "/");
    if (version.isPresent()) {
      return Optional.of(
          Finding.error(
              "toolkit/pre-installed",
              "/toolkit/method",
              "this host has the toolkit from packages that gpurig did not install, version "
                  + version.get(),
              "set toolkit.method: packages, or remove them first"));
    }
    return registered
        ? Optional.of(
            Finding.error(
                "toolkit/pre-installed",
                "/toolkit",
                "Docker has an nvidia runtime of another installation, " + path,
                "leave the toolkit section out, or remove that installation first"))
        : Optional.empty();
  }

  private static Finding unknownDistribution(Facts facts) {
    String id = Platform.osRelease(facts).getOrDefault("ID", "");
    return Finding.error(
        "toolkit/no-packages",
        "/toolkit/method",
        "NVIDIA has no packages of the toolkit for %s"
            .formatted(id.isEmpty() ? "this host, which does not say what it is" : id),
        "leave this host out, or set toolkit.method: container");
  }

  private static Read.Command nvidiaSmi(Toolkit desired) {
    return desired.driverRoot().equals("/")
        ? Read.Command.of("nvidia-smi", "-L")
        : Read.Command.of("chroot", desired.driverRoot(), "nvidia-smi", "-L");
  }

  /** Returns a warning if no driver answers. On WSL it is the one of Windows. */
  private static List<Finding> driver(Toolkit desired, Facts facts) {
    boolean wsl = desired.method() == Method.PACKAGES && Platform.isWsl(facts);
    Read.Command read = wsl ? WSL_DRIVER : nvidiaSmi(desired);
    boolean answers =
        !facts.missing(List.of(read)).isEmpty()
            || facts.command(read.argv().toArray(String[]::new)).succeeded();
    return answers ? List.of() : List.of(wsl ? noWindowsDriver() : noDriver(desired));
  }

  private static Finding noWindowsDriver() {
    return Finding.warning(
        "toolkit/no-driver",
        "/toolkit",
        "Windows' NVIDIA driver does not answer through /usr/lib/wsl, so containers will see no"
            + " GPU",
        "install or update it on Windows; a Linux driver must never be installed in WSL");
  }

  private static Finding noDriver(Toolkit desired) {
    return Finding.warning(
        "toolkit/no-driver",
        "/toolkit",
        "no driver answers under %s, so containers will see no GPU".formatted(desired.driverRoot()),
        "add a driver section, or set toolkit.driverRoot to where the host's driver is");
  }
}
