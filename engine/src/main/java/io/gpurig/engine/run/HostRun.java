package io.gpurig.engine.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.connect.ConnectionException;
import io.gpurig.engine.connect.Connector;
import io.gpurig.engine.docker.DockerException;
import io.gpurig.engine.fact.Basis;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.journal.JournalScript;
import io.gpurig.engine.journal.LockHolder;
import io.gpurig.engine.journal.Owner;
import io.gpurig.engine.module.Finding;
import io.gpurig.engine.module.Module;
import io.gpurig.engine.plan.ResolvedPlan;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.ChangeReport;
import io.gpurig.engine.report.ChangeReport.Outcome;
import io.gpurig.engine.report.HostReport;
import io.gpurig.engine.report.HostReport.RoundTrips;
import io.gpurig.engine.report.HostReport.Status;
import io.gpurig.engine.saved.Digests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * The flow of a run for one host. Plan and apply share every step but the last: what a plan shows
 * is what an apply makes.
 */
final class HostRun {
  /** Uptimes are told in whole seconds, and an uptime and a time that passed are compared. */
  private static final Duration READ_SLACK = Duration.ofSeconds(2);

  private final List<Module<?>> modules;
  private final Connector connector;
  private final Event.Listener events;
  private final Waiting waiting;
  private final Operator operator;
  private final ApplyOptions options;

  HostRun(
      List<Module<?>> modules,
      Connector connector,
      Event.Listener events,
      Waiting waiting,
      Operator operator,
      ApplyOptions options) {
    this.modules = modules;
    this.connector = connector;
    this.events = events;
    this.waiting = waiting;
    this.operator = operator;
    this.options = options;
  }

  /** Compares a host with its plan. */
  Planned plan(Target target) {
    return switch (target) {
      case Target.Live live -> {
        AtomicReference<Map<String, Basis.Answer>> basis = new AtomicReference<>(Map.of());
        HostReport report =
            connected(
                live,
                (t, session, plan) -> {
                  basis.set(plan.basis());
                  return withUnfinished(planned(t, session, plan), plan.before());
                },
                false);
        yield new Planned(target, report, basis.get());
      }
      case Target.Recorded recorded -> recorded(recorded);
    };
  }

  /** Brings a host to its plan, and proves it. */
  HostReport apply(Target.Live target) {
    return locked(target, (turn, plan) -> applied(target, turn, plan));
  }

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

  /** Makes the changes that were saved for a host, and proves them; or none, if it has moved. */
  HostReport apply(Target.Approved approved) {
    Target.Live target = approved.live();
    return approved.problems().isEmpty()
        ? locked(target, (turn, plan) -> Approval.of(approved, plan, turn, this))
        : stale(target, approved.problems(), RoundTrips.NONE);
  }

  static HostReport stale(Target.Live target, List<Problem> problems, RoundTrips roundTrips) {
    return new HostReport(target.host(), Status.STALE, List.of(), problems, roundTrips);
  }

  @FunctionalInterface
  private interface Step {
    HostReport with(Target.Live target, HostSession session, HostPlan plan);
  }

  private HostReport connected(Target.Live target, Step step, boolean again) {
    try (HostSession session = HostSession.open(target.settings(), connector, options.patience())) {
      try {
        return step.with(target, session, compare(target.plan(), session, ""));
      } catch (ConnectionException e) {
        return !again && isLost(e)
            ? connected(target, step, true)
            : HostReport.failed(target.host(), List.of(e.problem()), session.roundTrips());
      }
    } catch (ConnectionException e) {
      return HostReport.failed(target.host(), List.of(e.problem()), RoundTrips.NONE);
    }
  }

  /**
   * A host that is locked and in order.
   *
   * @param told what was done to bring it in order
   */
  record Turn(HostSession session, Journal journal, List<Problem> told) {}

  @FunctionalInterface
  private interface LockedStep {
    Part with(Turn turn, HostPlan plan) throws ActionException;
  }

  /** Does it, and goes on after a reboot where one is needed. */
  private HostReport locked(Target.Live target, LockedStep step) {
    Part part = once(target, step, false);
    if (part.reboot().isEmpty()) {
      return part.report();
    }
    HostReport done = part.report();
    try {
      new Reboot(connector, events, waiting, operator, options.patience())
          .await(target, part.reboot().get());
    } catch (ActionException e) {
      return told(done, Status.FAILED, List.of(e.problem()));
    }
    boolean owedBefore = done.changes().isEmpty();
    HostReport rest =
        locked(target, owedBefore ? step : (turn, plan) -> afterReboot(target, turn, plan));
    return joined(done, rest);
  }

  /** What the reboot was to bring must be there; what is left of the plan is made now. */
  private Part afterReboot(Target.Live target, Turn turn, HostPlan plan) {
    List<Problem> doubts = new ArrayList<>();
    for (Change change : plan.changes()) {
      if (change.needsReboot()) {
        doubts.add(didNotHold(change));
      }
    }
    return doubts.isEmpty()
        ? applied(target, turn, plan)
        : Part.last(HostReport.failed(target.host(), doubts, turn.session().roundTrips()));
  }

  private static HostReport joined(HostReport first, HostReport second) {
    List<ChangeReport> changes = new ArrayList<>(first.changes());
    changes.addAll(second.changes());
    boolean changed = second.status() == Status.UNCHANGED && !changes.isEmpty();
    List<Problem> problems = new ArrayList<>(first.problems());
    second.problems().stream().filter(p -> !problems.contains(p)).forEach(problems::add);
    RoundTrips one = first.roundTrips();
    RoundTrips two = second.roundTrips();
    return new HostReport(
        first.host(),
        changed ? Status.CHANGED : second.status(),
        changes,
        problems,
        new RoundTrips(
            one.connections() + two.connections(),
            one.execs() + two.execs(),
            one.channels() + two.channels(),
            one.dockerRequests() + two.dockerRequests()));
  }

  /**
   * The lock is asked for while the host is read. What was read holds if nobody had the lock since
   * before the read; else the host is read again.
   *
   * @param wasLost whether the connection was lost once, before anything was done
   */
  private Part once(Target.Live target, LockedStep step, boolean wasLost) {
    boolean again = wasLost;
    String host = target.host();
    boolean begun = false;
    Part failed;
    Owner owner = new Owner(options.who(), options.pid(), target.plan().name());
    try (HostSession session = HostSession.open(target.settings(), connector, options.patience())) {
      long began = waiting.nanoTime();
      try (HostLock lock =
          HostLock.ask(host, session, owner, options.lockTimeout(), holder -> wait(host, holder))) {
        HostPlan plan = compare(target.plan(), session, "");
        HostLock.Held held = lock.await();
        Duration since = Duration.ofNanos(waiting.nanoTime() - began);
        if (held.idle().compareTo(since.plus(READ_SLACK)) < 0) {
          plan = compare(target.plan(), session, "");
        }
        begun = true;
        List<Problem> told = new ArrayList<>();
        Optional<UnfinishedRun> unfinished = UnfinishedRun.of(plan.before());
        if (unfinished.isPresent()) {
          Waiter waiter = new Waiter(host, session, events, waiting);
          told.addAll(
              new Recovery(host, session, events, waiter).of(unfinished.get(), lock.token()));
          plan = compare(target.plan(), session, "");
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
        again |= begun || !isLost(e);
      }
    } catch (ConnectionException e) {
      return Part.last(HostReport.failed(host, List.of(e.problem()), RoundTrips.NONE));
    }
    // only now is the lock let go of
    return again ? failed : once(target, step, true);
  }

  private static Part part(Target.Live target, Turn turn, HostPlan plan, LockedStep step)
      throws ActionException {
    Optional<OwedReboot> owed = OwedReboot.of(plan.before());
    if (owed.isEmpty()) {
      return step.with(turn, plan);
    }
    if (allowed(target.plan()).compareTo(Disruption.REBOOT) < 0) {
      turn.told().add(OwedReboot.warning(target.host()));
      return step.with(turn, plan);
    }
    RoundTrips trips = turn.session().roundTrips();
    return new Part(
        new HostReport(target.host(), Status.UNCHANGED, List.of(), turn.told(), trips), owed);
  }

  /** Nothing was asked of the host but to be read, so that it may be asked again. */
  private static boolean isLost(ConnectionException e) {
    return e.problem().code().equals("connect/lost");
  }

  private void wait(String host, LockHolder holder) {
    events.on(new Event.Progress(host, "waiting for the lock, held by " + holder.describe()));
  }

  /** Says what apply would do before all else. */
  private static HostReport withUnfinished(HostReport report, Facts facts) {
    Optional<Problem> warning = UnfinishedRun.of(facts).flatMap(UnfinishedRun::warning);
    if (warning.isEmpty()) {
      return report;
    }
    Status status = report.status() == Status.UNCHANGED ? Status.PENDING : report.status();
    return told(report, status, List.of(warning.get()));
  }

  private static HostReport told(HostReport report, Status status, List<Problem> first) {
    List<Problem> problems = new ArrayList<>(first);
    problems.addAll(report.problems());
    return new HostReport(report.host(), status, report.changes(), problems, report.roundTrips());
  }

  private HostPlan compare(ResolvedPlan plan, HostSession session, String first)
      throws ConnectionException {
    List<Bound<?>> bound = Bound.all(modules, plan);
    List<Read> reads = new ArrayList<>(reads(bound, plan));
    reads.add(UnfinishedRun.READ);
    reads.addAll(OwedReboot.READS);
    Facts facts = new Secrecy(plan).masked(session.read(reads, first));
    return HostPlan.of(bound, facts, allowed(plan), Drain.of(plan));
  }

  private Planned recorded(Target.Recorded target) {
    List<Bound<?>> bound = Bound.all(modules, target.plan());
    Facts facts = new Secrecy(target.plan()).masked(target.facts());
    HostPlan plan = HostPlan.of(bound, facts, allowed(target.plan()), Drain.of(target.plan()));
    List<Problem> problems = problems(target.plan(), plan.findings());
    List<Read> missing =
        target
            .facts()
            .missing(reads(bound.stream().filter(Bound::changes).toList(), target.plan()));
    if (!missing.isEmpty()) {
      problems.add(incomplete(target.host(), missing));
    }
    HostReport report = report(target.host(), plan, problems, RoundTrips.NONE);
    return new Planned(target, report, plan.basis());
  }

  private HostReport planned(Target.Live target, HostSession session, HostPlan plan) {
    List<Problem> problems = problems(target.plan(), plan.findings());
    return report(target.host(), plan, problems, session.roundTrips());
  }

  private static HostReport report(
      String host, HostPlan plan, List<Problem> problems, RoundTrips roundTrips) {
    List<ChangeReport> changes =
        plan.changes().stream().map(change -> new ChangeReport(change, Outcome.PENDING)).toList();
    Status status =
        plan.blocked()
            ? HostReport.failed(host, problems, roundTrips).status()
            : changes.isEmpty() ? Status.UNCHANGED : Status.PENDING;
    return new HostReport(host, status, changes, problems, roundTrips);
  }

  Part applied(Target.Live target, Turn turn, HostPlan whole) {
    HostPlan plan = whole.rebootingFirst();
    HostReport planned = planned(target, turn.session(), plan);
    planned = told(planned, planned.status(), turn.told());
    if (planned.status() != Status.PENDING) {
      return Part.last(planned);
    }
    HostSession session = turn.session();
    Executor executor =
        new Executor(
            target.host(),
            session,
            new Secrecy(target.plan()),
            events,
            waiting,
            operator,
            turn.journal());
    List<Problem> problems = new ArrayList<>(planned.problems());
    List<ChangeReport> changes = new ArrayList<>();
    Facts before = plan.before();
    for (Change change : plan.untilReboot()) {
      if (operator.wantsToStop()) {
        problems.add(Interrupted.problem());
        return Part.last(cut(target, turn, plan, changes, problems, true));
      }
      Executor.Result result = executor.make(change, before);
      changes.add(new ChangeReport(change, result.outcome(), result.undone()));
      problems.addAll(result.problems());
      if (result.outcome() != Outcome.DONE) {
        return Part.last(cut(target, turn, plan, changes, problems, result.settled()));
      }
      for (Effect effect : change.effects()) {
        before = effect.on(before);
      }
    }
    Optional<OwedReboot> reboot = OwedReboot.of(plan.changes(), plan.before());
    if (reboot.isPresent()) {
      problems.addAll(close(turn, "rebooted"));
      return new Part(ended(target, Status.CHANGED, changes, problems, session), reboot);
    }
    List<Problem> doubts = prove(target, turn, plan);
    problems.addAll(doubts);
    problems.addAll(close(turn, doubts.isEmpty() ? "changed" : "failed"));
    Status status = doubts.isEmpty() ? Status.CHANGED : Status.FAILED;
    return Part.last(ended(target, status, changes, problems, session));
  }

  /** Ends an apply before its end; a run of which something is left to be taken back stays open. */
  private static HostReport cut(
      Target.Live target,
      Turn turn,
      HostPlan plan,
      List<ChangeReport> changes,
      List<Problem> problems,
      boolean settled) {
    if (disturbs(plan.changes().subList(0, changes.size()))) {
      problems.addAll(lost(plan.before(), plan.before(), turn.session()));
    }
    if (settled) {
      problems.addAll(close(turn, "failed"));
    }
    plan.changes().stream()
        .skip(changes.size())
        .forEach(left -> changes.add(new ChangeReport(left, Outcome.PENDING)));
    return ended(target, Status.FAILED, changes, problems, turn.session());
  }

  private static List<Problem> close(Turn turn, String outcome) {
    try {
      turn.journal().close(outcome);
      return List.of();
    } catch (ConnectionException e) {
      return List.of(
          Problem.warning(
              "journal/not-closed",
              "the end of the run could not be noted on the host: " + e.problem().message()));
    }
  }

  private static boolean disturbs(List<Change> changes) {
    return changes.stream().anyMatch(change -> change.disruption() != Disruption.NONE);
  }

  private static List<Problem> lost(Facts before, Facts planned, HostSession session) {
    try {
      return LostContainers.of(
          before.dockerState(), planned.dockerState(), session.docker().containers());
    } catch (DockerException e) {
      return List.of(e.problem());
    }
  }

  /** Reads again and compares again: nothing may be left to change, and no container lost. */
  private List<Problem> prove(Target.Live target, Turn turn, HostPlan plan) {
    try {
      HostPlan rest = compare(target.plan(), turn.session(), turn.journal().pending());
      List<Problem> doubts = new ArrayList<>();
      for (Change change : rest.changes()) {
        doubts.add(didNotHold(change));
      }
      problems(target.plan(), rest.findings()).stream()
          .filter(Problem::blocks)
          .forEach(doubts::add);
      if (disturbs(plan.changes())) {
        doubts.addAll(
            LostContainers.of(
                plan.before().dockerState(),
                plan.projected().dockerState(),
                rest.before().dockerState().containers()));
      }
      return doubts;
    } catch (ConnectionException e) {
      return List.of(e.problem());
    }
  }

  private static Problem didNotHold(Change change) {
    return Problem.error(
        "apply/did-not-hold",
        "the change of %s did not hold: %s".formatted(change.target(), change.reason()));
  }

  private static HostReport ended(
      Target.Live target,
      Status status,
      List<ChangeReport> changes,
      List<Problem> problems,
      HostSession session) {
    return new HostReport(target.host(), status, changes, problems, session.roundTrips());
  }

  static List<Read> reads(List<Bound<?>> bound, ResolvedPlan plan) {
    List<Read> drain = Drain.of(plan).isEmpty() ? List.of() : List.of(new Read.Docker());
    return Stream.concat(bound.stream().flatMap(module -> module.reads().stream()), drain.stream())
        .distinct()
        .toList();
  }

  private static Disruption allowed(ResolvedPlan plan) {
    return Disruption.of(plan.rollout().text("allowDisruption"));
  }

  /** Gives each finding its place in the user's files. */
  static List<Problem> problems(ResolvedPlan plan, List<Finding> findings) {
    List<Problem> problems = new ArrayList<>();
    for (Finding finding : findings) {
      problems.add(
          new Problem(
              finding.severity(),
              finding.code(),
              Optional.of(plan.document().value(finding.pointer())),
              finding.message(),
              finding.suggestion()));
    }
    return problems;
  }

  private static Problem incomplete(String host, List<Read> missing) {
    List<String> names = missing.stream().map(HostRun::name).toList();
    return Problem.warning(
            "facts/incomplete",
            "the facts of %s hold no answer to: %s".formatted(host, String.join(", ", names)))
        .suggest(
            "record them with `gpurig facts --save`: without them this plan may differ from the"
                + " host");
  }

  private static String name(Read read) {
    return switch (read) {
      case Read.File(String path) -> path;
      case Read.Folder(String path) -> "the files in " + path;
      case Read.Command command -> "`" + command.line() + "`";
      case Read.Pci() -> "the PCI bus";
      case Read.DeviceUsers(String prefix) -> "the users of " + prefix;
      case Read.Docker() -> "Docker";
    };
  }
}
