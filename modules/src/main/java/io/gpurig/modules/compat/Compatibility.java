package io.gpurig.modules.compat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.problem.Severity;
import java.util.Comparator;
import java.util.List;

/** What does not fit together on a host. */
public final class Compatibility {
  /** What must be known of a host to tell. */
  public static final List<Read> READS =
      Rules.ALL.stream().flatMap(rule -> rule.reads().stream()).distinct().toList();

  private Compatibility() {}

  /**
   * Something that is wrong.
   *
   * @param rule the id of the rule that says so
   * @param source the document that the rule is taken from
   * @param what is wrong in general
   * @param here how that shows on this host
   * @param fix what to do, and what to write in the plan
   */
  public record Mismatch(
      String rule, Severity severity, String source, String what, String here, String fix) {}

  /** Returns what is wrong on a host, the worst first. A pure function. */
  public static List<Mismatch> of(Facts facts) {
    HostState host = new HostState(facts, JsonNodeFactory.instance.objectNode());
    return Rules.ALL.stream()
        .flatMap(rule -> of(rule, host).stream())
        .sorted(Comparator.comparing(Mismatch::severity).reversed())
        .toList();
  }

  static List<Mismatch> of(Rule rule, HostState host) {
    return rule.check().of(host).stream()
        .map(
            here ->
                new Mismatch(
                    rule.id(), rule.severity(), rule.source(), rule.what(), here, rule.fix()))
        .toList();
  }

  /** Returns the rules that bear on a section that a plan has. */
  static List<Rule> bearingOn(JsonNode plan) {
    return Rules.ALL.stream().filter(r -> r.sections().stream().anyMatch(plan::has)).toList();
  }
}
