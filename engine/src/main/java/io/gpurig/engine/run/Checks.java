package io.gpurig.engine.run;

import io.gpurig.engine.module.Module;
import io.gpurig.engine.plan.ResolvedPlan;
import io.gpurig.engine.problem.Problem;
import java.util.List;

/** What modules say of a plan before any host is asked. */
public final class Checks {
  private Checks() {}

  /** Returns what is wrong with the sections of a plan whatever its hosts are. */
  public static List<Problem> of(List<Module<?>> modules, ResolvedPlan plan) {
    return Bound.all(modules, plan).stream()
        .flatMap(bound -> Comparison.problems(plan, bound.check()).stream())
        .toList();
  }
}
