package io.gpurig.modules.workspace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Change.Field;
import io.gpurig.engine.change.Change.Kind;
import io.gpurig.engine.change.Condition;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.DeviceUser;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.fact.Facts;
import io.gpurig.modules.host.GpuClients;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The changes that bring one workspace about. A container is created before another is gone: the
 * new one gets a name of its own until the old one has been put aside, and what is put aside is
 * removed when the new one has started.
 */
final class Replacement {
  /** What fails to start has mostly ended after this time. */
  private static final int SETTLED_SECONDS = 1;

  /** As {@code docker stop} gives. */
  private static final int STOP_SECONDS = 10;

  private final Workspace workspace;
  private final ObjectNode request;
  private final Facts facts;
  private final DockerFacts docker;

  /**
   * @param request what the container is made of
   * @param facts of the host before the change
   */
  Replacement(Workspace workspace, ObjectNode request, Facts facts) {
    this.workspace = workspace;
    this.request = request;
    this.facts = facts;
    this.docker = facts.dockerState();
  }

  /** Returns the change that is needed, if one is. */
  Optional<Change> change() {
    Optional<JsonNode> container = docker.container(workspace.name());
    if (container.isEmpty()) {
      return Optional.of(create());
    }
    JsonNode old = container.get();
    boolean moved = Images.isMoved(workspace, docker);
    List<Field> fields = new ArrayList<>(new Differences(facts).of(workspace.name(), request, old));
    if (moved) {
      fields.addFirst(
          new Field(
              "image",
              docker.image(workspace.image()).flatMap(Images::digest),
              docker.registryDigest(workspace.image())));
    }
    boolean runs = DockerFacts.isRunning(old);
    if (fields.isEmpty()) {
      return runs ? Optional.empty() : Optional.of(start(old));
    }
    String digest = request.path("Labels").path(Labels.DIGEST).asText();
    String reason =
        Labels.isOther(old, digest) || moved || fields.getFirst().name().startsWith("image")
            ? "its %s differs".formatted(fields.getFirst().name())
            : "its %s is not as it was made".formatted(fields.getFirst().name());
    return Updates.of(fields, request.path("HostConfig"))
        .filter(settings -> runs && !moved)
        .map(settings -> update(old, reason, fields, settings))
        .or(() -> Optional.of(replace(old, reason, fields)));
  }

  private Change create() {
    List<Action> actions = new ArrayList<>(pull());
    actions.add(new Action.CreateContainer(workspace.name(), request));
    actions.add(new Action.StartContainer(workspace.name()));
    actions.add(up());
    Field image = new Field("image", Optional.empty(), Optional.of(workspace.image()));
    return change(
        Kind.CREATE, "it is not there", List.of(image), Disruption.NONE, List.of(), actions);
  }

  private Change start(JsonNode old) {
    String status = old.path("State").path("Status").asText("exited");
    return change(
        Kind.UPDATE,
        "it does not run",
        List.of(Field.of("state", status, "running")),
        Disruption.NONE,
        List.of(),
        List.of(new Action.StartContainer(workspace.name()), up()));
  }

  private Change update(JsonNode old, String reason, List<Field> fields, ObjectNode settings) {
    ObjectNode changed = old.deepCopy();
    changed.withObjectProperty("HostConfig").setAll(settings);
    return new Change(
        Labels.SECTION,
        Kind.UPDATE,
        target(workspace.name()),
        reason,
        fields,
        Disruption.NONE,
        List.of(),
        List.of(new Action.UpdateContainer(workspace.name(), settings)),
        List.of(new Effect.ContainerBecomes(changed)));
  }

  private Change replace(JsonNode old, String reason, List<Field> fields) {
    String name = workspace.name();
    boolean runs = DockerFacts.isRunning(old);
    List<Action> actions = new ArrayList<>(pull());
    actions.add(new Action.CreateContainer(workspace.nextName(), request));
    boolean first = runs && Clash.between(old, request, facts);
    if (first) {
      actions.add(new Action.StopContainer(name, stopSeconds(old)));
    }
    actions.add(new Action.RenameContainer(name, workspace.previousName()));
    actions.add(new Action.RenameContainer(workspace.nextName(), name));
    actions.add(new Action.StartContainer(name));
    actions.add(up());
    if (runs && !first) {
      actions.add(new Action.StopContainer(workspace.previousName(), stopSeconds(old)));
    }
    actions.add(new Action.RemoveContainer(workspace.previousName()));
    return change(
        Kind.REPLACE,
        reason,
        fields,
        runs ? Disruption.WORKSPACE_RESTART : Disruption.NONE,
        runs ? List.of(affected(old, facts)) : List.of(),
        actions);
  }

  private List<Action> pull() {
    if (workspace.pull().equals("never")) {
      return List.of();
    }
    boolean anew = Images.isMoved(workspace, docker);
    return List.of(
        anew
            ? new Action.RefreshImage(workspace.image())
            : new Action.PullImage(workspace.image()));
  }

  private Action up() {
    return new Action.WaitFor(
        "workspace " + workspace.name() + " to be up",
        List.of(new Condition.ContainerUp(workspace.name(), SETTLED_SECONDS)),
        Math.toIntExact(workspace.readyTimeout().toSeconds()),
        Optional.of(workspace.name()));
  }

  private Change change(
      Kind kind,
      String reason,
      List<Field> fields,
      Disruption disruption,
      List<String> affected,
      List<Action> actions) {
    List<Effect> effects = new ArrayList<>();
    boolean pulls = Images.isMoved(workspace, docker) || docker.lacksImage(workspace.image());
    Optional<JsonNode> image = pulls ? Optional.empty() : docker.image(workspace.image());
    boolean makes = actions.stream().anyMatch(Action.CreateContainer.class::isInstance);
    if (makes && pulls) {
      effects.add(new Effect.ImagePulled(workspace.image()));
    }
    docker.container(workspace.name()).ifPresent(old -> effects.addAll(released(old, facts)));
    if (makes) {
      effects.add(new Effect.ContainerBecomes(Inspection.of(workspace.name(), request, image)));
    } else {
      docker.container(workspace.name()).ifPresent(old -> effects.add(started(old)));
    }
    return new Change(
        Labels.SECTION,
        kind,
        target(workspace.name()),
        reason,
        fields,
        disruption,
        affected,
        actions,
        effects);
  }

  private static Effect started(JsonNode old) {
    ObjectNode running = old.deepCopy();
    running.putObject("State").put("Status", "running").put("Running", true);
    return new Effect.ContainerBecomes(running);
  }

  /** Returns the change that takes a container away that no plan has any more. */
  static Change remove(JsonNode container, String reason, Facts facts) {
    String name = DockerFacts.name(container);
    boolean runs = DockerFacts.isRunning(container);
    List<Action> actions = new ArrayList<>();
    if (runs) {
      actions.add(new Action.StopContainer(name, stopSeconds(container)));
    }
    actions.add(new Action.RemoveContainer(name));
    List<Effect> effects = new ArrayList<>(released(container, facts));
    effects.add(new Effect.ContainerGone(name));
    return new Change(
        Labels.SECTION,
        Kind.REMOVE,
        target(name),
        reason,
        List.of(
            new Field(
                "image",
                Optional.of(container.path("Config").path("Image").asText()),
                Optional.empty())),
        runs ? Disruption.WORKSPACE_RESTART : Disruption.NONE,
        runs ? List.of(affected(container, facts)) : List.of(),
        actions,
        effects);
  }

  /** Returns the change that stops a container whose GPUs go elsewhere before it is made anew. */
  static Change stop(JsonNode container, String reason, Facts facts) {
    String name = DockerFacts.name(container);
    ObjectNode stopped = container.deepCopy();
    stopped.putObject("State").put("Status", "exited").put("Running", false);
    List<Effect> effects = new ArrayList<>(released(container, facts));
    effects.add(new Effect.ContainerBecomes(stopped));
    return new Change(
        Labels.SECTION,
        Kind.UPDATE,
        target(name),
        reason,
        List.of(Field.of("state", "running", "exited")),
        Disruption.WORKSPACE_RESTART,
        List.of(affected(container, facts)),
        List.of(new Action.StopContainer(name, stopSeconds(container))),
        effects);
  }

  private static List<Effect> released(JsonNode container, Facts facts) {
    List<String> names = List.of(DockerFacts.name(container), container.path("Id").asText("-"));
    return facts.deviceUsers().keySet().stream()
        .<Effect>map(prefix -> new Effect.DevicesReleased(prefix, names))
        .toList();
  }

  private static String target(String name) {
    return "workspace " + name;
  }

  /** Names a container with the processes in it that have GPUs open. */
  private static String affected(JsonNode container, Facts facts) {
    String id = container.path("Id").asText("-");
    List<String> processes = new ArrayList<>();
    for (DeviceUser user : facts.usersOf(GpuClients.DEVICES)) {
      if (user.container().filter(id::equals).isPresent()) {
        processes.add("%s pid %d".formatted(user.command(), user.pid()));
      }
    }
    String name = "container " + DockerFacts.name(container);
    return processes.isEmpty() ? name : name + " (" + String.join(", ", processes) + ")";
  }

  private static int stopSeconds(JsonNode container) {
    return container.path("Config").path("StopTimeout").asInt(STOP_SECONDS);
  }
}
