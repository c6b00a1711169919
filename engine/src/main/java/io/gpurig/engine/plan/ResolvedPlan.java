package io.gpurig.engine.plan;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.yaml.Document;
import java.util.Optional;

/**
 * A plan for one host: variables are replaced, the schema has been checked, defaults are filled in.
 *
 * @param name the plan's name
 * @param tree its content; not to be changed
 * @param document what it was made from, for the positions of findings
 * @param secrets the values of the secrets that it needs; in the tree stand their names
 */
public record ResolvedPlan(String name, JsonNode tree, Document document, Secrets secrets) {
  public ResolvedPlan {
    requireNonNull(name, "name is null");
    requireNonNull(tree, "tree is null");
    requireNonNull(document, "document is null");
    requireNonNull(secrets, "secrets is null");
  }

  /** Creates a plan whose secrets are not known. */
  public ResolvedPlan(String name, JsonNode tree, Document document) {
    this(name, tree, document, Secrets.NONE);
  }

  /**
   * Returns a plan that was resolved before and kept as JSON, empty if it is none. The defaults of
   * keys that have come since are filled in.
   *
   * @param problems gets {@code schema/...}
   */
  public static Optional<ResolvedPlan> again(
      String name, JsonNode tree, Document document, Problems problems) {
    Problems found = new Problems();
    Resolution.SCHEMA.validate(document, tree, pointer -> pointer.startsWith("/vars/"), found);
    problems.addAll(found.sorted());
    return found.block()
        ? Optional.empty()
        : Optional.of(new ResolvedPlan(name, Resolution.SCHEMA.withDefaults(tree), document));
  }

  /** Returns this plan with the values of its secrets. */
  public ResolvedPlan with(Secrets values) {
    return new ResolvedPlan(name, tree, document, values);
  }

  /** Returns a section, empty if the plan does not have it and so does not manage what it holds. */
  public Optional<Section> section(String name) {
    return Optional.ofNullable(tree.get(name))
        .filter(JsonNode::isContainerNode)
        .map(node -> new Section("/" + name, node, this.name));
  }

  /** Returns how the plan is brought to the hosts; always there, as the schema has defaults. */
  public Section rollout() {
    return section("rollout")
        .orElseThrow(() -> new IllegalStateException("the schema has no default for rollout"));
  }
}
