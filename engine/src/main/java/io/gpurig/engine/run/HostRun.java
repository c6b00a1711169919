package io.gpurig.engine.run;

import io.gpurig.engine.connect.ConnectionException;
import io.gpurig.engine.fact.Basis;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.HostReport;
import io.gpurig.engine.report.HostReport.RoundTrips;
import io.gpurig.engine.report.HostReport.Status;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The flow of a run for one host. */
record HostRun(Comparison comparison, RunContext context) {
  /** Compares a host with its plan. */
  Planned plan(Target target) {
    return switch (target) {
      case Target.Live live -> plan(live, false);
      case Target.Recorded recorded -> comparison.recorded(recorded);
    };
  }

  /** Nothing was asked of the host but to be read, so that it may be asked again. */
  private Planned plan(Target.Live target, boolean wasLost) {
    HostReport failed;
    boolean again = false;
    try (HostSession session = context.open(target.settings())) {
      try {
        HostPlan plan = comparison.live(target.plan(), session);
        HostReport report = Comparison.report(target, session, plan);
        return new Planned(target, withUnfinished(report, plan), plan.basis());
      } catch (ConnectionException e) {
        again = !wasLost && e.isLost();
        failed = HostReport.failed(target.host(), List.of(e.problem()), session.roundTrips());
      }
    } catch (ConnectionException e) {
      failed = HostReport.failed(target.host(), List.of(e.problem()), RoundTrips.NONE);
    }
    return again ? plan(target, true) : new Planned(target, failed, Map.<String, Basis.Answer>of());
  }

  /** Says what apply would do before all else. */
  private static HostReport withUnfinished(HostReport report, HostPlan plan) {
    Optional<Problem> warning = UnfinishedRun.of(plan.before()).flatMap(UnfinishedRun::warning);
    if (warning.isEmpty()) {
      return report;
    }
    HostReport told = report.with(List.of(warning.get()));
    return report.status() == Status.UNCHANGED ? told.with(Status.PENDING) : told;
  }

  /** Brings a host to its plan, and proves it. */
  HostReport apply(Target.Live target) {
    HostApply apply = new HostApply(comparison, context);
    return new LockedRun(comparison, context)
        .of(target, (turn, plan) -> apply.of(target, turn, plan));
  }

  /** Makes the changes that were saved for a host, and proves them; or none, if it has moved. */
  HostReport apply(Target.Approved approved) {
    Target.Live target = approved.live();
    return approved.problems().isEmpty()
        ? new LockedRun(comparison, context)
            .of(target, Approval.of(approved, new HostApply(comparison, context)))
        : Approval.stale(target, approved.problems(), RoundTrips.NONE);
  }
}
