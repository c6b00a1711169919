package io.gpurig.engine.run;

import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.ChangeJson;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.HostReport;
import io.gpurig.engine.report.HostReport.RoundTrips;
import io.gpurig.engine.report.HostReport.Status;
import io.gpurig.engine.run.LockedRun.Part;
import io.gpurig.engine.run.LockedRun.Turn;
import java.util.List;

/**
 * Makes saved changes on a host that is still what it was when they were saved.
 *
 * @param changes those that are left to make
 * @param begun whether some were made, and the host was rebooted for them
 */
record Approval(Target.Approved approved, List<Change> changes, boolean begun, HostApply apply)
    implements LockedRun.Step {
  static Approval of(Target.Approved approved, HostApply apply) {
    return new Approval(approved, approved.saved().changes(), false, apply);
  }

  @Override
  public Approval after(int made) {
    return new Approval(approved, changes.subList(made, changes.size()), true, apply);
  }

  @Override
  public Part with(Turn turn, HostPlan now) {
    Target.Live target = approved.live();
    // the changes before the reboot have moved the host themselves
    List<Problem> moved =
        begun
            ? List.of()
            : approved.saved().moved(now.basis(), approved.salt()).stream()
                .map(Approval::moved)
                .toList();
    if (!moved.isEmpty()) {
      return Part.last(stale(target, moved, turn.session().roundTrips()));
    }
    Secrecy secrecy = new Secrecy(target.plan());
    List<Change> wanted = now.changes().stream().map(secrecy::told).toList();
    boolean same = json(wanted).equals(json(changes));
    // what the notes cannot know: a fact that modules came to without being noted; what another
    // version would do; and what somebody has written into the file, whose digest anybody can make
    if (!now.blocked() && !same) {
      Problem why = approved.sameTool() ? otherChanges() : otherTool();
      return Part.last(stale(target, List.of(why), turn.session().roundTrips()));
    }
    HostPlan plan =
        new HostPlan(changes, now.findings(), now.before(), now.projected(), now.basis());
    return apply.of(target, turn, plan);
  }

  static HostReport stale(Target.Live target, List<Problem> problems, RoundTrips roundTrips) {
    return new HostReport(target.host(), Status.STALE, List.of(), problems, roundTrips);
  }

  private static List<String> json(List<Change> changes) {
    return changes.stream().map(change -> ChangeJson.write(change).toString()).toList();
  }

  private static Problem moved(String what) {
    return Problem.error("saved/moved", "has moved since the plan was saved: " + what)
        .suggest("look at what changed it, then save the plan again");
  }

  private static Problem otherTool() {
    return Problem.error(
            "saved/other-tool",
            "another gpurig saved the plan, and this one would not change the host in the same way")
        .suggest("apply it with that gpurig, or save the plan again with this one");
  }

  private Problem otherChanges() {
    String when = begun ? "its reboot" : "the plan was saved";
    return Problem.error(
            "saved/moved",
            "has moved since %s: what is to be changed is not the same any more".formatted(when))
        .suggest("save the plan again with `gpurig plan --out`");
  }
}
