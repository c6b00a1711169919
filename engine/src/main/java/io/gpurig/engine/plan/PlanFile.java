package io.gpurig.engine.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.inventory.Host;
import io.gpurig.engine.inventory.Variables;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.yaml.Document;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A plan as its author wrote it. Safe for use by many threads. */
public final class PlanFile {
  private final Document document;
  private final List<Path> files;
  private final String name;
  private final String hosts;
  private final Map<String, JsonNode> vars;
  private final Set<String> used;
  private final Map<Map<String, JsonNode>, Outcome> outcomes = new ConcurrentHashMap<>();

  private PlanFile(Document document, List<Path> files, String name, String hosts) {
    this.document = document;
    this.files = files;
    this.name = name;
    this.hosts = hosts;
    this.vars = vars(document);
    this.used = Variables.used(document.tree());
  }

  /** What one set of values of the variables makes of the plan. */
  private record Outcome(Optional<ResolvedPlan> plan, List<Problem> problems) {}

  /**
   * Reads a plan, and the plans that it is based on.
   *
   * @param file a YAML file
   * @param shownName how problems name it: the path as the user gave it
   * @param problems gets what keeps the file from being read, and, if that includes its name or its
   *     hosts, everything that {@link #check} finds
   * @return the plan, empty if it has no usable name or hosts
   */
  public static Optional<PlanFile> load(Path file, String shownName, Problems problems) {
    BasePlans bases = new BasePlans(problems);
    return bases.read(file, shownName).flatMap(document -> of(document, bases, problems));
  }

  /** Makes a plan of a text that stands in no file and is based on no other plan. */
  public static Optional<PlanFile> parse(String shownName, String text, Problems problems) {
    return Document.parse(shownName, text, problems)
        .flatMap(document -> of(document, new BasePlans(problems), problems));
  }

  private static Optional<PlanFile> of(Document document, BasePlans bases, Problems problems) {
    JsonNode name = document.tree().path("name");
    JsonNode hosts = document.tree().path("hosts");
    PlanFile plan = new PlanFile(document, bases.files(), name.asText(), hosts.asText());
    if (plan.name.isBlank() || plan.hosts.isBlank() || !name.isTextual() || !hosts.isTextual()) {
      if (!bases.broken()) { // else what is missing may stand in the plan that was not read
        plan.check(problems);
      }
      return Optional.empty();
    }
    return Optional.of(plan);
  }

  /** Returns its name. */
  public String name() {
    return name;
  }

  /** Returns the host pattern. */
  public String hosts() {
    return hosts;
  }

  /** Returns what it was read from: the file, laid over the plans that it is based on. */
  public Document document() {
    return document;
  }

  /** Returns the files that it was read from, its own first. */
  public List<Path> files() {
    return files;
  }

  /** Returns the plan's own variables as they are written. */
  Map<String, JsonNode> vars() {
    return Collections.unmodifiableMap(vars);
  }

  /** Returns the top-level keys that are present, in the order of the file. */
  public Set<String> sections() {
    Set<String> keys = new LinkedHashSet<>();
    document.tree().fieldNames().forEachRemaining(keys::add);
    return Collections.unmodifiableSet(keys);
  }

  /**
   * Makes the plan for one host. Hosts with the same values of the variables that the plan uses
   * share the work.
   *
   * @param host whose variables are used
   * @param overrides variables that win over all others
   * @param problems gets {@code variable/...} and {@code schema/...}
   * @return the plan, empty if anything blocks it
   */
  public Optional<ResolvedPlan> resolve(
      Host host, Map<String, JsonNode> overrides, Problems problems) {
    Variables variables = new Variables(host.variables(), vars, overrides);
    Map<String, JsonNode> needed = variables.needed(used);
    // the nearest name that is suggested for an unknown one depends on all names of the host
    boolean unknown = needed.values().stream().anyMatch(JsonNode::isMissingNode);
    Outcome outcome =
        unknown
            ? outcome(variables, overrides)
            : outcomes.computeIfAbsent(needed, values -> outcome(variables, overrides));
    problems.addAll(outcome.problems());
    return outcome.plan();
  }

  /**
   * Checks the plan without a host. Variables that only a host or the command line can give are
   * left alone, and so are the values that hold one.
   *
   * @param problems gets {@code variable/...} and {@code schema/...}
   * @return the plan without those sections that hold such a value, empty if anything blocks it
   */
  public Optional<ResolvedPlan> check(Problems problems) {
    Problems found = new Problems();
    JsonNode tree =
        new Resolution(document, new Variables(Map.of(), vars, Map.of()), true)
            .resolve(document.tree(), found);
    problems.addAll(found.sorted());
    if (found.block() || !(tree instanceof ObjectNode sections)) {
      return Optional.empty();
    }
    JsonNode known = sections.deepCopy();
    sections
        .properties()
        .forEach(
            section -> {
              if (section.getValue().toString().contains("${")) {
                ((ObjectNode) known).remove(section.getKey());
              }
            });
    return Optional.of(new ResolvedPlan(name, Resolution.SCHEMA.withDefaults(known), document));
  }

  private Outcome outcome(Variables variables, Map<String, JsonNode> overrides) {
    Problems problems = new Problems();
    JsonNode tree =
        new Resolution(document, variables, false).resolve(overridden(overrides), problems);
    Optional<ResolvedPlan> plan =
        problems.block()
            ? Optional.empty()
            : Optional.of(new ResolvedPlan(name, Resolution.SCHEMA.withDefaults(tree), document));
    return new Outcome(plan, problems.sorted());
  }

  /** The tree whose variables have the values that count. */
  private JsonNode overridden(Map<String, JsonNode> overrides) {
    if (!(document.tree().get("vars") instanceof ObjectNode)) {
      return document.tree();
    }
    ObjectNode tree = document.tree().deepCopy();
    ObjectNode own = tree.withObjectProperty("vars");
    vars.keySet().stream()
        .filter(overrides::containsKey)
        .forEach(variable -> own.set(variable, overrides.get(variable)));
    return tree;
  }

  private static Map<String, JsonNode> vars(Document document) {
    Map<String, JsonNode> vars = new LinkedHashMap<>();
    document.tree().path("vars").properties().forEach(e -> vars.put(e.getKey(), e.getValue()));
    return vars;
  }
}
