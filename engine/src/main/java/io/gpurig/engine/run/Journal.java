package io.gpurig.engine.run;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Undo;
import io.gpurig.engine.connect.Connection.ExecResult;
import io.gpurig.engine.connect.ConnectionException;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.journal.JournalScript;
import io.gpurig.engine.journal.Owner;
import io.gpurig.engine.journal.RunRecord;
import io.gpurig.engine.journal.Step;
import io.gpurig.engine.journal.Steps;
import io.gpurig.engine.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * Writes one run into the journal of its host. What can wait is written together with what cannot,
 * so that an action of a shell costs no round trip more, and one of Docker's one.
 */
final class Journal {
  static final Duration DEADLINE = Duration.ofMinutes(1);

  /** The problem that says that an action was not begun because it could not be written ahead. */
  static final String UNWRITABLE = "journal/unwritable";

  /** The problem that says that nothing more may be done. */
  static final String LOST = "lock/lost";

  private final HostSession session;
  private final String id;
  private final String token;
  private final Owner owner;
  private final String digest;
  private final StringBuilder pending = new StringBuilder();
  private int steps;
  private String open = "";
  private boolean begun;

  Journal(HostSession session, String id, String token, Owner owner, String digest) {
    this.session = session;
    this.id = id;
    this.token = token;
    this.owner = owner;
    this.digest = digest;
  }

  /** Returns the journal of a run that was begun by another. */
  static Journal of(HostSession session, String id, String token) {
    Journal journal = new Journal(session, id, token, new Owner("", 0, ""), "");
    journal.begun = true;
    return journal;
  }

  /**
   * Makes the step of an action, or none for an action that alters nothing.
   *
   * @param index of the action in the change
   */
  Optional<Step> step(Change change, int index, Facts before) {
    return Steps.altersNothing(change.actions().get(index))
        ? Optional.empty()
        : Optional.of(Steps.of(++steps, change, index, before));
  }

  /** Returns the script that writes a step ahead; it must run before the action begins. */
  String ahead(Change change, Step step, Action action, Facts before) {
    StringBuilder script = new StringBuilder(JournalScript.held());
    if (!begun) {
      script.append(JournalScript.begin(RunRecord.header(id, owner, digest)));
      begun = true;
    }
    script.append(pending);
    pending.setLength(0);
    script.append(
        JournalScript.step(
            step, RunRecord.line(step), action, Undo.of(action, change.actions(), before)));
    if (open.isEmpty()) {
      open = change.target();
      String guarded = change.mayCutOff() ? "guarded yes\n" : "";
      script.append(unfinished("from " + step.step() + "\nchange " + open + "\n" + guarded));
    }
    return ended(script.append(JournalScript.working()).toString());
  }

  private String unfinished(String more) {
    return JournalScript.unfinished(
        "run " + id + "\nwho " + owner.who() + "\nplan " + owner.plan() + "\n" + more);
  }

  /**
   * In a shell of its own, so that nothing of it reaches the action; its status ends the script.
   */
  String ended(String script) {
    return "(\n" + JournalScript.functions(id, token) + script + ") || exit $?\n";
  }

  /** Notes that all the actions of a change are done; it is written with what comes next. */
  void changed() {
    open = "";
    if (begun) {
      pending.append(JournalScript.note(RunRecord.changed(steps))).append(unfinished(""));
    }
  }

  /** Returns the script that writes what has waited, to go before a read of the host. */
  String pending() {
    if (pending.isEmpty()) {
      return "";
    }
    String script =
        "(\n" + JournalScript.functions(id, token) + pending + ") >/dev/null 2>&1 </dev/null\n";
    pending.setLength(0);
    return script;
  }

  /** Ends the run: nothing of it is left to be taken back. */
  void close(String outcome) throws ConnectionException {
    if (begun) {
      write(pending + JournalScript.close(outcome));
      pending.setLength(0);
    }
  }

  /** Runs a script that writes into the journal. */
  ExecResult write(String script) throws ConnectionException {
    return session.sh(JournalScript.functions(id, token) + script, session.patience().of(DEADLINE));
  }

  /** Returns why a script was refused by the journal, if it was that. */
  static Optional<Problem> refusal(String host, ExecResult result) {
    String said = new String(result.stderr(), StandardCharsets.UTF_8).strip();
    int mark = said.indexOf("gpurig-journal: ");
    if (mark < 0) {
      return Optional.empty();
    }
    return switch (result.exit()) {
      case JournalScript.NOT_LOCKED ->
          Optional.of(
              Problem.error(
                      LOST,
                      "the lock of %s was lost, so nothing more was done to it".formatted(host))
                  .suggest("somebody broke it, or the host did not hear from here for a minute"));
      case JournalScript.UNWRITABLE ->
          Optional.of(
              Problem.error(
                      UNWRITABLE,
                      "%s: %s; nothing is done that could not be taken back"
                          .formatted(
                              host, said.substring(mark + 16).lines().findFirst().orElse("")))
                  .suggest("is there space left? %s".formatted(reason(said))));
      default -> Optional.empty();
    };
  }

  private static String reason(String said) {
    return said.lines().filter(line -> !line.contains("gpurig-journal")).findFirst().orElse("");
  }
}
