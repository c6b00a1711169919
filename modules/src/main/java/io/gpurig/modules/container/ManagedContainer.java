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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A container that a module keeps in place under a fixed name. A container that gpurig made carries
 * the label {@value #LABEL} and is held to its whole spec; one that somebody else made from the
 * same repository is held to its image alone, so that it is not replaced without cause.
 *
 * @param module the section of the plan that asks for it
 * @param spec the container
 * @param untilReady what must come true after its start
 * @param stopTimeoutSeconds how long it may take to stop
 * @param derived names of differences that only follow from others, such as those of a digest
 * @param whenReady what the facts are once it is ready, beside the container itself
 */
public record ManagedContainer(
    String module,
    ContainerSpec spec,
    Action.WaitFor untilReady,
    int stopTimeoutSeconds,
    Set<String> derived,
    List<Effect> whenReady) {
  /** The label whose value is the section of the plan that a container belongs to. */
  public static final String LABEL = "io.gpurig.module";

  /** The label that names the variables that the plan set, so that one taken out is missed. */
  private static final String ENV_LABEL = "io.gpurig.env";

  /**
   * What is added to the name of a container that is being replaced, until its successor is ready.
   */
  private static final String PREVIOUS = ".gpurig-previous";

  public ManagedContainer {
    derived = Set.copyOf(derived);
    whenReady = List.copyOf(whenReady);
  }

  /** Returns the labels of a container that a section of a plan asks for, with these variables. */
  public static Map<String, String> labels(String module, Map<String, String> env) {
    return Map.of(LABEL, module, ENV_LABEL, String.join(",", new TreeSet<>(env.keySet())));
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
    List<Field> fields = new ArrayList<>(ContainerState.differences(spec, container));
    if (!isOurs(container)) {
      return fields.stream().filter(field -> field.name().equals("image")).toList();
    }
    fields.removeIf(field -> field.name().equals("label " + ENV_LABEL));
    fields.addAll(takenOut(container));
    // what stands for other values is of interest only where none of them tells the reason
    List<Field> telling = fields.stream().filter(field -> !derived.contains(field.name())).toList();
    return telling.isEmpty() ? fields : telling;
  }

  private List<Field> takenOut(JsonNode container) {
    String names = container.path("Config").path("Labels").path(ENV_LABEL).asText("");
    return Stream.of(names.split(","))
        .filter(name -> !name.isEmpty() && !spec.env().containsKey(name))
        .map(name -> new Field("env " + name, Optional.of("set"), Optional.empty()))
        .toList();
  }

  /**
   * Returns the change that brings the container to its spec, if one is needed.
   *
   * @param ready whether what is waited for is true now
   * @param mend what to do about a container that runs and is not ready, before it is waited for
   * @param evicted containers to stop before the container is replaced, and to start after
   */
  public Optional<Change> deploy(
      DockerFacts docker, boolean ready, List<Action> mend, List<JsonNode> evicted) {
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
      Field state = Field.of("state", "running", "ready");
      List<Action> actions = new ArrayList<>(mend);
      actions.add(untilReady);
      actions.addAll(removePrevious(docker));
      return Optional.of(
          change(Kind.UPDATE, "it is not ready", List.of(state), List.of(), actions));
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

  /** Returns what restarts the container. */
  public List<Action> restart() {
    return List.of(
        new Action.StopContainer(spec.name(), stopTimeoutSeconds),
        new Action.StartContainer(spec.name()));
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
