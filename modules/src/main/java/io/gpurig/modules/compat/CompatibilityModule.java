package io.gpurig.modules.compat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.module.Diff;
import io.gpurig.engine.module.Finding;
import io.gpurig.engine.module.Module;
import io.gpurig.engine.plan.Section;
import io.gpurig.engine.problem.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Says of every plan what would not fit together once it is applied. Changes nothing. It comes
 * last, and so looks at hosts as the plan will leave them.
 */
public final class CompatibilityModule implements Module<JsonNode> {
  @Override
  public String section() {
    return WHOLE_PLAN;
  }

  @Override
  public JsonNode desired(Section section) {
    return section.node();
  }

  @Override
  public List<Read> reads(JsonNode plan) {
    return Compatibility.bearingOn(plan).stream()
        .flatMap(rule -> rule.reads().stream())
        .distinct()
        .toList();
  }

  @Override
  public List<Finding> check(JsonNode plan) {
    return findings(new HostState(Facts.none(""), plan));
  }

  @Override
  public Diff diff(JsonNode plan, Facts facts) {
    List<Finding> findings = new ArrayList<>(findings(new HostState(facts, plan)));
    // said before any host was asked
    findings.removeAll(check(plan));
    return new Diff(List.of(), findings);
  }

  private static List<Finding> findings(HostState host) {
    List<Finding> findings = new ArrayList<>();
    for (Rule rule : Compatibility.bearingOn(host.plan())) {
      String section = rule.sections().stream().filter(host.plan()::has).findFirst().orElse("");
      // what is wrong already must not keep a plan from being applied: it may be what mends it
      Severity severity = rule.severity() == Severity.REFUSED ? Severity.REFUSED : Severity.WARNING;
      for (Compatibility.Mismatch mismatch : Compatibility.of(rule, host)) {
        findings.add(
            new Finding(
                severity,
                "compat/" + rule.id(),
                "/" + section,
                "%s: %s".formatted(rule.what(), mismatch.here()),
                Optional.of(rule.fix())));
      }
    }
    return findings;
  }
}
