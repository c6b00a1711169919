package io.gpurig.engine.run;

import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.module.Diff;
import io.gpurig.engine.module.Finding;
import io.gpurig.engine.module.Module;
import io.gpurig.engine.plan.ResolvedPlan;
import io.gpurig.engine.plan.Section;
import java.util.List;
import java.util.Optional;

/**
 * A module together with what a plan asks of it.
 *
 * @param <D> what the module's section asks for
 */
record Bound<D>(Module<D> module, D desired) {
  /** Returns the modules whose sections the plan has, in the order given. */
  static List<Bound<?>> all(List<Module<?>> modules, ResolvedPlan plan) {
    return modules.stream()
        .<Bound<?>>flatMap(
            module -> section(module, plan).map(section -> of(module, section)).stream())
        .toList();
  }

  private static Optional<Section> section(Module<?> module, ResolvedPlan plan) {
    return module.section().equals(Module.WHOLE_PLAN)
        ? Optional.of(new Section("", plan.tree(), plan.name()))
        : plan.section(module.section());
  }

  /** Returns whether a plan may rest on what it reads: it has changes to make. */
  boolean changes() {
    return !module.section().equals(Module.WHOLE_PLAN);
  }

  private static <D> Bound<D> of(Module<D> module, Section section) {
    return new Bound<>(module, module.desired(section));
  }

  List<Read> reads() {
    return module.reads(desired);
  }

  List<Finding> check() {
    return module.check(desired);
  }

  Diff diff(Facts facts) {
    return module.diff(desired, facts);
  }
}
