package io.gpurig.engine.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Source;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The problems of a report in SARIF 2.1.0, which code review tools show beside the lines. A problem
 * without a place in a file names its hosts as logical locations.
 *
 * @see <a href="https://docs.oasis-open.org/sarif/sarif/v2.1.0/">SARIF 2.1.0</a>
 */
public final class SarifReport {
  private SarifReport() {}

  /** Returns the reports as one log. */
  public static String render(List<Report> reports, String version) {
    ObjectNode log =
        JsonNodeFactory.instance
            .objectNode()
            .put("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
            .put("version", "2.1.0");
    ArrayNode runs = log.putArray("runs");
    reports.forEach(report -> run(runs.addObject(), report, version));
    return AsciiJson.render(log);
  }

  private static void run(ObjectNode run, Report report, String version) {
    Map<Problem, List<String>> problems = new LinkedHashMap<>();
    report.problems().forEach(problem -> problems.putIfAbsent(problem, new ArrayList<>()));
    for (HostReport host : report.hosts()) {
      for (Problem problem : host.problems()) {
        problems.computeIfAbsent(problem, key -> new ArrayList<>()).add(host.host());
      }
    }
    List<String> rules = problems.keySet().stream().map(Problem::code).distinct().toList();
    ObjectNode driver = run.putObject("tool").putObject("driver");
    driver.put("name", "gpurig").put("version", version);
    ArrayNode descriptors = driver.putArray("rules");
    rules.forEach(code -> rule(descriptors.addObject(), code));
    run.putObject("automationDetails").put("id", "gpurig/" + report.command() + "/");
    run.putArray("invocations")
        .addObject()
        .put("executionSuccessful", report.exitCode() != ExitCode.HOST_FAILED)
        .put("exitCode", report.exitCode().code());
    run.put("columnKind", "unicodeCodePoints");
    ArrayNode results = run.putArray("results");
    problems.forEach(
        (problem, hosts) ->
            result(results.addObject(), problem, hosts, rules.indexOf(problem.code())));
  }

  private static void rule(ObjectNode rule, String code) {
    String words = SafeText.line(code).replace("/", ": ").replace('-', ' ');
    rule.put("id", SafeText.line(code)).putObject("shortDescription").put("text", words);
  }

  private static void result(ObjectNode result, Problem problem, List<String> hosts, int rule) {
    String suggestion = problem.suggestion().map(s -> "\n" + s).orElse("");
    result
        .put("ruleId", SafeText.line(problem.code()))
        .put("ruleIndex", rule)
        .put("level", level(problem))
        .putObject("message")
        .put("text", SafeText.lines(problem.message() + suggestion));
    ArrayNode locations = result.putArray("locations");
    problem.source().ifPresent(source -> place(locations.addObject(), source));
    if (problem.source().isEmpty()) {
      for (String host : hosts) {
        locations
            .addObject()
            .putArray("logicalLocations")
            .addObject()
            .put("name", SafeText.line(host))
            .put("kind", "host");
      }
    }
  }

  private static String level(Problem problem) {
    return switch (problem.severity()) {
      case NOTE -> "note";
      case WARNING -> "warning";
      case REFUSED, ERROR -> "error";
    };
  }

  private static void place(ObjectNode location, Source source) {
    ObjectNode physical = location.putObject("physicalLocation");
    physical.putObject("artifactLocation").put("uri", uri(source.file()));
    physical
        .putObject("region")
        .put("startLine", source.line())
        .put("startColumn", source.column())
        .put("endColumn", source.column() + source.length())
        .putObject("snippet")
        .put("text", SafeText.line(source.text()));
  }

  /** A path as the user gave it; relative ones are relative to the root of the repository. */
  private static String uri(String file) {
    String path = SafeText.line(file).replace('\\', '/');
    try {
      if (path.startsWith("/")) {
        return new URI("file", "", path, null).toASCIIString();
      }
      // without the dot, what stands before a colon in the first name would be a scheme
      String relative = path.indexOf(':') >= 0 ? "./" + path : path;
      return new URI(null, null, relative, null).toASCIIString();
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("not a path: " + path, e);
    }
  }
}
