package io.gpurig.cli;

import io.gpurig.engine.inventory.Host;
import io.gpurig.engine.plan.Explanation;
import io.gpurig.engine.plan.PlanFile;
import io.gpurig.engine.plan.ResolvedPlan;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Prints where each value of plans comes from. */
final class ExplainText {
  private ExplainText() {}

  /**
   * Prints a plan. Hosts that have everything from the same places stand together.
   *
   * @param hosts the hosts with the plan as resolved for each
   * @param overrides the names of the variables that the command line gives
   */
  static void print(
      PrintWriter out, PlanFile plan, Map<Host, ResolvedPlan> hosts, Set<String> overrides) {
    out.println(Printable.line(plan.name()));
    Map<List<Explanation.Line>, List<String>> alike = new LinkedHashMap<>();
    hosts.forEach(
        (host, resolved) ->
            alike
                .computeIfAbsent(
                    Explanation.of(plan, resolved, host, overrides), lines -> new ArrayList<>())
                .add(host.name()));
    alike.forEach(
        (lines, names) -> {
          out.println();
          out.println(Printable.line(String.join(", ", names)) + ":");
          lines.forEach(line -> print(out, line));
        });
  }

  private static void print(PrintWriter out, Explanation.Line line) {
    out.println(
        Printable.line("  %s: %s   # %s".formatted(line.name(), line.value(), line.origin())));
    line.variables().forEach(v -> out.println(Printable.line("      " + v)));
  }
}
