package io.gpurig.engine.run;

import static java.util.Objects.requireNonNull;

import io.gpurig.engine.connect.ConnectionSettings;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.plan.ResolvedPlan;

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
}
