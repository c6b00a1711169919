package io.gpurig.engine.report;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.ChangeJson;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.problem.Severity;
import io.gpurig.engine.problem.Source;
import io.gpurig.engine.yaml.Document;
import io.gpurig.engine.yaml.Schema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads what {@link ReportJson} writes. What JSON does not tell is not there: the lines that
 * problems quote, and what changes do to the facts.
 */
public final class ReportReader {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private ReportReader() {}

  /**
   * Returns the reports in a file: documents that stand one after the other, one a plan.
   *
   * @param name the file as the user named it
   * @param content the file's content
   * @param problems gets {@code report/…} for one that is cut, damaged or no report
   */
  public static List<Report> read(String name, String content, Problems problems) {
    List<Report> reports = new ArrayList<>();
    try (MappingIterator<JsonNode> documents = JSON.readerFor(JsonNode.class).readValues(content)) {
      while (documents.hasNextValue()) {
        report(name, documents.nextValue(), problems).ifPresent(reports::add);
      }
    } catch (JsonProcessingException e) {
      problems.add(damaged(name, e));
      return List.of();
    } catch (IOException e) {
      problems.add(Problem.error("report/unreadable", "cannot read " + name));
      return List.of();
    }
    if (reports.isEmpty() && !problems.block()) {
      problems.add(noReport(name));
    }
    return reports;
  }

  private static Optional<Report> report(String name, JsonNode root, Problems problems) {
    if (!root.path("gpurigReport").isInt()) {
      problems.add(noReport(name));
      return Optional.empty();
    }
    Problems found = new Problems();
    Schema.load("report.schema.json")
        .validate(Document.unplaced(name, root), root, pointer -> false, found);
    problems.addAll(found.sorted());
    if (found.block()) {
      return Optional.empty();
    }
    try {
      return Optional.of(report(root));
    } catch (IllegalArgumentException e) {
      problems.add(
          Problem.error(
              "report/format", name + " has a change that cannot be read: " + e.getMessage()));
      return Optional.empty();
    }
  }

  private static Report report(JsonNode root) {
    return new Report(
        root.path("command").asText(),
        root.path("plan").asText(),
        each(root.path("hosts")).stream().map(ReportReader::host).toList(),
        problems(root.path("problems")),
        Shard.parse(root.path("shard").asText()));
  }

  private static HostReport host(JsonNode node) {
    JsonNode cost = node.path("roundTrips");
    return new HostReport(
        node.path("host").asText(),
        word(HostReport.Status.class, node.path("status")),
        each(node.path("changes")).stream().map(ReportReader::change).toList(),
        problems(node.path("problems")),
        new HostReport.RoundTrips(
            cost.path("connections").asInt(),
            cost.path("execs").asInt(),
            cost.path("channels").asInt(),
            cost.path("dockerRequests").asInt()));
  }

  private static ChangeReport change(JsonNode node) {
    List<Change.Field> fields = new ArrayList<>();
    for (JsonNode field : node.path("fields")) {
      fields.add(
          new Change.Field(
              field.path("name").asText(), text(field, "before"), text(field, "after")));
    }
    Change change =
        new Change(
            node.path("module").asText(),
            word(Change.Kind.class, node.path("kind")),
            node.path("target").asText(),
            node.path("reason").asText(),
            fields,
            Disruption.of(node.path("disruption").asText()),
            each(node.path("affected")).stream().map(JsonNode::asText).toList(),
            each(node.path("actions")).stream().map(ReportReader::action).toList(),
            List.of());
    return new ChangeReport(change, word(ChangeReport.Outcome.class, node.path("outcome")));
  }

  private static Action action(JsonNode node) {
    return ChangeJson.action(((ObjectNode) node.deepCopy()).without("description"));
  }

  private static List<Problem> problems(JsonNode array) {
    List<Problem> problems = new ArrayList<>();
    for (JsonNode node : array) {
      Optional<Source> source =
          text(node, "file")
              .map(
                  file ->
                      new Source(
                          file, node.path("line").asInt(1), node.path("column").asInt(1), 1, ""));
      problems.add(
          new Problem(
              word(Severity.class, node.path("severity")),
              node.path("code").asText(),
              source,
              node.path("message").asText(),
              text(node, "suggestion")));
    }
    return problems;
  }

  private static <E extends Enum<E>> E word(Class<E> type, JsonNode word) {
    return Enum.valueOf(type, word.asText().toUpperCase(Locale.ROOT));
  }

  private static Optional<String> text(JsonNode node, String property) {
    return Optional.ofNullable(node.get(property)).filter(n -> !n.isNull()).map(JsonNode::asText);
  }

  private static List<JsonNode> each(JsonNode array) {
    List<JsonNode> items = new ArrayList<>();
    array.forEach(items::add);
    return items;
  }

  private static Problem noReport(String name) {
    return Problem.error("report/format", name + " is not a report of gpurig")
        .suggest("write one with --format json=FILE");
  }

  private static Problem damaged(String name, JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    Source source =
        new Source(
            name,
            at == null ? 1 : Math.max(1, at.getLineNr()),
            at == null ? 1 : Math.max(1, at.getColumnNr()),
            1,
            "");
    String said = e.getOriginalMessage().lines().findFirst().orElse("it is not JSON");
    return Problem.error("report/json", source, "the report is cut or damaged: " + said);
  }
}
