package io.gpurig.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.report.AsciiJson;
import io.gpurig.engine.report.ExitCode;
import io.gpurig.engine.report.HostReport;
import io.gpurig.modules.compat.Compatibility;
import io.gpurig.modules.compat.Compatibility.Mismatch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What `gpurig doctor` found.
 *
 * @param hosts what is wrong on each host that answered
 * @param failed those that did not
 */
record Diagnosis(Map<String, List<Mismatch>> hosts, List<HostReport> failed) {

  static Diagnosis of(Survey survey) {
    Map<String, List<Mismatch>> hosts = new LinkedHashMap<>();
    for (Facts facts : survey.facts()) {
      hosts.put(facts.host(), Compatibility.of(facts));
    }
    return new Diagnosis(hosts, survey.failed());
  }

  ExitCode exitCode() {
    if (!failed.isEmpty()) {
      return ExitCode.HOST_FAILED;
    }
    return hosts.values().stream().allMatch(List::isEmpty)
        ? ExitCode.DESIRED_STATE
        : ExitCode.CHANGES_PENDING;
  }

  String text() {
    StringBuilder text = new StringBuilder();
    hosts.forEach(
        (host, found) -> {
          if (found.isEmpty()) {
            text.append(Printable.line(host)).append(": nothing is wrong\n");
          }
          for (Mismatch wrong : found) {
            text.append(
                "%s: %s[%s]: %s%n  here: %s%n  fix: %s%n  source: %s%n"
                    .formatted(
                        Printable.line(host),
                        word(wrong),
                        wrong.rule(),
                        wrong.what(),
                        Printable.line(wrong.here()),
                        wrong.fix(),
                        wrong.source()));
          }
        });
    return text.toString();
  }

  String json() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ArrayNode list = root.putArray("hosts");
    hosts.forEach(
        (host, found) -> {
          ObjectNode node = list.addObject().put("host", host).put("reachable", true);
          ArrayNode findings = node.putArray("findings");
          found.forEach(wrong -> findings.add(json(wrong)));
        });
    failed.forEach(
        report ->
            list.addObject()
                .put("host", report.host())
                .put("reachable", false)
                .putArray("findings"));
    return AsciiJson.render(root);
  }

  private static JsonNode json(Mismatch wrong) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("rule", wrong.rule())
        .put("severity", word(wrong))
        .put("what", wrong.what())
        .put("here", wrong.here())
        .put("fix", wrong.fix())
        .put("source", wrong.source());
  }

  private static String word(Mismatch wrong) {
    return wrong.severity().name().toLowerCase(Locale.ROOT);
  }
}
