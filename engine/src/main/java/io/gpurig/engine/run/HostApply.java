package io.gpurig.engine.run;

import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.connect.ConnectionException;
import io.gpurig.engine.docker.DockerException;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.ChangeReport;
import io.gpurig.engine.report.ChangeReport.Outcome;
import io.gpurig.engine.report.HostReport;
import io.gpurig.engine.report.HostReport.Status;
import io.gpurig.engine.run.LockedRun.Part;
import io.gpurig.engine.run.LockedRun.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes changes on a host whose lock is held, and proves them. */
record HostApply(Comparison comparison, RunContext context) {
  /** Makes the changes, up to a reboot if they need one. */
  Part of(Target.Live target, Turn turn, HostPlan plan) {
    HostSession session = turn.session();
    HostReport planned = Comparison.report(target, session, plan).with(turn.told());
    if (planned.status() != Status.PENDING) {
      return Part.last(planned);
    }
    Executor executor = context.executor(target, turn);
    List<Problem> problems = new ArrayList<>(planned.problems());
    List<ChangeReport> changes = new ArrayList<>();
    Facts before = plan.before();
    for (Change change : plan.untilReboot()) {
      if (context.operator().wantsToStop()) {
        problems.add(context.operator().why());
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
      HostPlan rest = comparison.live(target.plan(), turn.session(), turn.journal().pending());
      List<Problem> doubts = new ArrayList<>();
      for (Change change : rest.changes()) {
        doubts.add(didNotHold(change));
      }
      Comparison.problems(target.plan(), rest.findings()).stream()
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

  /** Says that a change is to be made still. */
  static Problem didNotHold(Change change) {
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
}
