package io.gpurig.modules.mig;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Change.Field;
import io.gpurig.engine.change.Change.Kind;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.module.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The change that brings all GPUs of a host to their layouts: one, so that containers that use
 * several stop once, and a failure on one GPU takes back what was done to the others.
 */
final class MigChange {
  /** Writes the list of MIG devices for containers; a MIG change does not set it off. */
  private static final String CDI_REFRESH = "nvidia-cdi-refresh.service";

  private static final List<String> CDI_REFRESH_UNITS =
      List.of(
          "/etc/systemd/system/" + CDI_REFRESH,
          "/lib/systemd/system/" + CDI_REFRESH,
          "/usr/lib/systemd/system/" + CDI_REFRESH);

  static final List<Read> READS = CDI_REFRESH_UNITS.stream().<Read>map(Read.File::new).toList();

  private MigChange() {}

  static Optional<Change> of(
      Mig desired, MigHost host, List<MigTarget> targets, Facts facts, List<Finding> findings) {
    List<MigTarget> moving = targets.stream().filter(target -> !target.isNothing()).toList();
    if (moving.isEmpty()) {
      return Optional.empty();
    }
    List<MigGpu> disturbed =
        moving.stream().filter(MigTarget::disturbs).map(MigTarget::gpu).toList();
    MigClients clients =
        disturbed.isEmpty()
            ? new MigClients(List.of(), List.of())
            : MigClients.of(disturbed, host, facts);
    boolean evicts =
        desired.evictClients() && clients.processes().isEmpty() && !clients.containers().isEmpty();
    if (!clients.none() && !evicts) {
      findings.add(inUse(clients, desired, disturbed, moving));
    }
    List<JsonNode> evicted =
        evicts
            ? clients.containers().stream()
                .flatMap(name -> facts.dockerState().container(name).stream())
                .filter(DockerFacts::isRunning)
                .toList()
            : List.of();
    List<Field> fields = new ArrayList<>();
    moving.forEach(target -> fields(target, fields));
    List<MigGpu> after = new ArrayList<>();
    for (MigGpu gpu : host.gpus()) {
      after.add(
          moving.stream()
              .filter(target -> target.gpu().equals(gpu))
              .findFirst()
              .map(MigTarget::wanted)
              .orElse(gpu));
    }
    return Optional.of(
        new Change(
            "mig",
            kind(moving),
            "MIG layout",
            reason(moving),
            fields,
            evicted.isEmpty() ? Disruption.NONE : Disruption.WORKSPACE_RESTART,
            evicted.stream().map(c -> "container " + DockerFacts.name(c)).toList(),
            actions(host, moving, evicted, facts),
            MigModule.told(host, after, facts)));
  }

  private static List<Action> actions(
      MigHost host, List<MigTarget> moving, List<JsonNode> evicted, Facts facts) {
    List<Action> actions = new ArrayList<>();
    for (JsonNode container : evicted) {
      // ten seconds is Docker's own default
      int seconds = container.path("Config").path("StopTimeout").asInt(10);
      actions.add(new Action.StopContainer(DockerFacts.name(container), seconds));
    }
    for (MigTarget target : moving) {
      MigActions gpu = new MigActions(host.smi(), target.gpu());
      actions.addAll(gpu.destroy(target.step()));
      if (target.setsMode()) {
        actions.addAll(gpu.mode(target.on(), target.gpu().isOn() != target.on()));
      }
      actions.addAll(gpu.create(target.step()));
    }
    if (CDI_REFRESH_UNITS.stream().anyMatch(unit -> facts.file(unit).isPresent())) {
      actions.add(new Action.RestartService(CDI_REFRESH));
    }
    evicted.forEach(c -> actions.add(new Action.StartContainer(DockerFacts.name(c))));
    return actions;
  }

  private static Kind kind(List<MigTarget> moving) {
    boolean creates = moving.stream().allMatch(t -> t.on() && t.gpu().instances().isEmpty());
    boolean removes = moving.stream().noneMatch(MigTarget::on);
    return creates ? Kind.CREATE : removes ? Kind.REMOVE : Kind.UPDATE;
  }

  private static String reason(List<MigTarget> moving) {
    List<String> names = moving.stream().map(target -> "GPU " + target.gpu().index()).toList();
    String verb = names.size() == 1 ? " is not divided" : " are not divided";
    return String.join(", ", names) + verb + " as the plan says";
  }

  private static void fields(MigTarget target, List<Field> fields) {
    MigGpu gpu = target.gpu();
    String name = gpu.shownName();
    if (target.setsMode()) {
      fields.add(
          Field.of(
              name + " MIG mode",
              mode(gpu.isOn(), gpu.pending().orElse(gpu.isOn())),
              mode(target.on(), target.on())));
    }
    Layout before = gpu.layout();
    Layout after = target.wanted().layout();
    SortedSet<MigProfile> all = new TreeSet<>(before.counts().keySet());
    all.addAll(after.counts().keySet());
    for (MigProfile profile : all) {
      int had = before.counts().getOrDefault(profile, 0);
      int has = after.counts().getOrDefault(profile, 0);
      if (had != has) {
        fields.add(Field.of(name + " " + profile, String.valueOf(had), String.valueOf(has)));
      }
    }
    for (MigGpu.GpuInstance one : target.step().dropped()) {
      if (one.compute().isEmpty() || after.counts().containsKey(one.name())) {
        fields.add(
            new Field(
                "%s instance %d, %s".formatted(name, one.id(), one.name()),
                Optional.of("at " + one.start()),
                Optional.empty()));
      }
    }
  }

  private static String mode(boolean now, boolean later) {
    String word = now ? "Enabled" : "Disabled";
    return now == later ? word : word + ", " + (later ? "Enabled" : "Disabled") + " pending";
  }

  private static Finding inUse(
      MigClients clients, Mig desired, List<MigGpu> disturbed, List<MigTarget> moving) {
    String pointer = desired.of(disturbed.getFirst()).map(MigRequest::pointer).orElse("/mig");
    boolean destroys = moving.stream().anyMatch(target -> !target.step().lost().isEmpty());
    return Finding.refused(
        "mig/gpu-in-use",
        pointer,
        "%s, but %s in use by %s"
            .formatted(
                destroys ? "MIG devices are destroyed" : "the MIG mode is changed",
                String.join(", ", disturbed.stream().map(MigGpu::shownName).toList())
                    + (disturbed.size() == 1 ? " is" : " are"),
                String.join(", ", clients.names())),
        desired.evictClients()
            ? "stop the processes first: gpurig ends none outside containers"
            : "stop them, or set mig.evictClients: true to have containers stopped and started"
                + " again");
  }
}
