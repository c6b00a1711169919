package io.gpurig.engine.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Undo;
import io.gpurig.engine.connect.Connection.ExecResult;
import io.gpurig.engine.connect.ConnectionException;
import io.gpurig.engine.docker.DockerEngine;
import io.gpurig.engine.docker.DockerException;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.ChangeReport.Outcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Carries out the changes of one host: the only code that alters a host. */
final class Executor {
  private static final Duration FILE_DEADLINE = Duration.ofMinutes(1);

  /** More than systemd gives a unit to stop and to start, 90 s each (systemd.service(5)). */
  private static final Duration SERVICE_DEADLINE = Duration.ofMinutes(4);

  private final String host;
  private final HostSession session;
  private final Secrecy secrecy;
  private final Event.Listener events;
  private final Waiter waiter;

  Executor(
      String host, HostSession session, Secrecy secrecy, Event.Listener events, Waiting waiting) {
    this.host = host;
    this.session = session;
    this.secrecy = secrecy;
    this.events = events;
    this.waiter = new Waiter(host, session, events, waiting);
  }

  /**
   * What became of a change.
   *
   * @param problems why it failed, then what could not be taken back; empty when it is done
   */
  record Result(Outcome outcome, List<Problem> problems) {}

  /**
   * Makes a change. When one of its actions fails, what was done is taken back, newest first; the
   * failed action too, because it may be half done.
   */
  Result make(Change change, Facts before) {
    events.on(new Event.ChangeStarted(host, change));
    Deque<Action> done = new ArrayDeque<>();
    for (Action action : change.actions()) {
      done.push(action);
      events.on(new Event.ActionStarted(host, action));
      try {
        act(action);
      } catch (ActionException e) {
        List<Problem> problems = new ArrayList<>(List.of(e.problem()));
        problems.addAll(undo(done, change.actions(), before));
        return new Result(problems.size() == 1 ? Outcome.UNDONE : Outcome.FAILED, problems);
      }
    }
    events.on(new Event.ChangeDone(host, change));
    return new Result(Outcome.DONE, List.of());
  }

  private List<Problem> undo(Deque<Action> done, List<Action> siblings, Facts before) {
    List<Problem> problems = new ArrayList<>();
    for (Action undo : Undo.all(done, siblings, before)) {
      events.on(new Event.Undoing(host, undo));
      try {
        act(undo);
      } catch (ActionException e) {
        problems.add(
            Problem.error(
                "apply/not-undone",
                "could not take back: %s: %s".formatted(undo.describe(), e.problem().message())));
      }
    }
    return problems;
  }

  private void act(Action action) throws ActionException {
    try {
      DockerEngine docker = session.docker();
      switch (secrecy.revealed(action)) {
        case Action.WriteFile write -> sh(action, ActionScript.write(write), FILE_DEADLINE);
        case Action.RemoveFile remove -> sh(action, ActionScript.remove(remove), FILE_DEADLINE);
        case Action.RunCommand run ->
            sh(action, ActionScript.run(run.argv()), Duration.ofSeconds(run.timeoutSeconds()));
        case Action.ReloadService reload ->
            sh(
                action,
                ActionScript.service("reload", reload.unit(), Optional.empty()),
                SERVICE_DEADLINE);
        case Action.RestartService restart ->
            sh(
                action,
                ActionScript.service("restart", restart.unit(), restart.user()),
                SERVICE_DEADLINE);
        case Action.PullImage pull -> {
          if (!docker.hasImage(pull.image())) {
            docker.pull(pull.image(), text -> events.on(new Event.Progress(host, text)));
          }
        }
        case Action.RunContainer run -> {
          docker.create(run.spec());
          docker.start(run.spec().name());
        }
        case Action.StartContainer start -> docker.start(start.name());
        case Action.StopContainer stop ->
            docker.stop(stop.name(), Duration.ofSeconds(stop.timeoutSeconds()));
        case Action.RenameContainer rename -> docker.rename(rename.from(), rename.to());
        case Action.RemoveContainer remove -> docker.remove(remove.name());
        case Action.WaitFor wait -> waiter.await(wait);
      }
    } catch (ConnectionException e) {
      throw new ActionException(e.problem());
    } catch (DockerException e) {
      throw new ActionException(e.problem());
    }
  }

  private void sh(Action action, String script, Duration deadline)
      throws ConnectionException, ActionException {
    ExecResult result = session.sh(script, deadline);
    if (result.exit() != 0) {
      String said = new String(result.stderr(), UTF_8).strip();
      throw new ActionException(
          Problem.error(
              "apply/action-failed",
              "could not %s: %s"
                  .formatted(
                      action.describe(),
                      said.isEmpty() ? "exit status " + result.exit() : lastLines(said))));
    }
  }

  private static String lastLines(String text) {
    List<String> lines = text.lines().toList();
    return String.join("; ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
  }
}
