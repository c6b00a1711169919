package io.gpurig.engine.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.module.Diff;
import io.gpurig.engine.module.Finding;
import io.gpurig.engine.plan.ResolvedPlan;
import io.gpurig.engine.problem.Severity;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code rollout.drain}: containers that make room for a disruptive change. Stopping and starting
 * them become part of the change itself, so the plan shows it, and when the change is taken back
 * they are started again as everything else is.
 *
 * @param labels {@code NAME} or {@code NAME=VALUE}
 */
record Drain(List<String> labels) {
  private static final String FILTER = "label=";

  /** As {@code docker stop} gives. */
  private static final int STOP_SECONDS = 10;

  Drain {
    labels = List.copyOf(labels);
  }

  static Drain of(ResolvedPlan plan) {
    List<String> labels = new ArrayList<>();
    for (JsonNode entry : plan.rollout().node().path("drain")) {
      labels.add(entry.path("stop").asText().substring(FILTER.length()));
    }
    return new Drain(labels);
  }

  boolean isEmpty() {
    return labels.isEmpty();
  }

  /**
   * Asks a module. Where it would disturb somebody's work, or refuses to, it is asked again on the
   * facts as they are once the containers have stopped.
   */
  Diff diff(Bound<?> module, Facts facts) {
    Diff plain = module.diff(facts);
    boolean refused = plain.findings().stream().anyMatch(Drain::isRefusal);
    Set<String> disruptive =
        plain.changes().stream()
            .filter(change -> change.disruption() != Disruption.NONE)
            .map(Change::target)
            .collect(Collectors.toSet());
    if (isEmpty() || (!refused && disruptive.isEmpty())) {
      return plain;
    }
    List<JsonNode> containers = containers(facts);
    if (containers.isEmpty()) {
      return plain;
    }
    Diff drained = module.diff(stopped(facts, containers));
    List<Change> changes =
        drained.changes().stream()
            .map(c -> refused || disruptive.contains(c.target()) ? with(c, containers) : c)
            .toList();
    return new Diff(changes, drained.findings());
  }

  private static boolean isRefusal(Finding finding) {
    return finding.severity() == Severity.REFUSED;
  }

  private List<JsonNode> containers(Facts facts) {
    return facts
        .dockerState()
        .running("have a label of " + String.join(", ", labels), this::isDrained)
        .toList();
  }

  private boolean isDrained(JsonNode container) {
    JsonNode has = container.path("Config").path("Labels");
    return labels.stream()
        .map(label -> label.split("=", 2))
        .anyMatch(
            label ->
                label.length == 1
                    ? has.has(label[0])
                    : has.has(label[0]) && has.path(label[0]).asText().equals(label[1]));
  }

  private static Facts stopped(Facts facts, List<JsonNode> containers) {
    List<Effect> effects = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (JsonNode container : containers) {
      names.add(DockerFacts.name(container));
      names.add(container.path("Id").asText());
      ObjectNode copy = container.deepCopy();
      copy.withObjectProperty("State")
          .put("Status", "exited")
          .put("Running", false)
          .put("Paused", false)
          .put("Restarting", false);
      effects.add(new Effect.ContainerBecomes(copy));
    }
    facts.deviceUsers().keySet().forEach(p -> effects.add(new Effect.DevicesReleased(p, names)));
    Facts after = facts;
    for (Effect effect : effects) {
      after = effect.on(after);
    }
    return after;
  }

  private static Change with(Change change, List<JsonNode> containers) {
    Set<String> own =
        change.actions().stream().flatMap(Drain::containerOf).collect(Collectors.toSet());
    List<JsonNode> drained =
        containers.stream().filter(c -> !own.contains(DockerFacts.name(c))).toList();
    if (drained.isEmpty()) {
      return change;
    }
    List<Action> stops = new ArrayList<>();
    List<Action> starts = new ArrayList<>();
    Set<String> affected = new LinkedHashSet<>(change.affected());
    for (JsonNode container : drained) {
      String name = DockerFacts.name(container);
      int seconds = container.path("Config").path("StopTimeout").asInt(STOP_SECONDS);
      stops.add(new Action.StopContainer(name, seconds));
      starts.add(new Action.StartContainer(name));
      affected.add("container " + name);
    }
    List<Action> actions = new ArrayList<>(change.actions());
    // an image is pulled while all still runs, and nothing can take back a removal
    int first = 0;
    while (first < actions.size() && isPull(actions.get(first))) {
      first++;
    }
    int last = actions.size();
    while (last > first && actions.get(last - 1) instanceof Action.RemoveContainer) {
      last--;
    }
    actions.addAll(last, starts);
    actions.addAll(first, stops);
    Disruption disruption =
        change.disruption() == Disruption.NONE ? Disruption.WORKSPACE_RESTART : change.disruption();
    return new Change(
        change.module(),
        change.kind(),
        change.target(),
        change.reason(),
        change.fields(),
        disruption,
        List.copyOf(affected),
        actions,
        change.effects());
  }

  private static boolean isPull(Action action) {
    return action instanceof Action.PullImage || action instanceof Action.RefreshImage;
  }

  private static Stream<String> containerOf(Action action) {
    return switch (action) {
      case Action.RunContainer run -> Stream.of(run.spec().name());
      case Action.CreateContainer create -> Stream.of(create.name());
      case Action.UpdateContainer update -> Stream.of(update.name());
      case Action.StartContainer start -> Stream.of(start.name());
      case Action.StopContainer stop -> Stream.of(stop.name());
      case Action.RenameContainer rename -> Stream.of(rename.from(), rename.to());
      case Action.RemoveContainer remove -> Stream.of(remove.name());
      default -> Optional.<String>empty().stream();
    };
  }
}
