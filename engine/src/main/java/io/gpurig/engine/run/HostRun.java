package io.gpurig.engine.run;

import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.connect.ConnectionException;
import io.gpurig.engine.connect.Connector;
import io.gpurig.engine.fact.Basis;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.module.Finding;
import io.gpurig.engine.module.Module;
import io.gpurig.engine.plan.ResolvedPlan;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.ChangeReport;
import io.gpurig.engine.report.ChangeReport.Outcome;
import io.gpurig.engine.report.HostReport;
import io.gpurig.engine.report.HostReport.RoundTrips;
import io.gpurig.engine.report.HostReport.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The flow of a run for one host. Plan and apply share every step but the last: what a plan shows
 * is what an apply makes.
 */
final class HostRun {
  private final List<Module<?>> modules;
  private final Connector connector;
  private final Event.Listener events;
  private final Waiting waiting;

  HostRun(List<Module<?>> modules, Connector connector, Event.Listener events, Waiting waiting) {
    this.modules = modules;
    this.connector = connector;
    this.events = events;
    this.waiting = waiting;
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
                  return planned(t, session, plan);
                });
        yield new Planned(target, report, basis.get());
      }
      case Target.Recorded recorded -> recorded(recorded);
    };
  }

  /** Brings a host to its plan, and proves it. */
  HostReport apply(Target.Live target) {
    return connected(target, this::applied);
  }

  /** Makes the changes that were saved for a host, and proves them; or none, if it has moved. */
  HostReport apply(Target.Approved approved) {
    Target.Live target = approved.live();
    return approved.problems().isEmpty()
        ? connected(target, (t, session, plan) -> Approval.of(approved, plan, session, this))
        : stale(target, approved.problems(), RoundTrips.NONE);
  }

  static HostReport stale(Target.Live target, List<Problem> problems, RoundTrips roundTrips) {
    return new HostReport(target.host(), Status.STALE, List.of(), problems, roundTrips);
  }

  @FunctionalInterface
  private interface Step {
    HostReport with(Target.Live target, HostSession session, HostPlan plan);
  }

  private HostReport connected(Target.Live target, Step step) {
    try (HostSession session = HostSession.open(target.settings(), connector)) {
      try {
        return step.with(target, session, compare(target.plan(), session));
      } catch (ConnectionException e) {
        return HostReport.failed(target.host(), List.of(e.problem()), session.roundTrips());
      }
    } catch (ConnectionException e) {
      return HostReport.failed(target.host(), List.of(e.problem()), RoundTrips.NONE);
    }
  }

  private HostPlan compare(ResolvedPlan plan, HostSession session) throws ConnectionException {
    List<Bound<?>> bound = Bound.all(modules, plan);
    Facts facts = new Secrecy(plan).masked(session.read(reads(bound)));
    return HostPlan.of(bound, facts, allowed(plan));
  }

  private Planned recorded(Target.Recorded target) {
    List<Bound<?>> bound = Bound.all(modules, target.plan());
    Facts facts = new Secrecy(target.plan()).masked(target.facts());
    HostPlan plan = HostPlan.of(bound, facts, allowed(target.plan()));
    List<Problem> problems = problems(target.plan(), plan.findings());
    List<Read> missing = target.facts().missing(reads(bound));
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

  HostReport applied(Target.Live target, HostSession session, HostPlan plan) {
    HostReport planned = planned(target, session, plan);
    if (planned.status() != Status.PENDING) {
      return planned;
    }
    Executor executor =
        new Executor(target.host(), session, new Secrecy(target.plan()), events, waiting);
    List<Problem> problems = new ArrayList<>(planned.problems());
    List<ChangeReport> changes = new ArrayList<>();
    Facts before = plan.before();
    for (Change change : plan.changes()) {
      Executor.Result result = executor.make(change, before);
      changes.add(new ChangeReport(change, result.outcome()));
      problems.addAll(result.problems());
      if (result.outcome() != Outcome.DONE) {
        plan.changes().stream()
            .skip(changes.size())
            .forEach(left -> changes.add(new ChangeReport(left, Outcome.PENDING)));
        return ended(target, Status.FAILED, changes, problems, session);
      }
      for (Effect effect : change.effects()) {
        before = effect.on(before);
      }
    }
    List<Problem> doubts = prove(target, session);
    problems.addAll(doubts);
    return ended(
        target, doubts.isEmpty() ? Status.CHANGED : Status.FAILED, changes, problems, session);
  }

  /** Reads again and compares again: nothing may be left to change. */
  private List<Problem> prove(Target.Live target, HostSession session) {
    try {
      HostPlan rest = compare(target.plan(), session);
      List<Problem> doubts = new ArrayList<>();
      for (Change change : rest.changes()) {
        doubts.add(
            Problem.error(
                "apply/did-not-hold",
                "the change of %s did not hold: %s".formatted(change.target(), change.reason())));
      }
      problems(target.plan(), rest.findings()).stream()
          .filter(Problem::blocks)
          .forEach(doubts::add);
      return doubts;
    } catch (ConnectionException e) {
      return List.of(e.problem());
    }
  }

  private static HostReport ended(
      Target.Live target,
      Status status,
      List<ChangeReport> changes,
      List<Problem> problems,
      HostSession session) {
    return new HostReport(target.host(), status, changes, problems, session.roundTrips());
  }

  static List<Read> reads(List<Bound<?>> bound) {
    return bound.stream().flatMap(module -> module.reads().stream()).distinct().toList();
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
