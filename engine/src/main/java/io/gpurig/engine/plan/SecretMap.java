package io.gpurig.engine.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.problem.Source;
import io.gpurig.engine.yaml.Document;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Secrets as a text: a YAML or JSON map of names to values, or lines {@code NAME=value} as in a
 * {@code .env} file. What is said about a wrong text shows none of it.
 */
public final class SecretMap {
  private static final Pattern LINE =
      Pattern.compile("(?:export\\s+)?([A-Za-z_][A-Za-z0-9_.-]*)=(.*)");

  private SecretMap() {}

  /**
   * Reads a text.
   *
   * @param shownName how problems name it
   * @param problems gets {@code secret/format}
   */
  public static Map<String, String> parse(String shownName, String text, Problems problems) {
    List<String> lines =
        text.lines().map(String::strip).filter(l -> !l.isEmpty() && !l.startsWith("#")).toList();
    if (lines.isEmpty()) {
      return Map.of();
    }
    Map<String, String> values = new TreeMap<>();
    if (lines.stream().allMatch(line -> LINE.matcher(line).matches())) {
      for (String line : lines) {
        Matcher matcher = LINE.matcher(line);
        if (matcher.matches()) {
          values.put(matcher.group(1), unquoted(matcher.group(2).strip()));
        }
      }
      return values;
    }
    return yaml(shownName, text, problems);
  }

  private static Map<String, String> yaml(String shownName, String text, Problems problems) {
    Problems found = new Problems();
    Optional<Document> document = Document.parse(shownName, text, found);
    for (Problem problem : found.sorted()) {
      int line = problem.source().map(Source::line).orElse(1);
      problems.add(wrong(shownName, "line %d is not sound YAML".formatted(line)));
    }
    Map<String, String> values = new TreeMap<>();
    if (document.isPresent() && found.sorted().isEmpty()) {
      JsonNode tree = document.get().tree();
      if (!tree.isObject()) {
        problems.add(wrong(shownName, "it is not a map of names to values"));
      }
      for (Map.Entry<String, JsonNode> entry : tree.properties()) {
        if (entry.getValue().isContainerNode() || entry.getValue().isNull()) {
          // sops keeps its own data in a map of this name
          if (!entry.getKey().equals("sops")) {
            problems.add(wrong(shownName, "`" + entry.getKey() + "` is not text"));
          }
        } else {
          values.put(entry.getKey(), entry.getValue().asText());
        }
      }
    }
    return values;
  }

  private static String unquoted(String value) {
    boolean quoted =
        value.length() > 1
            && (value.startsWith("\"") || value.startsWith("'"))
            && value.endsWith(value.substring(0, 1));
    return quoted ? value.substring(1, value.length() - 1) : value;
  }

  private static Problem wrong(String shownName, String why) {
    return Problem.error(
            "secret/format", "the secrets of %s cannot be used: %s".formatted(shownName, why))
        .suggest("write `NAME: value` lines, with quotes where YAML needs them");
  }
}
