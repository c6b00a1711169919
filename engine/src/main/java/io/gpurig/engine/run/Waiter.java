package io.gpurig.engine.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Condition;
import io.gpurig.engine.connect.ConnectionException;
import io.gpurig.engine.docker.DockerException;
import io.gpurig.engine.problem.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/** Waits for conditions on one host. */
final class Waiter {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final Duration CHECK_DEADLINE = Duration.ofMinutes(1);

  /** After so many restarts a container is not going to make it. */
  private static final int RESTARTS = 3;

  /**
   * Standard output and standard error reach an engine through a pipe each, so an error may stand
   * ahead of all that was printed at about the same time, before it and after it.
   */
  private static final int LOG_LINES = 30;

  private final String host;
  private final HostSession session;
  private final Event.Listener events;
  private final Waiting waiting;

  Waiter(String host, HostSession session, Event.Listener events, Waiting waiting) {
    this.host = host;
    this.session = session;
    this.events = events;
    this.waiting = waiting;
  }

  /** Waits; an operator who wants to stop ends that. */
  void await(Action.WaitFor wait, Operator operator)
      throws ConnectionException, DockerException, ActionException {
    long end = waiting.nanoTime() + Duration.ofSeconds(wait.timeoutSeconds()).toNanos();
    Duration pause = FIRST_PAUSE;
    Optional<Condition> unmet = unmet(wait.conditions());
    while (unmet.isPresent()) {
      events.on(new Event.Progress(host, "waiting until " + unmet.get().describe()));
      Interrupted.check(operator);
      Optional<String> given = givenUp(wait);
      if (given.isPresent()) {
        throw new ActionException(failure(wait, unmet.get(), given.get()));
      }
      if (waiting.nanoTime() >= end) {
        throw new ActionException(
            failure(wait, unmet.get(), "after " + wait.timeoutSeconds() + " s"));
      }
      sleep(pause);
      pause = min(pause.multipliedBy(3).dividedBy(2), LONGEST_PAUSE);
      unmet = unmet(wait.conditions());
    }
  }

  private Optional<Condition> unmet(List<Condition> conditions)
      throws ConnectionException, DockerException {
    if (!conditions.stream().allMatch(Condition::asksDocker)) {
      byte[] answer =
          session
              .sh(ActionScript.check(conditions), session.patience().of(CHECK_DEADLINE))
              .stdout();
      String first = new String(answer, UTF_8).strip();
      if (!first.equals("all")) {
        return conditions.stream()
            .skip(first.matches("\\d{1,3}") ? Long.parseLong(first) : 0)
            .findFirst();
      }
    }
    if (conditions.stream().noneMatch(Condition::asksDocker)) {
      return Optional.empty();
    }
    JsonNode info = session.docker().info();
    for (Condition condition : conditions) {
      if (!holds(condition, info)) {
        return Optional.of(condition);
      }
    }
    return Optional.empty();
  }

  private boolean holds(Condition condition, JsonNode info) throws DockerException {
    return switch (condition) {
      case Condition.RuntimeListed(String name) -> info.path("Runtimes").has(name);
      case Condition.DockerInfo(String pointer, Optional<String> value) -> {
        JsonNode at = info.at(pointer);
        yield value.map(v -> at.isValueNode() && at.asText().equals(v)).orElse(at.isMissingNode());
      }
      case Condition.ContainerUp(String name, int seconds) ->
          session.docker().container(name).filter(c -> isUp(c, seconds, info)).isPresent();
      default -> true; // a shell has said so
    };
  }

  /** Both times are of the host's clock. */
  private static boolean isUp(JsonNode container, int seconds, JsonNode info) {
    JsonNode state = container.path("State");
    String health = state.path("Health").path("Status").asText("none");
    boolean runs = state.path("Running").asBoolean() && !state.path("Restarting").asBoolean();
    if (!runs || !(health.equals("none") || health.equals("healthy"))) {
      return false;
    }
    try {
      Instant started = Instant.parse(state.path("StartedAt").asText());
      Instant now = OffsetDateTime.parse(info.path("SystemTime").asText()).toInstant();
      return !now.isBefore(started.plusSeconds(seconds));
    } catch (DateTimeParseException unknown) {
      return true;
    }
  }

  /** Returns in what way the container that should bring it about has given up, if it has. */
  private Optional<String> givenUp(Action.WaitFor wait) throws DockerException {
    if (wait.container().isEmpty()) {
      return Optional.empty();
    }
    String name = wait.container().get();
    Optional<JsonNode> container = session.docker().container(name);
    if (container.isEmpty()) {
      return Optional.of("because container " + name + " is gone");
    }
    JsonNode state = container.get().path("State");
    boolean restarting = state.path("Restarting").asBoolean();
    boolean tooOften = restarting && container.get().path("RestartCount").asInt() >= RESTARTS;
    boolean ended = !restarting && !state.path("Running").asBoolean();
    // while a container runs its exit status is 0, whatever its last one was
    return tooOften || ended
        ? Optional.of(
            "because container %s %s (exit status %d)"
                .formatted(name, ended ? "ended" : "keeps ending", state.path("ExitCode").asInt()))
        : Optional.empty();
  }

  private Problem failure(Action.WaitFor wait, Condition unmet, String why) {
    String message =
        "gave up waiting for %s %s: not yet true: %s".formatted(wait.what(), why, unmet.describe());
    Problem problem = Problem.error("apply/gave-up", message);
    return wait.container()
        .map(name -> problem.suggest("last lines of container " + name + ":\n" + log(name)))
        .orElse(problem);
  }

  private String log(String container) {
    try {
      return session.docker().logTail(container, LOG_LINES).stripTrailing();
    } catch (DockerException e) {
      return "(no log: " + e.problem().message() + ")";
    }
  }

  private void sleep(Duration pause) throws ActionException {
    try {
      waiting.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ActionException(Problem.error("run/interrupted", "interrupted"));
    }
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
