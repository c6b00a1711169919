package io.gpurig.engine.run;

import static java.util.Objects.requireNonNull;

import io.gpurig.engine.connect.ConnectionSettings;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.plan.ResolvedPlan;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.saved.SavedHost;
import java.util.List;

/** A host and what it should be. */
public sealed interface Target {
  /** Returns the host's inventory name. */
  String host();

  /** Returns the plan as resolved for this host. */
  ResolvedPlan plan();

  /**
   * A host that can be reached.
   *
   * @param settings how
   */
  record Live(ConnectionSettings settings, ResolvedPlan plan) implements Target {
    public Live {
      requireNonNull(settings, "settings is null");
      requireNonNull(plan, "plan is null");
    }

    @Override
    public String host() {
      return settings.name();
    }
  }

  /**
   * A host that recorded facts stand in for; it can be planned for, not changed.
   *
   * @param facts what it answered when they were recorded
   */
  record Recorded(Facts facts, ResolvedPlan plan) implements Target {
    public Recorded {
      requireNonNull(facts, "facts is null");
      requireNonNull(plan, "plan is null");
    }

    @Override
    public String host() {
      return facts.host();
    }
  }

  /**
   * A host for which changes were saved.
   *
   * @param live the host, with the plan that was saved
   * @param saved the changes and what they rest on
   * @param salt of the saved plan
   * @param sameTool whether this very version of the program saved it
   * @param problems what keeps the changes from being made whatever the host is; usually nothing
   */
  record Approved(
      Live live, SavedHost saved, String salt, boolean sameTool, List<Problem> problems) {
    public Approved {
      requireNonNull(live, "live is null");
      requireNonNull(saved, "saved is null");
      requireNonNull(salt, "salt is null");
      problems = List.copyOf(problems);
    }
  }
}
