package io.gpurig.engine.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.inventory.Variables;
import io.gpurig.engine.inventory.Variables.Fault;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.problem.Source;
import io.gpurig.engine.yaml.Document;
import io.gpurig.engine.yaml.Schema;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Replaces the variables of a plan and checks the result. */
final class Resolution {
  static final Schema SCHEMA = Schema.load("plan.schema.json");

  /** Read before any host is known, so they cannot depend on one. */
  private static final List<String> FIXED = List.of("name", "hosts", "from");

  private final Document document;
  private final Variables variables;
  private final boolean lenient;
  private final Set<String> suspended = new HashSet<>();

  /**
   * Creates a resolution.
   *
   * @param lenient whether an unknown variable may be known later
   */
  Resolution(Document document, Variables variables, boolean lenient) {
    this.document = document;
    this.variables = variables;
    this.lenient = lenient;
  }

  JsonNode resolve(JsonNode tree, Problems problems) {
    JsonNode replaced =
        variables.replace(
            tree,
            "",
            (pointer, use, ordinal, fault) -> {
              suspended.add(pointer);
              if (!FIXED.contains(pointer.replaceFirst("/", ""))) {
                fault.ifPresent(f -> report(f, pointer, use, ordinal, problems));
              }
            });
    if (replaced instanceof ObjectNode object) {
      FIXED.forEach(key -> refuseVariable(key, tree, object, problems));
    }
    variables.circles().forEach(circle -> reportCircle(circle, problems));
    if (variables.exceeded()) {
      problems.add(
          Problem.error(
              "variable/limit",
              document.key("/vars"),
              "the variables make the document too large, or need one another too many times"
                  + " over"));
    }
    SCHEMA.validate(
        document, replaced, p -> suspended.contains(p) || p.startsWith("/vars/"), problems);
    return replaced;
  }

  private void report(Fault fault, String pointer, String use, int ordinal, Problems problems) {
    if (lenient && fault.code().equals("variable/unknown")) {
      return;
    }
    Source source = document.piece(pointer, use, "${", ordinal);
    problems.add(problem(fault, source));
  }

  private static Problem problem(Fault fault, Source source) {
    Problem problem = Problem.error(fault.code(), source, fault.message());
    return fault.suggestion().map(problem::suggest).orElse(problem);
  }

  private void refuseVariable(String key, JsonNode tree, ObjectNode replaced, Problems problems) {
    JsonNode written = tree.path(key);
    if (written.isTextual() && written.asText().contains("${")) {
      replaced.set(key, written);
      problems.add(
          Problem.error(
                  "plan/variable",
                  document.piece("/" + key, "${", "${", 0),
                  "`" + key + "` cannot have variables, as it is read before any host is known")
              .suggest(
                  switch (key) {
                    case "hosts" -> "write the pattern out, and narrow it down with --limit";
                    case "from" -> "write the path out";
                    default -> "write the name out";
                  }));
    }
  }

  private void reportCircle(List<String> circle, Problems problems) {
    String message = "variables need each other in a circle: " + String.join(" → ", circle);
    Optional<String> own =
        circle.stream().filter(name -> document.tree().path("vars").has(name)).findFirst();
    problems.add(
        own.map(name -> Problem.error("variable/circle", document.value("/vars/" + name), message))
            .orElseGet(() -> Problem.error("variable/circle", message)));
  }
}
