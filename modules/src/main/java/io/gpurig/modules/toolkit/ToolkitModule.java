package io.gpurig.modules.toolkit;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.module.Diff;
import io.gpurig.engine.module.Finding;
import io.gpurig.engine.module.Module;
import io.gpurig.engine.plan.Section;
import io.gpurig.modules.container.ManagedContainer;
import io.gpurig.modules.host.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Keeps the NVIDIA Container Toolkit's container in place, or away. */
public final class ToolkitModule implements Module<Toolkit> {
  private static final String SECTION = "toolkit";
  private static final String DEFAULT_REPOSITORY = "nvcr.io/nvidia/k8s/container-toolkit";

  /** Written by the GPU Operator's validator (gpu-operator, cmd/nvidia-validator/main.go). */
  private static final String OPERATOR = "/run/nvidia/validations/toolkit-ready";

  private static final int REGISTER_SECONDS = 60;

  @Override
  public String section() {
    return SECTION;
  }

  @Override
  public Toolkit desired(Section section) {
    return new Toolkit(
        section.flag("deploy"),
        section.text("image"),
        section.text("driverRoot"),
        section.texts("env"),
        section.duration("readyTimeout"));
  }

  @Override
  public List<Read> reads(Toolkit desired) {
    List<Read> reads = new ArrayList<>(Platform.READS);
    reads.add(new Read.File(OPERATOR));
    reads.add(nvidiaSmi(desired));
    return reads;
  }

  @Override
  public Diff diff(Toolkit desired, Facts facts) {
    ManagedContainer container = ToolkitContainer.of(desired);
    DockerFacts docker = facts.dockerState();
    Optional<Finding> nameTaken =
        container.nameTaken(docker, List.of(desired.image(), DEFAULT_REPOSITORY));
    return desired.deploy()
        ? Platform.unfit(facts, SECTION)
            .or(() -> unfit(facts))
            .or(() -> nameTaken)
            .map(Diff::blocked)
            .orElseGet(() -> deploy(desired, container, facts))
        : Platform.dockerDown(facts, SECTION)
            .or(() -> nameTaken)
            .map(Diff::blocked)
            .orElseGet(() -> prune(container, docker));
  }

  private static Diff deploy(Toolkit desired, ManagedContainer container, Facts facts) {
    DockerFacts docker = facts.dockerState();
    boolean registered = docker.runtimes().contains(ToolkitContainer.RUNTIME);
    // it registers its runtimes when it starts, and does not see when somebody takes them out
    List<Change> changes =
        container.deploy(docker, registered, container.restart(), List.of()).stream().toList();
    boolean driver =
        !facts.missing(List.of(nvidiaSmi(desired))).isEmpty()
            || facts.command(nvidiaSmi(desired).argv().toArray(String[]::new)).succeeded();
    return new Diff(changes, driver ? List.of() : List.of(noDriver(desired)));
  }

  /**
   * The container takes its runtimes out of Docker's configuration when it is stopped, not else.
   */
  private static Diff prune(ManagedContainer container, DockerFacts docker) {
    boolean runs =
        docker.container(ToolkitContainer.NAME).filter(DockerFacts::isRunning).isPresent();
    boolean registered = docker.runtimes().contains(ToolkitContainer.RUNTIME);
    List<Action> start =
        runs || !registered
            ? List.of()
            : List.of(
                new Action.StartContainer(ToolkitContainer.NAME),
                ToolkitContainer.registered(REGISTER_SECONDS));
    List<Change> changes = container.prune(docker, start, List.of(), List.of()).stream().toList();
    List<String> users =
        docker
            .running("use the nvidia runtime", ToolkitModule::usesRuntime)
            .map(c -> "container " + DockerFacts.name(c))
            .sorted()
            .toList();
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

  private static boolean usesRuntime(JsonNode container) {
    return container
        .path("HostConfig")
        .path("Runtime")
        .asText()
        .startsWith(ToolkitContainer.RUNTIME);
  }

  private static Optional<Finding> unfit(Facts facts) {
    DockerFacts docker = facts.dockerState();
    if (facts.file(OPERATOR).isPresent()) {
      return Optional.of(
          Finding.error(
              "toolkit/operator-managed",
              "/toolkit",
              "the GPU Operator of a Kubernetes cluster manages this host's toolkit",
              "leave the driver and toolkit sections out for this host"));
    }
    // stopping the container would take out the packages' runtime too
    String path =
        docker
            .info()
            .map(i -> i.path("Runtimes").path(ToolkitContainer.RUNTIME).path("path").asText(""))
            .orElse("");
    boolean foreign = !path.isEmpty() && !path.startsWith(ToolkitContainer.INSTALL_ROOT + "/");
    return foreign
        ? Optional.of(
            Finding.error(
                "toolkit/pre-installed",
                "/toolkit",
                "Docker has an nvidia runtime of another installation, " + path,
                "leave the toolkit section out, or remove that installation first"))
        : Optional.empty();
  }

  private static Read.Command nvidiaSmi(Toolkit desired) {
    return desired.driverRoot().equals("/")
        ? Read.Command.of("nvidia-smi", "-L")
        : Read.Command.of("chroot", desired.driverRoot(), "nvidia-smi", "-L");
  }

  private static Finding noDriver(Toolkit desired) {
    return Finding.warning(
        "toolkit/no-driver",
        "/toolkit",
        "no driver answers under %s, so containers will see no GPU".formatted(desired.driverRoot()),
        "add a driver section, or set toolkit.driverRoot to where the host's driver is");
  }
}
