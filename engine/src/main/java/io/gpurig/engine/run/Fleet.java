package io.gpurig.engine.run;

import static java.util.Objects.requireNonNull;

import io.gpurig.engine.connect.ConnectionException;
import io.gpurig.engine.connect.ConnectionSettings;
import io.gpurig.engine.connect.Connector;
import io.gpurig.engine.fact.Basis;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.module.Module;
import io.gpurig.engine.plan.ResolvedPlan;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.HostReport;
import io.gpurig.engine.report.HostReport.RoundTrips;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * Runs plans on many hosts at once. Hosts do not depend on each other: one that fails hides none.
 */
public final class Fleet {
  private final List<Module<?>> modules;
  private final Connector connector;
  private final Event.Listener events;
  private final Waiting waiting;
  private final Operator operator;
  private final Turns turns;
  private final ApplyOptions options;

  /**
   * @param modules in the order in which they depend on each other
   * @param connector opens the connections
   * @param events is told what happens
   * @param waiting the time
   * @param operator may end the run
   * @param forks how many hosts at most are talked to at once
   */
  public Fleet(
      List<Module<?>> modules,
      Connector connector,
      Event.Listener events,
      Waiting waiting,
      Operator operator,
      int forks) {
    this(modules, connector, events, waiting, operator, forks, ApplyOptions.NONE);
  }

  /** The same, for changing hosts too. */
  public Fleet(
      List<Module<?>> modules,
      Connector connector,
      Event.Listener events,
      Waiting waiting,
      Operator operator,
      int forks,
      ApplyOptions options) {
    this.modules = List.copyOf(modules);
    this.connector = requireNonNull(connector, "connector is null");
    this.events = requireNonNull(events, "events is null");
    this.waiting = requireNonNull(waiting, "waiting is null");
    this.operator = requireNonNull(operator, "operator is null");
    this.turns = new Turns(forks);
    this.options = requireNonNull(options, "options is null");
  }

  /** Compares hosts with their plans. Returns a report a host, in the order of the targets. */
  public List<HostReport> plan(List<? extends Target> targets) throws InterruptedException {
    return planned(targets, false).stream().map(Planned::report).toList();
  }

  /**
   * Compares hosts with their plans. Returns an answer a host, in the order of the targets.
   *
   * @param noting whether to say what the changes rest on
   */
  public List<Planned> planned(List<? extends Target> targets, boolean noting)
      throws InterruptedException {
    events.on(new Event.FleetStarted(targets.size()));
    return turns.each(
        targets,
        target -> {
          AtomicReference<Map<String, Basis.Answer>> basis = new AtomicReference<>(Map.of());
          HostReport told =
              reported(
                  target.host(),
                  target.plan(),
                  noting,
                  run -> {
                    Planned planned = run.plan(target);
                    basis.set(planned.basis());
                    return planned.report();
                  });
          return new Planned(target, told, basis.get());
        });
  }

  /** Brings hosts to their plans. Returns a report a host, in the order of the targets. */
  public List<HostReport> apply(List<Target.Live> targets) throws InterruptedException {
    return rollout(
        targets.stream().map(target -> job(target, false, run -> run.apply(target))).toList());
  }

  /**
   * Makes the changes that were saved for hosts, none on a host that has moved. Returns a report a
   * host, in the order of the targets.
   */
  public List<HostReport> applySaved(List<Target.Approved> targets) throws InterruptedException {
    return rollout(
        targets.stream()
            .map(target -> job(target.live(), true, run -> run.apply(target)))
            .toList());
  }

  private List<HostReport> rollout(List<RolloutRun.Job> jobs) throws InterruptedException {
    return new RolloutRun(turns, connector, events, waiting, operator, options.patience())
        .run(jobs);
  }

  private RolloutRun.Job job(
      Target.Live target, boolean noting, Function<HostRun, HostReport> work) {
    return new RolloutRun.Job(target, () -> reported(target.host(), target.plan(), noting, work));
  }

  /** What a host answered, or why it did not. */
  public sealed interface Answer {
    /** It answered. */
    record Read(Facts facts) implements Answer {}

    /** It did not answer. */
    record Failed(HostReport report) implements Answer {}
  }

  /**
   * Reads what the plans need to know of their hosts.
   *
   * @param also what is read of each host besides
   */
  public List<Answer> read(List<Target.Live> targets, List<Read> also) throws InterruptedException {
    return turns.each(targets, target -> facts(target, also));
  }

  /** Reads these things of one host, for what no plan is about. */
  public Answer read(ConnectionSettings settings, List<Read> reads) {
    try (HostSession session = HostSession.open(settings, connector, options.patience())) {
      return new Answer.Read(session.read(reads));
    } catch (ConnectionException e) {
      return new Answer.Failed(
          HostReport.failed(settings.name(), List.of(e.problem()), RoundTrips.NONE));
    }
  }

  private Answer facts(Target.Live target, List<Read> also) {
    try (HostSession session = HostSession.open(target.settings(), connector, options.patience())) {
      List<Read> reads =
          new ArrayList<>(Comparison.reads(Bound.all(modules, target.plan()), target.plan()));
      also.stream().filter(read -> !reads.contains(read)).forEach(reads::add);
      Facts facts = session.read(reads);
      return new Answer.Read(new Secrecy(target.plan()).masked(facts));
    } catch (ConnectionException e) {
      return new Answer.Failed(
          HostReport.failed(target.host(), List.of(e.problem()), RoundTrips.NONE));
    } catch (RuntimeException | StackOverflowError e) {
      return new Answer.Failed(new Secrecy(target.plan()).told(bug(target.host(), e)));
    }
  }

  /**
   * The one place that reports of plan and apply leave from: no value of a secret is in them. A bug
   * that shows on one host is told of on that host; it must not hide the others.
   */
  private HostReport reported(
      String host, ResolvedPlan plan, boolean noting, Function<HostRun, HostReport> work) {
    events.on(new Event.HostStarted(host));
    HostReport report;
    try {
      HostTime time =
          new HostTime(options.hostTimeout(), HostTime.GRACE, operator, connector, waiting);
      report = time.told(work.apply(run(plan, noting, time)));
    } catch (RuntimeException | StackOverflowError e) {
      report = bug(host, e);
    }
    HostReport told = new Secrecy(plan).told(report);
    events.on(new Event.HostDone(host, told));
    return told;
  }

  private static HostReport bug(String host, Throwable thrown) {
    StackTraceElement[] trace = thrown.getStackTrace();
    String where = trace.length == 0 ? "" : " at " + trace[0];
    Problem bug = Problem.error("internal", "this is a bug in gpurig: " + thrown + where);
    return HostReport.failed(host, List.of(bug), RoundTrips.NONE);
  }

  private HostRun run(ResolvedPlan plan, boolean noting, HostTime time) {
    return new HostRun(
        new Comparison(modules, noting),
        new RunContext(time, new Secrecy(plan).told(events), waiting, time, options));
  }
}
