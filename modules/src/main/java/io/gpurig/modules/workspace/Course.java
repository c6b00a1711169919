package io.gpurig.modules.workspace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.module.Diff;
import io.gpurig.engine.module.Finding;
import io.gpurig.modules.gpu.Gpu;
import io.gpurig.modules.vfio.Claim;
import io.gpurig.modules.vfio.Passthrough;
import io.gpurig.modules.workspace.GpuSelection.Given;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The changes of one host in their order: what has to go goes, GPUs of guests go back to the host,
 * those who lose a GPU to a guest are made without it, GPUs go to guests, and all else is made.
 * Each sees the host as it is after those before it.
 */
final class Course {
  private final Workspaces desired;
  private final Facts before;
  private final List<Change> changes = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();
  private final Map<String, List<Given>> given = new LinkedHashMap<>();
  private final Set<String> reserved = new TreeSet<>();
  private Facts facts;

  Course(Workspaces desired, Facts facts) {
    this.desired = desired;
    this.before = facts;
    this.facts = facts;
  }

  Diff diff() {
    findings.addAll(WorkspaceRules.of(desired));
    desired.items().forEach(this::nameTaken);
    if (findings.stream().anyMatch(finding -> finding.severity().blocks())) {
      return new Diff(List.of(), findings);
    }
    selectFor(true);
    List<Claim> claims = claims();
    Set<String> claimed = claims.stream().map(Claim::bdf).collect(Collectors.toSet());
    orphans().forEach(c -> make(Replacement.remove(c, "the plan has no such workspace", facts)));
    guestsThatChange().forEach(this::stop);
    Set<String> released = passedThrough();
    released.addAll(Passthrough.orphans(claimed, facts));
    released.removeAll(claimed);
    if (!released.isEmpty()) {
      take(Passthrough.release(released, facts));
    }
    selectFor(false);
    conflicts(claims);
    for (Workspace workspace : desired.items()) {
      checks(workspace);
    }
    if (findings.stream().noneMatch(finding -> finding.severity().blocks())) {
      desired.items().stream().filter(w -> loses(w, claimed)).forEach(this::bringAbout);
      if (!claims.isEmpty()) {
        take(Passthrough.bind(claims, facts));
      }
      desired.items().stream()
          .filter(workspace -> !loses(workspace, claimed))
          .filter(workspace -> !awaitsReboot(workspace))
          .forEach(this::bringAbout);
    }
    if (!changes.isEmpty()) {
      findings.addAll(moves());
    }
    return new Diff(changes, findings);
  }

  /** What a guest needs for its GPUs is known only when the host has been rebooted for them. */
  private boolean awaitsReboot(Workspace workspace) {
    return workspace.windows()
        && !workspace.gpus().isEmpty()
        && findings.stream().anyMatch(f -> f.code().equals(Passthrough.AFTER_REBOOT));
  }

  private void make(Change change) {
    changes.add(change);
    for (Effect effect : change.effects()) {
      facts = effect.on(facts);
    }
  }

  private void take(Diff diff) {
    diff.changes().forEach(this::make);
    findings.addAll(diff.findings());
  }

  private Optional<JsonNode> container(String name) {
    return facts.dockerState().container(name);
  }

  private boolean isOfThisPlan(JsonNode container) {
    return Labels.isWorkspace(container)
        && Labels.of(container, Labels.PLAN).filter(desired.plan()::equals).isPresent();
  }

  private void nameTaken(Workspace workspace) {
    Optional<JsonNode> other = container(workspace.name()).filter(c -> !isOfThisPlan(c));
    other.ifPresent(
        container ->
            findings.add(
                Finding.error(
                    "workspaces/name-taken",
                    workspace.pointer("name"),
                    Labels.isWorkspace(container)
                        ? "a workspace %s is there already, of the plan %s"
                            .formatted(
                                workspace.name(),
                                Labels.of(container, Labels.PLAN).orElse("(none)"))
                        : "a container %s is there already that gpurig did not make"
                            .formatted(workspace.name()),
                    "give the workspace another name, or rename or remove that container")));
  }

  private List<JsonNode> orphans() {
    Set<String> wanted = desired.items().stream().map(Workspace::name).collect(Collectors.toSet());
    return workspaces(facts).stream()
        .filter(this::isOfThisPlan)
        .filter(container -> !wanted.contains(DockerFacts.name(container)))
        .toList();
  }

  private void selectFor(boolean windows) {
    HostGpus host = HostGpus.of(facts);
    desired.items().stream()
        .flatMap(workspace -> workspace.wantedGpus().stream())
        .forEach(
            reference -> {
              if (reference instanceof GpuReference.MigDevice device) {
                reserved.add(device.uuid());
              }
            });
    others().forEach(container -> reserved.addAll(Labels.list(container, Labels.GPUS)));
    for (Workspace workspace : desired.items()) {
      if (workspace.windows() == windows) {
        GpuSelection selection = new GpuSelection(host, facts.dockerState(), reserved);
        given.put(workspace.name(), selection.of(workspace));
        findings.addAll(selection.findings());
      }
    }
  }

  /** The workspaces of other plans. */
  private List<JsonNode> others() {
    return workspaces(before).stream().filter(container -> !isOfThisPlan(container)).toList();
  }

  private static List<JsonNode> workspaces(Facts facts) {
    return facts.dockerState().labelled(Labels.WORKSPACE).stream()
        .filter(Labels::isWorkspace)
        .toList();
  }

  private List<Claim> claims() {
    List<Claim> claims = new ArrayList<>();
    for (Workspace workspace : desired.items()) {
      if (workspace.windows()) {
        for (Given gpu : given.getOrDefault(workspace.name(), List.of())) {
          gpu.bdf()
              .ifPresent(
                  bdf -> claims.add(new Claim(bdf, workspace.name(), gpu.reference().pointer())));
        }
      }
    }
    return claims;
  }

  /** Guests that run and whose GPUs are to be others: they let go of them before these move. */
  private List<JsonNode> guestsThatChange() {
    List<JsonNode> guests = new ArrayList<>();
    for (Workspace workspace : desired.items()) {
      Set<String> wanted = new TreeSet<>();
      if (workspace.windows()) {
        given
            .getOrDefault(workspace.name(), List.of())
            .forEach(gpu -> gpu.bdf().ifPresent(wanted::add));
      }
      container(workspace.name())
          .filter(DockerFacts::isRunning)
          .filter(c -> !Labels.list(c, Labels.VFIO).isEmpty())
          .filter(c -> !Labels.list(c, Labels.VFIO).equals(wanted))
          .ifPresent(guests::add);
    }
    return guests;
  }

  private void stop(JsonNode guest) {
    make(Replacement.stop(guest, "the GPUs of its guest change", facts));
  }

  /** Returns the GPUs that containers of this plan have, or had, through VFIO. */
  private Set<String> passedThrough() {
    Set<String> bdfs = new TreeSet<>();
    workspaces(before).stream()
        .filter(this::isOfThisPlan)
        .forEach(container -> bdfs.addAll(Labels.list(container, Labels.VFIO)));
    return bdfs;
  }

  /** A GPU that goes to a guest can be nobody else's. */
  private void conflicts(List<Claim> claims) {
    Map<String, String> owners = new LinkedHashMap<>();
    for (Claim claim : claims) {
      String other = owners.putIfAbsent(claim.bdf(), claim.workspace());
      if (other != null && !other.equals(claim.workspace())) {
        findings.add(exclusive(claim.bdf(), claim.pointer(), claim.workspace(), other));
      }
    }
    HostGpus host = HostGpus.of(facts);
    for (Workspace workspace : desired.items()) {
      for (Given gpu : given.getOrDefault(workspace.name(), List.of())) {
        String owner = gpu.bdf().map(owners::get).orElse(null);
        if (!workspace.windows() && owner != null) {
          findings.add(
              exclusive(gpu.bdf().orElse("?"), gpu.reference().pointer(), workspace.name(), owner));
        }
      }
    }
    for (JsonNode other : others()) {
      for (Claim claim : claims) {
        Optional<String> uuid = host.at(claim.bdf()).flatMap(Gpu::uuid);
        Set<String> has = Labels.list(other, Labels.GPUS);
        if (DockerFacts.isRunning(other)
            && (uuid.filter(has::contains).isPresent()
                || Labels.list(other, Labels.VFIO).contains(claim.bdf()))) {
          findings.add(
              exclusive(claim.bdf(), claim.pointer(), claim.workspace(), DockerFacts.name(other)));
        }
      }
    }
  }

  private static Finding exclusive(String bdf, String pointer, String one, String other) {
    return Finding.error(
        "workspaces/exclusive-gpu",
        pointer,
        "GPU %s cannot be both workspace %s's and workspace %s's: a guest has it alone"
            .formatted(bdf, one, other),
        "give one of them another GPU");
  }

  private void checks(Workspace workspace) {
    DockerFacts docker = facts.dockerState();
    findings.addAll(HostDevices.missing(workspace, facts));
    findings.addAll(HostLimits.missing(workspace, docker));
    Images.onHost(workspace, docker).ifPresent(findings::add);
    Images.unasked(workspace, docker).ifPresent(findings::add);
    findings.addAll(CudaCheck.of(workspace, facts));
  }

  /** Returns whether a container that shares a GPU must be made without it for a guest's sake. */
  private boolean loses(Workspace workspace, Set<String> claimed) {
    HostGpus host = HostGpus.of(before);
    return !workspace.windows()
        && before
            .dockerState()
            .container(workspace.name())
            .map(container -> Labels.list(container, Labels.GPUS))
            .orElse(Set.of())
            .stream()
            .flatMap(uuid -> host.byUuid(uuid).flatMap(Gpu::bdf).stream())
            .anyMatch(claimed::contains);
  }

  private void bringAbout(Workspace workspace) {
    Optional<Attachment> gpus = gpus(workspace);
    gpus.ifPresent(
        attachment -> {
          ObjectNode request =
              Request.of(
                  workspace, attachment.and(HostDevices.of(workspace, facts)), facts.dockerState());
          new Replacement(workspace, request, facts).change().ifPresent(this::make);
        });
  }

  private Optional<Attachment> gpus(Workspace workspace) {
    List<Given> gpus = given.getOrDefault(workspace.name(), List.of());
    if (workspace.gpus().isEmpty()) {
      return Optional.of(Attachment.NOTHING);
    }
    if (gpus.isEmpty()) {
      return Optional.of(Attachment.visible("", List.of()));
    }
    String names = gpus.stream().map(Given::name).collect(Collectors.joining(","));
    if (workspace.windows()) {
      List<String> bdfs = gpus.stream().flatMap(gpu -> gpu.bdf().stream()).toList();
      Attachment guest =
          Attachment.passedThrough(Passthrough.deviceNodes(bdfs, facts), bdfs)
              .and(Attachment.visible("", List.of()));
      // once it is bound, a GPU has no name but its address
      return Optional.of(guest.labelled(Labels.GPUS, String.join(",", bdfs)));
    }
    GpuAccess.Answer answer = GpuAccess.of(workspace, gpus, facts);
    answer.finding().ifPresent(findings::add);
    return answer.attachment().map(attachment -> attachment.labelled(Labels.GPUS, names));
  }

  private List<Finding> moves() {
    HostGpus host = HostGpus.of(facts);
    return Holders.moves(
        Holders.now(workspaces(before), HostGpus.of(before)), Holders.after(others(), given, host));
  }
}
