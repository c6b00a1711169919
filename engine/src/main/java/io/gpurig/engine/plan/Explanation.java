package io.gpurig.engine.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.inventory.Host;
import io.gpurig.engine.inventory.Variables;
import io.gpurig.engine.problem.Source;
import io.gpurig.engine.yaml.Document;
import io.gpurig.engine.yaml.Pointers;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Where each value of a resolved plan comes from. */
public final class Explanation {
  /** They are not sections: a value that uses them says so itself. */
  private static final Set<String> LEFT_OUT = Set.of("name", "hosts", "from", "vars");

  private final PlanFile file;
  private final Host host;
  private final Set<String> overrides;
  private final List<Line> lines = new ArrayList<>();

  private Explanation(PlanFile file, Host host, Set<String> overrides) {
    this.file = file;
    this.host = host;
    this.overrides = overrides;
  }

  /**
   * Where one value comes from.
   *
   * @param name the value's place in the plan, such as {@code driver.image}
   * @param value the value as JSON
   * @param origin where it stands, or that it is the default
   * @param variables the variables that went into it, each with where it comes from
   */
  public record Line(String name, String value, String origin, List<String> variables) {
    public Line {
      variables = List.copyOf(variables);
    }
  }

  /**
   * Explains a plan as resolved for a host.
   *
   * @param overrides the names of the variables that the command line gives
   */
  public static List<Line> of(PlanFile file, ResolvedPlan plan, Host host, Set<String> overrides) {
    Explanation explanation = new Explanation(file, host, overrides);
    for (Map.Entry<String, JsonNode> section : plan.tree().properties()) {
      if (!LEFT_OUT.contains(section.getKey())) {
        String pointer = Pointers.child("", section.getKey());
        explanation.explain(section.getKey(), pointer, section.getValue());
      }
    }
    return List.copyOf(explanation.lines);
  }

  private void explain(String name, String pointer, JsonNode value) {
    if (value.isContainerNode() && !value.isEmpty()) {
      value
          .properties()
          .forEach(
              entry ->
                  explain(
                      name + "." + entry.getKey(),
                      Pointers.child(pointer, entry.getKey()),
                      entry.getValue()));
      for (int i = 0; value.isArray() && i < value.size(); i++) {
        explain(name + "[" + i + "]", pointer + "/" + i, value.get(i));
      }
      return;
    }
    Document document = file.document();
    Optional<String> written = written(pointer);
    lines.add(
        new Line(
            name,
            value.toString(),
            written.map(p -> document.value(p).position()).orElse("default"),
            written.map(p -> variables(document.tree().at(p))).orElse(List.of())));
  }

  /** The pointer of what was written for a value: itself, or the variable that it is part of. */
  private Optional<String> written(String pointer) {
    JsonNode tree = file.document().tree();
    String at = pointer;
    while (!at.isEmpty()) {
      JsonNode node = tree.at(at);
      if (!node.isMissingNode()) {
        boolean itself = at.equals(pointer);
        return itself || node.isTextual() ? Optional.of(at) : Optional.empty();
      }
      at = at.substring(0, at.lastIndexOf('/'));
    }
    return Optional.empty();
  }

  private List<String> variables(JsonNode written) {
    Set<String> names = new LinkedHashSet<>();
    collect(written, names);
    return names.stream().map(name -> "${" + name + "} from " + origin(name)).toList();
  }

  private void collect(JsonNode written, Set<String> names) {
    for (String name : Variables.used(written)) {
      if (names.add(name) && !overrides.contains(name)) {
        Optional.ofNullable(file.vars().get(name))
            .or(() -> Optional.ofNullable(host.variables().get(name)))
            .ifPresent(value -> collect(value, names));
      }
    }
  }

  private String origin(String name) {
    if (overrides.contains(name)) {
      return "--var";
    }
    if (file.vars().containsKey(name)) {
      Source source = file.document().value(Pointers.child("/vars", name));
      return "vars, " + source.position();
    }
    return "the inventory" + host.source(name).map(s -> ", " + s.position()).orElse("");
  }
}
