package io.gpurig.engine.run;

import io.gpurig.engine.connect.Connector;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.HostReport;
import io.gpurig.engine.report.HostReport.Status;
import io.gpurig.engine.rollout.HealthCheck;
import io.gpurig.engine.rollout.Policy;
import io.gpurig.engine.rollout.Rollout;
import io.gpurig.engine.rollout.Rollout.Step;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Carries a rollout out: what it decides is done, what came of that it is told. */
final class RolloutRun {
  private final Map<String, Job> jobs = new HashMap<>();
  private final Map<String, HostReport> reports = new HashMap<>();
  private final Turns turns;
  private final Connector connector;
  private final Event.Listener events;
  private final Waiting waiting;
  private final Operator operator;
  private final Patience patience;

  RolloutRun(
      Turns turns,
      Connector connector,
      Event.Listener events,
      Waiting waiting,
      Operator operator,
      Patience patience) {
    this.turns = turns;
    this.connector = connector;
    this.events = events;
    this.waiting = waiting;
    this.operator = operator;
    this.patience = patience;
  }

  /**
   * A host and what is to be done to it.
   *
   * @param work called at most once
   */
  record Job(Target.Live target, Supplier<HostReport> work) {}

  /** Returns a report a host, in the order of the jobs. */
  List<HostReport> run(List<Job> all) throws InterruptedException {
    if (all.isEmpty()) {
      return List.of();
    }
    all.forEach(job -> jobs.put(job.target().host(), job));
    List<String> hosts = all.stream().map(job -> job.target().host()).toList();
    Rollout rollout = new Rollout(Policy.of(all.getFirst().target().plan().rollout()), hosts);
    events.on(new Event.FleetStarted(hosts.size()));
    while (true) {
      switch (rollout.step()) {
        case Step.Run batch -> batch(batch, rollout);
        case Step.Check(List<String> changed) -> check(changed, rollout);
        case Step.Wait wait -> {
          events.on(new Event.RolloutHeld("waiting " + wait.duration().toSeconds() + " s"));
          proceed(HealthProbe.passes(waiting, wait.duration(), operator), rollout);
        }
        case Step.Ask(String question) -> ask(question, rollout);
        case Step.End(List<String> left, String why) -> {
          if (!why.isEmpty()) {
            events.on(new Event.RolloutHeld("stopped: " + why));
          }
          left.forEach(host -> reports.put(host, HostReport.skipped(host, why)));
          return hosts.stream().map(this::report).toList();
        }
      }
    }
  }

  private HostReport report(String host) {
    return Optional.ofNullable(reports.get(host))
        .orElseThrow(() -> new IllegalStateException("nothing is known of " + host));
  }

  private void batch(Step.Run batch, Rollout rollout) throws InterruptedException {
    if (batch.batches() > 1) {
      events.on(new Event.BatchStarted(batch.number(), batch.batches(), batch.hosts().size()));
    }
    List<Optional<HostReport>> ended =
        turns.eachUntil(operator::wantsToStop, batch.hosts(), host -> job(host).work().get());
    Map<String, Status> statuses = new HashMap<>();
    for (int i = 0; i < ended.size(); i++) {
      String host = batch.hosts().get(i);
      HostReport report = ended.get(i).orElseGet(() -> HostReport.skipped(host, Interrupted.WHY));
      reports.put(host, report);
      statuses.put(host, report.status());
    }
    rollout.ran(statuses);
    if (operator.wantsToStop()) {
      rollout.stop(Interrupted.WHY);
    }
  }

  private void check(List<String> changed, Rollout rollout) throws InterruptedException {
    List<String> asked = changed.stream().filter(host -> healthCheck(host).isPresent()).toList();
    // what an address answered after an earlier batch says nothing of this one
    HealthProbe probe = new HealthProbe(connector, waiting, operator, patience);
    List<Optional<Problem>> problems =
        turns.each(asked, host -> healthCheck(host).flatMap(check -> ask(host, check, probe)));
    Collection<String> unhealthy = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      String host = asked.get(i);
      problems
          .get(i)
          .ifPresent(
              problem -> {
                unhealthy.add(host);
                reports.put(host, failed(report(host), problem));
              });
    }
    rollout.checked(unhealthy);
  }

  private Optional<HealthCheck> healthCheck(String host) {
    return HealthCheck.of(job(host).target().plan().rollout());
  }

  private Job job(String host) {
    return Optional.ofNullable(jobs.get(host))
        .orElseThrow(() -> new IllegalStateException("not a host of this run: " + host));
  }

  private Optional<Problem> ask(String host, HealthCheck check, HealthProbe probe) {
    events.on(new Event.HealthCheckStarted(host));
    Target.Live target = job(host).target();
    Optional<Problem> problem = probe.ask(target, check).map(new Secrecy(target.plan())::told);
    events.on(new Event.HealthCheckDone(host, problem));
    return problem;
  }

  private static HostReport failed(HostReport report, Problem problem) {
    List<Problem> problems = new ArrayList<>(report.problems());
    problems.add(problem);
    return new HostReport(
        report.host(), Status.FAILED, report.changes(), problems, report.roundTrips());
  }

  private void ask(String question, Rollout rollout) throws InterruptedException {
    if (operator.agrees(question)) {
      rollout.goOn();
    } else {
      rollout.stop(operator.wantsToStop() ? Interrupted.WHY : "nobody agreed to go on");
    }
  }

  private static void proceed(boolean passed, Rollout rollout) {
    if (passed) {
      rollout.goOn();
    } else {
      rollout.stop(Interrupted.WHY);
    }
  }
}
