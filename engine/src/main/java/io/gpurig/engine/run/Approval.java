package io.gpurig.engine.run;

import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.ChangeJson;
import io.gpurig.engine.problem.Problem;
import java.util.List;

/** Makes saved changes on a host that is still what it was when they were saved. */
final class Approval {
  private Approval() {}

  static HostRun.Part of(Target.Approved approved, HostPlan now, HostRun.Turn turn, HostRun run) {
    Target.Live target = approved.live();
    List<Change> changes = approved.saved().changes();
    List<Problem> moved =
        approved.saved().moved(now.basis(), approved.salt()).stream().map(Approval::moved).toList();
    if (!moved.isEmpty()) {
      return HostRun.Part.last(HostRun.stale(target, moved, turn.session().roundTrips()));
    }
    Secrecy secrecy = new Secrecy(target.plan());
    List<Change> wanted = now.changes().stream().map(secrecy::told).toList();
    boolean same = json(wanted).equals(json(changes));
    // what the notes cannot know: a fact that modules came to without being noted; what another
    // version would do; and what somebody has written into the file, whose digest anybody can make
    if (!now.blocked() && !same) {
      return HostRun.Part.last(
          HostRun.stale(
              target,
              List.of(approved.sameTool() ? otherChanges() : otherTool()),
              turn.session().roundTrips()));
    }
    HostPlan plan =
        new HostPlan(changes, now.findings(), now.before(), now.projected(), now.basis());
    return run.applied(target, turn, plan);
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

  private static Problem otherChanges() {
    return Problem.error(
            "saved/moved",
            "has moved since the plan was saved: what is to be changed is not the same any more")
        .suggest("save the plan again with `gpurig plan --out`");
  }
}
