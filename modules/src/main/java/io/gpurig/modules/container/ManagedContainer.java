package io.gpurig.modules.container;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Change.Field;
import io.gpurig.engine.change.Change.Kind;
import io.gpurig.engine.change.ContainerSpec;
import io.gpurig.engine.change.ContainerState;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.module.Finding;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A container that a module keeps in place under a fixed name. A container that gpurig made carries
 * the label {@value #LABEL} and is held to its whole spec; one that somebody else made from the
 * same repository is held to its image alone, so that it is not replaced without cause.
 *
 * @param module the section of the plan that asks for it
 * @param spec the container
 * @param untilReady what must come true after its start
 * @param stopTimeoutSeconds how long it may take to stop
 * @param whenReady what the facts are once it is ready, beside the container itself
 */
public record ManagedContainer(
    String module,
    ContainerSpec spec,
    Action.WaitFor untilReady,
    int stopTimeoutSeconds,
    List<Effect> whenReady) {
  /** The label whose value is the section of the plan that a container belongs to. */
  public static final String LABEL = "io.gpurig.module";

  /**
   * What is added to the name of a container that is being replaced, until its successor is ready.
   */
  private static final String PREVIOUS = ".gpurig-previous";

  public ManagedContainer {
    whenReady = List.copyOf(whenReady);
  }

  /** Returns the name that the container has while it is being replaced. */
  public String previousName() {
    return spec.name() + PREVIOUS;
  }

  /** Returns a finding if the name belongs to a container of quite another image. */
  public Optional<Finding> nameTaken(DockerFacts docker, Collection<String> images) {
    Optional<String> foreign =
        docker
            .container(spec.name())
            .filter(container -> !isOurs(container))
            .map(container -> container.path("Config").path("Image").asText())
            .filter(
                image -> images.stream().noneMatch(i -> repository(i).equals(repository(image))));
    return foreign.map(
        image ->
            Finding.error(
                module + "/name-taken",
                "/" + module,
                "a container %s is there already, and runs %s".formatted(spec.name(), image),
                "rename or remove that container"));
  }

  /**
   * Returns what differs between the container that is there and the spec; for a container of
   * somebody else's making only its image counts.
   */
  public List<Field> differences(JsonNode container) {
    List<Field> fields = ContainerState.differences(spec, container);
    return isOurs(container)
        ? fields
        : fields.stream().filter(field -> field.name().equals("image")).toList();
  }

  /**
   * Returns the change that brings the container to its spec, if one is needed.
   *
   * @param ready whether what is waited for is true now
   * @param evicted containers to stop before the container is replaced, and to start after
   */
  public Optional<Change> deploy(DockerFacts docker, boolean ready, List<JsonNode> evicted) {
    Optional<JsonNode> container = docker.container(spec.name());
    if (container.isEmpty()) {
      Field image = new Field("image", Optional.empty(), Optional.of(spec.image()));
      return Optional.of(
          change(Kind.CREATE, "it is not there", List.of(image), evicted, start(docker, evicted)));
    }
    List<Field> fields = differences(container.get());
    if (!fields.isEmpty()) {
      String reason = "its " + fields.getFirst().name() + " differs";
      return Optional.of(
          change(Kind.REPLACE, reason, fields, evicted, replace(docker, container.get(), evicted)));
    }
    if (!DockerFacts.isRunning(container.get())) {
      Field state =
          Field.of(
              "state", container.get().path("State").path("Status").asText("exited"), "running");
      List<Action> actions =
          new ArrayList<>(List.of(new Action.StartContainer(spec.name()), untilReady));
      actions.addAll(removePrevious(docker));
      return Optional.of(
          change(Kind.UPDATE, "it does not run", List.of(state), List.of(), actions));
    }
    if (!ready) {
      Field state = Field.of("state", "starting", "ready");
      List<Action> actions = new ArrayList<>(List.of(untilReady));
      actions.addAll(removePrevious(docker));
      return Optional.of(
          change(Kind.UPDATE, "it is not ready yet", List.of(state), List.of(), actions));
    }
    List<Action> leftOver = removePrevious(docker);
    return leftOver.isEmpty()
        ? Optional.empty()
        : Optional.of(
            change(
                Kind.UPDATE,
                "an earlier run left its predecessor behind",
                List.of(),
                List.of(),
                leftOver));
  }

  /**
   * Returns the change that removes the container, if it is there.
   *
   * @param beforeStop what to do before it is stopped
   * @param afterStop what to do between its stop and its removal, which nothing can take back
   * @param effects what the facts are after it, beside the container's absence
   */
  public Optional<Change> prune(
      DockerFacts docker, List<Action> beforeStop, List<Action> afterStop, List<Effect> effects) {
    List<Action> actions = new ArrayList<>();
    Optional<JsonNode> container = docker.container(spec.name());
    if (container.isPresent()) {
      actions.addAll(beforeStop);
      actions.add(new Action.StopContainer(spec.name(), stopTimeoutSeconds));
      actions.addAll(afterStop);
      actions.add(new Action.RemoveContainer(spec.name()));
    }
    actions.addAll(removePrevious(docker));
    if (actions.isEmpty()) {
      return Optional.empty();
    }
    List<Effect> gone = new ArrayList<>(effects);
    gone.add(new Effect.ContainerGone(spec.name()));
    gone.add(new Effect.ContainerGone(previousName()));
    Optional<String> image = container.map(c -> c.path("Config").path("Image").asText());
    return Optional.of(
        new Change(
            module,
            Kind.REMOVE,
            "container " + spec.name(),
            "the plan says deploy: false",
            List.of(new Field("image", image, Optional.empty())),
            Disruption.NONE,
            List.of(),
            actions,
            gone));
  }

  private List<Action> start(DockerFacts docker, List<JsonNode> evicted) {
    List<Action> actions = new ArrayList<>();
    // the longest part comes first, while all still runs
    actions.add(new Action.PullImage(spec.image()));
    evicted.forEach(
        c -> actions.add(new Action.StopContainer(DockerFacts.name(c), stopTimeout(c))));
    actions.add(new Action.RunContainer(spec));
    actions.add(untilReady);
    evicted.forEach(c -> actions.add(new Action.StartContainer(DockerFacts.name(c))));
    actions.addAll(removePrevious(docker));
    return actions;
  }

  private List<Action> replace(DockerFacts docker, JsonNode container, List<JsonNode> evicted) {
    List<Action> actions = new ArrayList<>();
    actions.add(new Action.PullImage(spec.image()));
    actions.addAll(removePrevious(docker));
    evicted.forEach(
        c -> actions.add(new Action.StopContainer(DockerFacts.name(c), stopTimeout(c))));
    if (DockerFacts.isRunning(container)) {
      actions.add(new Action.StopContainer(spec.name(), stopTimeoutSeconds));
    }
    actions.add(new Action.RenameContainer(spec.name(), previousName()));
    actions.add(new Action.RunContainer(spec));
    actions.add(untilReady);
    evicted.forEach(c -> actions.add(new Action.StartContainer(DockerFacts.name(c))));
    actions.add(new Action.RemoveContainer(previousName()));
    return actions;
  }

  private List<Action> removePrevious(DockerFacts docker) {
    return docker.container(previousName()).isPresent()
        ? List.of(new Action.RemoveContainer(previousName()))
        : List.of();
  }

  private Change change(
      Kind kind, String reason, List<Field> fields, List<JsonNode> evicted, List<Action> actions) {
    List<Effect> effects = new ArrayList<>();
    effects.add(new Effect.ContainerBecomes(ContainerState.of(spec)));
    effects.add(new Effect.ContainerGone(previousName()));
    effects.addAll(whenReady);
    return new Change(
        module,
        kind,
        "container " + spec.name(),
        reason,
        fields,
        evicted.isEmpty() ? Disruption.NONE : Disruption.WORKSPACE_RESTART,
        evicted.stream().map(c -> "container " + DockerFacts.name(c)).toList(),
        actions,
        effects);
  }

  /** Ten seconds is Docker's own default. */
  private static int stopTimeout(JsonNode container) {
    return container.path("Config").path("StopTimeout").asInt(10);
  }

  private boolean isOurs(JsonNode container) {
    return container.path("Config").path("Labels").path(LABEL).asText().equals(module);
  }

  private static String repository(String image) {
    String name = image.replaceFirst("@.*", "");
    int colon = name.lastIndexOf(':');
    return colon > name.lastIndexOf('/') ? name.substring(0, colon) : name;
  }
}
