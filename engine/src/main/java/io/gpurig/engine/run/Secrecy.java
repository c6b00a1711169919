package io.gpurig.engine.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Change.Field;
import io.gpurig.engine.change.ChangeJson;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.plan.ResolvedPlan;
import io.gpurig.engine.plan.Secrets;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Source;
import io.gpurig.engine.report.ChangeReport;
import io.gpurig.engine.report.HostReport;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The border between the names of secrets, which everything here works with, and their values,
 * which only hosts have. Facts come in with names in the place of values, actions go out the other
 * way round, and in all that is told on the way any value that a host gave away is replaced.
 */
final class Secrecy {
  private final Secrets secrets;

  /** By the name of the container whose they are, empty for any; then by the text with a value. */
  private final Map<String, Map<String, String>> names = new HashMap<>();

  Secrecy(ResolvedPlan plan) {
    this.secrets = plan.secrets();
    collect("", "", plan.tree());
  }

  /**
   * Notes each value of the plan that has a secret in it, as it is found in a container: by itself,
   * or in the environment. Two secrets may have the same value, so that of an item of a list with a
   * name is that name's.
   */
  private void collect(String scope, String key, JsonNode value) {
    value.properties().forEach(entry -> collect(scope, entry.getKey(), entry.getValue()));
    for (int i = 0; value.isArray() && i < value.size(); i++) {
      collect(value.get(i).path("name").asText(scope), key, value.get(i));
    }
    if (value.isTextual() && !Secrets.in(value.asText()).isEmpty()) {
      String revealed = secrets.reveal(value.asText());
      Map<String, String> own = names.computeIfAbsent(scope, s -> new HashMap<>());
      own.put(key + "=" + revealed, key + "=" + value.asText());
      own.put(revealed, value.asText());
    }
  }

  /** Returns the facts with names where the plan's secrets are found in containers. */
  Facts masked(Facts facts) {
    if (names.isEmpty() || facts.docker().isEmpty()) {
      return facts;
    }
    DockerFacts docker = facts.docker().get();
    List<JsonNode> containers = docker.containers().stream().map(this::masked).toList();
    return facts.withDocker(docker.withContainers(containers));
  }

  private JsonNode masked(JsonNode container) {
    Map<String, String> known = new HashMap<>(names.getOrDefault("", Map.of()));
    known.putAll(names.getOrDefault(DockerFacts.name(container), Map.of()));
    ObjectNode copy = container.deepCopy();
    copy.set("Config", masked(container.path("Config"), known));
    return copy;
  }

  private static JsonNode masked(JsonNode value, Map<String, String> known) {
    return switch (value) {
      case ObjectNode object -> {
        ObjectNode copy = object.objectNode();
        object.properties().forEach(e -> copy.set(e.getKey(), masked(e.getValue(), known)));
        yield copy;
      }
      case ArrayNode array -> {
        ArrayNode copy = array.arrayNode();
        array.forEach(item -> copy.add(masked(item, known)));
        yield copy;
      }
      default ->
          known.containsKey(value.asText()) ? TextNode.valueOf(known.get(value.asText())) : value;
    };
  }

  /** Returns an action with the values in place; a command's words may be seen by anybody. */
  Action revealed(Action action) {
    return secrets.isEmpty() || action instanceof Action.RunCommand
        ? action
        : ChangeJson.map(action, secrets::reveal);
  }

  String told(String text) {
    return secrets.redact(text);
  }

  /** Returns a change that may be shown and saved. */
  Change told(Change change) {
    if (secrets.isEmpty()) {
      return change;
    }
    return new Change(
        change.module(),
        change.kind(),
        change.target(),
        told(change.reason()),
        change.fields().stream().map(this::told).toList(),
        change.disruption(),
        change.affected(),
        change.actions().stream().map(this::told).toList(),
        change.effects());
  }

  private Field told(Field field) {
    boolean secret = field.after().filter(after -> !Secrets.in(after).isEmpty()).isPresent();
    // the value before was a secret too, if only until now
    return new Field(
        field.name(),
        field.before().map(before -> secret ? "(another value)" : told(before)),
        field.after().map(this::told));
  }

  private Action told(Action action) {
    return action instanceof Action.WriteFile write
        ? new Action.WriteFile(
            write.path(), told(write.content()), write.mode(), write.owner(), write.validate())
        : action;
  }

  Problem told(Problem problem) {
    return new Problem(
        problem.severity(),
        problem.code(),
        problem.source().map(this::told),
        told(problem.message()),
        problem.suggestion().map(this::told));
  }

  private Source told(Source source) {
    String text = told(source.text());
    return text.equals(source.text())
        ? source
        : new Source(source.file(), source.line(), source.column(), source.length(), "");
  }

  HostReport told(HostReport report) {
    return new HostReport(
        report.host(),
        report.status(),
        report.changes().stream()
            .map(
                change ->
                    new ChangeReport(
                        told(change.change()),
                        change.outcome(),
                        change.undone().stream().map(this::told).toList()))
            .toList(),
        report.problems().stream().map(this::told).toList(),
        report.roundTrips());
  }

  /** Returns a listener that is told nothing secret. */
  Event.Listener told(Event.Listener events) {
    return event ->
        events.on(
            switch (event) {
              case Event.Progress(String host, String text) -> new Event.Progress(host, told(text));
              case Event.Output(String host, String line) -> new Event.Output(host, told(line));
              case Event.ChangeStarted(String host, Change change) ->
                  new Event.ChangeStarted(host, told(change));
              case Event.ChangeDone(String host, Change change) ->
                  new Event.ChangeDone(host, told(change));
              case Event.HostDone(String host, HostReport report) ->
                  new Event.HostDone(host, told(report));
              case Event.HealthCheckDone(String host, Optional<Problem> problem) ->
                  new Event.HealthCheckDone(host, problem.map(this::told));
              case Event.FleetStarted started -> started;
              case Event.BatchStarted started -> started;
              case Event.RolloutHeld held -> held;
              case Event.HostStarted started -> started;
              case Event.HealthCheckStarted started -> started;
              // their actions have names, not values
              case Event.ActionStarted started -> started;
              case Event.Undoing undoing -> undoing;
            });
  }
}
