package io.gpurig.engine.run;

import static java.util.Objects.requireNonNull;

import io.gpurig.engine.fact.Basis;
import io.gpurig.engine.report.HostReport;
import java.util.Map;

/**
 * A host that was compared with its plan.
 *
 * @param report what came out
 * @param basis the facts that it rests on, by question; empty unless they were asked for
 */
public record Planned(Target target, HostReport report, Map<String, Basis.Answer> basis) {
  public Planned {
    requireNonNull(target, "target is null");
    requireNonNull(report, "report is null");
    requireNonNull(basis, "basis is null");
  }
}
