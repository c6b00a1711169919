package io.gpurig.engine.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.connect.Connection.ExecResult;
import io.gpurig.engine.connect.ConnectionException;
import io.gpurig.engine.docker.DockerException;
import io.gpurig.engine.journal.JournalScript;
import io.gpurig.engine.journal.RunRecord;
import io.gpurig.engine.journal.Step;
import io.gpurig.engine.problem.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Brings a host back in order on which a run was cut off: takes the change back that was under way,
 * or brings it to its end where only removals were left, from which there is no way back.
 */
final class Recovery {
  /** How long a command that was cut off may still work before the next run gives up on it. */
  private static final int PATIENCE_SECONDS = 120;

  private static final Duration DEADLINE = Duration.ofMinutes(5);

  private final String host;
  private final HostSession session;
  private final Event.Listener events;
  private final Waiter waiter;

  Recovery(String host, HostSession session, Event.Listener events, Waiter waiter) {
    this.host = host;
    this.session = session;
    this.events = events;
    this.waiter = waiter;
  }

  /**
   * Returns what is to be told of it, as warnings.
   *
   * @throws ActionException if the run must stay open for a later try
   */
  List<Problem> of(UnfinishedRun unfinished, String token)
      throws ConnectionException, ActionException {
    Journal journal = Journal.of(session, unfinished.id(), token);
    ExecResult log =
        session.sh(
            JournalScript.functions(unfinished.id(), token)
                + JournalScript.held()
                + JournalScript.unfinishedLog(PATIENCE_SECONDS),
            session.patience().of(DEADLINE));
    if (log.exit() == JournalScript.STILL_WORKING) {
      throw new ActionException(
          Problem.error(
              "journal/still-working",
              "%s: %s".formatted(host, new String(log.stderr(), UTF_8).strip())));
    }
    Optional<Problem> refusal = Journal.refusal(host, log);
    if (refusal.isPresent()) {
      throw new ActionException(refusal.get());
    }
    List<Step> open =
        RunRecord.parse(new String(log.stdout(), UTF_8)).stream()
            .findFirst()
            .map(RunRecord::open)
            .orElse(List.of());
    List<Problem> told = new ArrayList<>();
    if (!open.isEmpty()) {
      events.on(new Event.Progress(host, unfinished.describe() + " is brought in order first"));
      if (open.getLast().isFinal()) {
        told.add(finish(unfinished, open.getLast(), journal));
      } else {
        told.addAll(takeBack(unfinished, open, journal));
      }
    }
    journal.close("interrupted");
    return told;
  }

  private Problem finish(UnfinishedRun unfinished, Step last, Journal journal)
      throws ConnectionException, ActionException {
    try {
      for (Action action : last.finish()) {
        events.on(new Event.Progress(host, action.describe()));
        if (action instanceof Action.RemoveContainer remove) {
          session.docker().remove(remove.name());
        }
      }
    } catch (DockerException e) {
      throw new ActionException(e.problem());
    }
    journal.write(JournalScript.note(RunRecord.changed(last.step())));
    return Problem.warning(
        "journal/finished",
        "%s had been cut off; its last change (%s) was brought to its end"
            .formatted(unfinished.describe(), last.change()));
  }

  private List<Problem> takeBack(UnfinishedRun unfinished, List<Step> open, Journal journal)
      throws ActionException {
    TakeBack.Result result = new TakeBack(host, session, journal, events, waiter).of(open);
    for (Step step : result.failed()) {
      // a container's state shows in the next comparison; a file or an owed restart may not
      if (step.docker().isEmpty() || !dockerAnswers()) {
        throw new ActionException(notRecovered(unfinished, result.problems().getFirst()));
      }
    }
    List<Problem> told = new ArrayList<>();
    told.add(
        Problem.warning(
            "journal/taken-back",
            "%s had been cut off; its last change (%s) was taken back first: %s"
                .formatted(
                    unfinished.describe(),
                    open.getLast().change(),
                    result.undone().isEmpty() ? "nothing" : String.join(", ", result.undone()))));
    result.problems().forEach(p -> told.add(Problem.warning(p.code(), p.message())));
    return told;
  }

  private boolean dockerAnswers() {
    try {
      session.docker().info();
      return true;
    } catch (DockerException e) {
      return false;
    }
  }

  private Problem notRecovered(UnfinishedRun unfinished, Problem why) {
    return Problem.error(
            "journal/not-recovered",
            "%s was cut off, and its last change could not be taken back: %s"
                .formatted(unfinished.describe(), why.message()))
        .suggest(
            "put it right and apply again; `gpurig undo %s %s --forget` gives it up"
                .formatted(host, unfinished.id()));
  }
}
