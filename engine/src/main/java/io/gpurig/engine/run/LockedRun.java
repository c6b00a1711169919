package io.gpurig.engine.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.connect.ConnectionException;
import io.gpurig.engine.journal.JournalScript;
import io.gpurig.engine.journal.LockHolder;
import io.gpurig.engine.journal.Owner;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.ChangeReport;
import io.gpurig.engine.report.HostReport;
import io.gpurig.engine.report.HostReport.RoundTrips;
import io.gpurig.engine.report.HostReport.Status;
import io.gpurig.engine.saved.Digests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Holds a host's lock while something is done to it, and goes on after a reboot. */
record LockedRun(Comparison comparison, RunContext context) {
  /** Uptimes are told in whole seconds, and an uptime and a time that passed are compared. */
  private static final Duration READ_SLACK = Duration.ofSeconds(2);

  /**
   * A host that is locked and in order.
   *
   * @param told what was done to bring it in order
   */
  record Turn(HostSession session, Journal journal, List<Problem> told) {}

  /**
   * What was done to a host until it has to be rebooted, or to the end.
   *
   * @param reboot what is to be done next, with the lock still held
   */
  record Part(HostReport report, Optional<OwedReboot> reboot) {
    static Part last(HostReport report) {
      return new Part(report, Optional.empty());
    }
  }

  /** What is done to a host that was compared with its plan. */
  @FunctionalInterface
  interface Step {
    /** Does it, up to a reboot if one is needed. */
    Part with(Turn turn, HostPlan plan) throws ActionException;

    /**
     * Returns what is done after the reboot.
     *
     * @param made how many changes were made before it
     */
    default Step after(int made) {
      return this;
    }
  }

  /** Does it, and goes on after a reboot where one is needed. */
  HostReport of(Target.Live target, Step step) {
    Part part = once(target, step, "");
    if (part.reboot().isEmpty()) {
      return part.report();
    }
    HostReport done = part.report();
    try {
      new Reboot(context).await(target, part.reboot().get());
    } catch (ActionException e) {
      return done.with(List.of(e.problem())).with(Status.FAILED);
    }
    int made = done.changes().size();
    HostReport rest =
        of(target, made == 0 ? step : (turn, plan) -> afterReboot(step.after(made), turn, plan));
    return joined(done, rest);
  }

  /** What the reboot was to bring must be there; what is left of the plan is made now. */
  private static Part afterReboot(Step rest, Turn turn, HostPlan plan) throws ActionException {
    List<Problem> doubts =
        plan.changes().stream().filter(Change::needsReboot).map(HostApply::didNotHold).toList();
    return doubts.isEmpty()
        ? rest.with(turn, plan)
        : Part.last(HostReport.failed(turn.session().host(), doubts, turn.session().roundTrips()));
  }

  private static HostReport joined(HostReport first, HostReport second) {
    List<ChangeReport> changes = new ArrayList<>(first.changes());
    changes.addAll(second.changes());
    boolean changed = second.status() == Status.UNCHANGED && !changes.isEmpty();
    List<Problem> problems = new ArrayList<>(first.problems());
    second.problems().stream().filter(p -> !problems.contains(p)).forEach(problems::add);
    return new HostReport(
        first.host(),
        changed ? Status.CHANGED : second.status(),
        changes,
        problems,
        first.roundTrips().and(second.roundTrips()));
  }

  /**
   * The lock is asked for while the host is read. What was read holds if nobody had the lock since
   * before the read; else the host is read again.
   *
   * @param lost the lock that was held when the connection was lost, once, before anything was
   *     done; empty if it was not
   */
  private Part once(Target.Live target, Step step, String lost) {
    String token = "";
    boolean ended = !lost.isEmpty();
    String host = target.host();
    boolean begun = false;
    Part failed;
    Owner owner = context.options().owner(target.plan().name());
    try (HostSession session = context.open(target.settings())) {
      long began = context.waiting().nanoTime();
      try (HostLock lock =
          HostLock.ask(
              host,
              session,
              owner,
              context.options().lockTimeout(),
              lost,
              holder -> wait(host, holder))) {
        token = lock.token();
        HostPlan plan = comparison.live(target.plan(), session);
        HostLock.Held held = lock.await();
        Duration since = Duration.ofNanos(context.waiting().nanoTime() - began);
        if (held.idle().compareTo(since.plus(READ_SLACK)) < 0) {
          plan = comparison.live(target.plan(), session);
        }
        begun = true;
        List<Problem> told = new ArrayList<>();
        Optional<UnfinishedRun> unfinished = UnfinishedRun.of(plan.before());
        if (unfinished.isPresent()) {
          told.addAll(context.recovery(host, session).of(unfinished.get(), lock.token()));
          plan = comparison.live(target.plan(), session);
        }
        String id = held.stamp() + "-" + lock.token().substring(0, 6);
        String digest = Digests.of(target.plan().tree().toString().getBytes(UTF_8));
        Journal journal = new Journal(session, id, lock.token(), owner, digest);
        if (OwedReboot.isDone(plan.before())) {
          journal.write(JournalScript.rebooted());
        }
        Part part = part(target, new Turn(session, journal, told), plan, step);
        if (part.reboot().isPresent()) {
          Reboot.begin(host, journal);
        }
        return part;
      } catch (ActionException e) {
        return Part.last(HostReport.failed(host, List.of(e.problem()), session.roundTrips()));
      } catch (ConnectionException e) {
        failed = Part.last(HostReport.failed(host, List.of(e.problem()), session.roundTrips()));
        ended |= begun || !e.isLost();
      }
    } catch (ConnectionException e) {
      return Part.last(HostReport.failed(host, List.of(e.problem()), RoundTrips.NONE));
    }
    // only now is the lock let go of
    return ended ? failed : once(target, step, token);
  }

  private static Part part(Target.Live target, Turn turn, HostPlan plan, Step step)
      throws ActionException {
    Optional<OwedReboot> owed = OwedReboot.of(plan.before());
    if (owed.isEmpty()) {
      return step.with(turn, plan);
    }
    if (Comparison.allowed(target.plan()).compareTo(Disruption.REBOOT) < 0) {
      turn.told().add(OwedReboot.warning(target.host()));
      return step.with(turn, plan);
    }
    RoundTrips trips = turn.session().roundTrips();
    return new Part(
        new HostReport(target.host(), Status.UNCHANGED, List.of(), turn.told(), trips), owed);
  }

  private void wait(String host, LockHolder holder) {
    context
        .events()
        .on(new Event.Progress(host, "waiting for the lock, held by " + holder.describe()));
  }
}
