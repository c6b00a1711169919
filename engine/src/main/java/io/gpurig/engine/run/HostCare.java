package io.gpurig.engine.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.gpurig.engine.connect.Connection.ExecResult;
import io.gpurig.engine.connect.ConnectionException;
import io.gpurig.engine.connect.ConnectionSettings;
import io.gpurig.engine.connect.Connector;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.journal.JournalScript;
import io.gpurig.engine.journal.LockHolder;
import io.gpurig.engine.journal.LockScript;
import io.gpurig.engine.journal.Owner;
import io.gpurig.engine.journal.RunRecord;
import io.gpurig.engine.journal.Step;
import io.gpurig.engine.problem.Problem;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Optional;

/** What can be asked of one host beside plans: its lock, its history, a run taken back. */
public final class HostCare {
  private final Connector connector;
  private final Event.Listener events;
  private final Waiting waiting;
  private final ApplyOptions options;

  /**
   * @param connector opens the connections
   * @param events is told what happens
   * @param waiting the time
   * @param options who asks
   */
  public HostCare(
      Connector connector, Event.Listener events, Waiting waiting, ApplyOptions options) {
    this.connector = requireNonNull(connector, "connector is null");
    this.events = requireNonNull(events, "events is null");
    this.waiting = requireNonNull(waiting, "waiting is null");
    this.options = requireNonNull(options, "options is null");
  }

  /** What a host answered, or why it did not. */
  public sealed interface Answer<T> {
    /** It answered. */
    record Of<T>(T value) implements Answer<T> {}

    /** It did not, or what it answered forbids to go on. */
    record Failed<T>(Problem problem) implements Answer<T> {}
  }

  @FunctionalInterface
  private interface Work<T> {
    T with(HostSession session) throws ConnectionException, ActionException;
  }

  private <T> Answer<T> ask(ConnectionSettings host, Work<T> work) {
    try (HostSession session = HostSession.open(host, connector, options.patience())) {
      return new Answer.Of<>(work.with(session));
    } catch (ConnectionException e) {
      return new Answer.Failed<>(e.problem());
    } catch (ActionException e) {
      return new Answer.Failed<>(e.problem());
    }
  }

  /**
   * Returns who holds the lock of a host, if anybody does.
   *
   * @param force whether to take the lock away; the run that has it stops before its next action
   */
  public Answer<Optional<LockHolder>> lock(ConnectionSettings host, boolean force) {
    return ask(
        host,
        session -> {
          ExecResult result =
              session.sh(LockScript.look(force), session.patience().of(Journal.DEADLINE));
          return holder(session, result);
        });
  }

  private static Optional<LockHolder> holder(HostSession session, ExecResult result)
      throws ActionException {
    ShortLines lines = new ShortLines(new StringReader(new String(result.stdout(), UTF_8)));
    try {
      String first = lines.next();
      if ("free".equals(first)) {
        return Optional.empty();
      }
      if (!"busy".equals(first)) {
        throw new ActionException(unreadable(session, result, String.valueOf(first)));
      }
      LockHolder holder = LockHolder.parse(HostLock.untilDot(lines));
      String last = lines.next();
      if (last != null && last.startsWith("error ")) {
        throw new ActionException(Problem.error("lock/unavailable", last.substring(6)));
      }
      return Optional.of(holder);
    } catch (IOException e) {
      throw new ActionException(unreadable(session, result, "too much"));
    }
  }

  private static Problem unreadable(HostSession session, ExecResult result, String said) {
    return said.startsWith("error ")
        ? Problem.error("lock/unavailable", said.substring(6))
            .suggest("connect as root, or set ansible_become: true")
        : session.shellProblem(result, "it did not answer");
  }

  /** Returns the runs that changed a host, the oldest first. */
  public Answer<List<RunRecord>> history(ConnectionSettings host) {
    return ask(host, session -> records(host, session));
  }

  private static List<RunRecord> records(ConnectionSettings host, HostSession session)
      throws ConnectionException, ActionException {
    ExecResult result = session.sh(JournalScript.logs(), session.patience().of(Journal.DEADLINE));
    Optional<Problem> refusal = Journal.refusal(host.name(), result);
    if (refusal.isPresent()) {
      throw new ActionException(
          Problem.error("journal/unreadable", refusal.get().message())
              .suggest("connect as root, or set ansible_become: true"));
    }
    if (result.exit() != 0) {
      throw new ActionException(session.shellProblem(result, "it did not answer"));
    }
    return RunRecord.parse(new String(result.stdout(), UTF_8));
  }

  /**
   * Takes back steps of a run.
   *
   * @param steps in the order in which they were made; all of whole changes
   * @return what was taken back, in words
   */
  public Answer<List<String>> undo(ConnectionSettings host, RunRecord run, List<Step> steps) {
    return locked(
        host,
        "undo of " + run.id(),
        (session, token) -> {
          Optional<UnfinishedRun> other =
              UnfinishedRun.of(session.read(List.of(UnfinishedRun.READ)));
          if (other.isPresent()) {
            throw new ActionException(
                Problem.error(
                        "journal/unfinished",
                        "%s: %s is unfinished".formatted(host.name(), other.get().describe()))
                    .suggest("apply a plan to bring the host in order first"));
          }
          Journal journal = Journal.of(session, run.id(), token);
          ExecResult noted =
              journal.write(
                  JournalScript.held()
                      + JournalScript.note(RunRecord.undoing(steps))
                      + JournalScript.unfinished(
                          "run %s\nwho %s\nplan undo of %s\nfrom %d\nchange %s\n"
                              .formatted(
                                  run.id(),
                                  options.who(),
                                  run.id(),
                                  steps.getFirst().step(),
                                  steps.getLast().change())));
          Optional<Problem> refusal = Journal.refusal(host.name(), noted);
          if (refusal.isPresent()) {
            throw new ActionException(refusal.get());
          }
          Waiter waiter = new Waiter(host.name(), session, events, waiting);
          TakeBack.Result result =
              new TakeBack(host.name(), session, journal, events, waiter).of(steps);
          if (!result.failed().isEmpty()) {
            throw new ActionException(result.problems().getFirst());
          }
          journal.close("undone");
          return result.undone();
        });
  }

  /** Ends a run that was cut off without taking anything back. */
  public Answer<String> forget(ConnectionSettings host, String run) {
    return locked(
        host,
        "undo of " + run,
        (session, token) -> {
          Facts facts = session.read(List.of(UnfinishedRun.READ));
          if (UnfinishedRun.of(facts).filter(open -> open.id().equals(run)).isEmpty()) {
            throw new ActionException(
                Problem.error(
                    "journal/not-open",
                    "%s: run %s is not unfinished".formatted(host.name(), run)));
          }
          Journal.of(session, run, token).close("forgotten");
          return run;
        });
  }

  @FunctionalInterface
  private interface LockedWork<T> {
    T with(HostSession session, String token) throws ConnectionException, ActionException;
  }

  private <T> Answer<T> locked(ConnectionSettings host, String what, LockedWork<T> work) {
    return ask(
        host,
        session -> {
          Owner owner = new Owner(options.who(), options.pid(), what);
          try (HostLock lock =
              HostLock.ask(host.name(), session, owner, options.lockTimeout(), "", holder -> {})) {
            lock.await();
            return work.with(session, lock.token());
          }
        });
  }
}
