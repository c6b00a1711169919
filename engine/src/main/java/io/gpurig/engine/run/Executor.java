package io.gpurig.engine.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.connect.Connection.ExecResult;
import io.gpurig.engine.connect.ConnectionException;
import io.gpurig.engine.docker.DockerEngine;
import io.gpurig.engine.docker.DockerException;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.journal.Step;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.ChangeReport.Outcome;
import java.time.Duration;
import java.util.ArrayList;
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
  private final Operator operator;
  private final Waiter waiter;
  private final Journal journal;

  Executor(
      String host,
      HostSession session,
      Secrecy secrecy,
      Event.Listener events,
      Waiting waiting,
      Operator operator,
      Journal journal) {
    this.host = host;
    this.session = session;
    this.secrecy = secrecy;
    this.events = events;
    this.operator = operator;
    this.waiter = new Waiter(host, session, events, waiting);
    this.journal = journal;
  }

  /**
   * What became of a change.
   *
   * @param problems why it failed, then what could not be taken back; empty when it is done
   * @param undone what was taken back, in words
   * @param settled whether nothing of it is left to be taken back
   */
  record Result(Outcome outcome, List<Problem> problems, List<String> undone, boolean settled) {}

  /**
   * Makes a change. Each action is written into the host's journal before it begins. When one
   * fails, what was done is taken back, newest first; the failed action too, because it may be half
   * done.
   */
  Result make(Change change, Facts before) {
    events.on(new Event.ChangeStarted(host, change));
    List<Step> begun = new ArrayList<>();
    for (int i = 0; i < change.actions().size(); i++) {
      Action action = change.actions().get(i);
      Optional<Step> step = Optional.empty();
      try {
        Interrupted.check(operator);
        step = journal.step(change, i, before);
        String ahead = step.map(s -> journal.ahead(change, s, action, before)).orElse("");
        events.on(new Event.ActionStarted(host, action));
        act(action, ahead);
        step.ifPresent(begun::add);
      } catch (ActionException e) {
        if (!e.problem().code().equals(Journal.UNWRITABLE)) {
          step.ifPresent(begun::add);
        }
        return failed(e.problem(), begun);
      }
    }
    journal.changed();
    events.on(new Event.ChangeDone(host, change));
    return new Result(Outcome.DONE, List.of(), List.of(), true);
  }

  private Result failed(Problem why, List<Step> begun) {
    List<Problem> problems = new ArrayList<>(List.of(why));
    if (why.code().equals(Journal.LOST)) {
      // what is half done is now for whoever has the lock
      return new Result(Outcome.FAILED, problems, List.of(), false);
    }
    TakeBack.Result back = new TakeBack(host, session, journal, events, waiter).of(begun);
    problems.addAll(back.problems());
    Outcome outcome = back.failed().isEmpty() ? Outcome.UNDONE : Outcome.FAILED;
    return new Result(outcome, problems, back.undone(), back.failed().isEmpty());
  }

  private static boolean isShell(Action action) {
    return switch (action) {
      case Action.WriteFile _,
          Action.RemoveFile _,
          Action.RunCommand _,
          Action.ReloadService _,
          Action.RestartService _,
          Action.BindDriver _,
          Action.Reboot _ ->
          true;
      default -> false;
    };
  }

  /**
   * Does an action.
   *
   * @param ahead what writes it into the journal, in the same script if it is one for a shell
   */
  private void act(Action action, String ahead) throws ActionException {
    try {
      if (!ahead.isEmpty() && !isShell(action)) {
        sh(action, ahead, Journal.DEADLINE);
      }
      DockerEngine docker = session.docker();
      switch (secrecy.revealed(action)) {
        case Action.WriteFile write -> sh(action, ahead + ActionScript.write(write), FILE_DEADLINE);
        case Action.RemoveFile remove ->
            sh(action, ahead + ActionScript.remove(remove), FILE_DEADLINE);
        case Action.RunCommand run ->
            sh(
                action,
                ahead + ActionScript.run(run.argv()),
                Duration.ofSeconds(run.timeoutSeconds()));
        case Action.ReloadService reload ->
            sh(
                action,
                ahead + ActionScript.service("reload", reload.unit(), Optional.empty()),
                SERVICE_DEADLINE);
        case Action.RestartService restart ->
            sh(
                action,
                ahead + ActionScript.service("restart", restart.unit(), restart.user()),
                SERVICE_DEADLINE);
        case Action.PullImage pull -> {
          if (!docker.hasImage(pull.image())) {
            docker.pull(pull.image(), text -> events.on(new Event.Progress(host, text)));
          }
        }
        case Action.RefreshImage pull ->
            docker.pull(pull.image(), text -> events.on(new Event.Progress(host, text)));
        case Action.CreateContainer create -> docker.create(create.name(), create.request());
        case Action.UpdateContainer update -> docker.update(update.name(), update.settings());
        case Action.RunContainer run -> {
          docker.create(run.spec());
          docker.start(run.spec().name());
        }
        case Action.StartContainer start -> docker.start(start.name());
        case Action.StopContainer stop ->
            docker.stop(stop.name(), Duration.ofSeconds(stop.timeoutSeconds()));
        case Action.RenameContainer rename -> docker.rename(rename.from(), rename.to());
        case Action.RemoveContainer remove -> docker.remove(remove.name());
        case Action.WaitFor wait -> waiter.await(wait, operator);
        case Action.BindDriver bind ->
            sh(
                action,
                ahead + ActionScript.bind(bind),
                FILE_DEADLINE.plusSeconds(2L * bind.timeoutSeconds()));
        case Action.Reboot reboot -> sh(action, ahead + ActionScript.owe(reboot), FILE_DEADLINE);
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
      Optional<Problem> refusal = Journal.refusal(host, result);
      if (refusal.isPresent()) {
        throw new ActionException(refusal.get());
      }
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

  static String lastLines(String text) {
    List<String> lines = text.lines().toList();
    return String.join("; ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
  }
}
