package io.gpurig.engine.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.change.Action;
import io.gpurig.engine.connect.Connection.ExecResult;
import io.gpurig.engine.connect.ConnectionException;
import io.gpurig.engine.docker.DockerEngine;
import io.gpurig.engine.docker.DockerException;
import io.gpurig.engine.journal.JournalScript;
import io.gpurig.engine.journal.Step;
import io.gpurig.engine.problem.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes steps back. Each may or may not have happened: where it has not, nothing is done. May be
 * cut off and done again.
 */
final class TakeBack {
  /** More than systemd gives a unit to stop and to start, 90 s each (systemd.service(5)). */
  private static final Duration DEADLINE = Duration.ofMinutes(10);

  private final String host;
  private final HostSession session;
  private final Journal journal;
  private final Event.Listener events;
  private final Waiter waiter;

  TakeBack(
      String host, HostSession session, Journal journal, Event.Listener events, Waiter waiter) {
    this.host = host;
    this.session = session;
    this.journal = journal;
    this.events = events;
    this.waiter = waiter;
  }

  /**
   * What came of it.
   *
   * @param undone what was taken back, in words
   * @param problems what could not be
   * @param failed the steps that could not be
   */
  record Result(List<String> undone, List<Problem> problems, List<Step> failed) {}

  /** Takes steps back, newest first, and then tells services again to look at their files. */
  Result of(List<Step> steps) {
    Result result = new Result(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    steps.reversed().stream()
        .filter(step -> step.script().equals(Optional.of(Step.Script.UNDO)))
        .forEach(step -> undo(step, result));
    steps.stream()
        .filter(step -> step.script().equals(Optional.of(Step.Script.AGAIN)))
        .forEach(step -> undo(step, result));
    return result;
  }

  private void undo(Step step, Result result) {
    try {
      if (step.docker().isEmpty()) {
        events.on(new Event.Progress(host, "undo: " + String.join(", ", step.undo())));
        script(step);
      } else {
        docker(step, result.problems());
      }
      result.undone().addAll(step.undo());
    } catch (ActionException e) {
      failed(step, e.problem(), result);
    } catch (ConnectionException e) {
      failed(step, e.problem(), result);
    } catch (DockerException e) {
      failed(step, e.problem(), result);
    }
  }

  private static void failed(Step step, Problem why, Result result) {
    result.failed().add(step);
    result
        .problems()
        .add(
            Problem.error(
                "apply/not-undone",
                "could not take back: %s: %s"
                    .formatted(String.join(", ", step.undo()), why.message())));
  }

  private void script(Step step) throws ConnectionException, ActionException {
    String script = JournalScript.held() + JournalScript.undo(step);
    ExecResult result =
        session.sh(
            journal.ended(JournalScript.held()) + journal.ended(script),
            session.patience().of(DEADLINE));
    if (result.exit() != 0) {
      Optional<Problem> refusal = Journal.refusal(host, result);
      throw new ActionException(
          refusal.orElseGet(
              () -> {
                String said = new String(result.stderr(), UTF_8).strip();
                return Problem.error(
                    "apply/action-failed",
                    said.isEmpty() ? "exit status " + result.exit() : Executor.lastLines(said));
              }));
    }
  }

  private void docker(Step step, List<Problem> problems)
      throws ConnectionException, DockerException, ActionException {
    ExecResult held = journal.write(JournalScript.held());
    Optional<Problem> refusal = Journal.refusal(host, held);
    if (refusal.isPresent()) {
      throw new ActionException(refusal.get());
    }
    for (Action action : step.docker()) {
      events.on(new Event.Undoing(host, action));
      docker(action, step.spare(), problems);
    }
    journal.write(JournalScript.undone(step));
  }

  private void docker(Action action, Optional<String> spare, List<Problem> problems)
      throws DockerException, ConnectionException, ActionException {
    DockerEngine docker = session.docker();
    switch (action) {
      case Action.StartContainer start -> docker.start(start.name());
      case Action.StopContainer stop -> {
        if (isOurs(stop.name(), spare)) {
          docker.stop(stop.name(), Duration.ofSeconds(bounded(stop.timeoutSeconds())));
        }
      }
      case Action.RemoveContainer remove -> {
        if (isOurs(remove.name(), spare)) {
          docker.remove(remove.name());
        }
      }
      case Action.RenameContainer rename -> {
        if (docker.container(rename.from()).isPresent()) {
          docker.rename(rename.from(), rename.to());
        }
      }
      case Action.UpdateContainer update -> docker.update(update.name(), update.settings());
      case Action.WaitFor wait -> {
        try {
          // what is taken back is taken back to the end
          waiter.await(bounded(wait), Operator.NONE);
        } catch (ActionException e) {
          // what runs again may still be of no use; the next comparison tells
          problems.add(Problem.warning(e.problem().code(), e.problem().message()));
        }
      }
      default ->
          throw new ActionException(
              Problem.error(
                  "journal/unreadable",
                  "the journal of %s asks for what is no undo".formatted(host)));
    }
  }

  /** The journal is the host's: what it says of times is taken for no more than what is usual. */
  private static int bounded(int seconds) {
    return Math.clamp(seconds, 0, (int) DEADLINE.toSeconds());
  }

  private static Action.WaitFor bounded(Action.WaitFor wait) {
    return new Action.WaitFor(
        wait.what(), wait.conditions(), bounded(wait.timeoutSeconds()), wait.container());
  }

  /** Returns whether there is such a container, and not one that was there before the change. */
  private boolean isOurs(String name, Optional<String> spare) throws DockerException {
    Optional<JsonNode> container = session.docker().container(name);
    return container.isPresent() && !spare.equals(Optional.of(container.get().path("Id").asText()));
  }
}
