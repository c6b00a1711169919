package io.gpurig.engine.plan;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.yaml.Document;
import java.util.Optional;

/**
 * A plan for one host: variables are replaced, the schema has been checked, defaults are filled in.
 *
 * @param name the plan's name
 * @param tree its content; not to be changed
 * @param document what it was made from, for the positions of findings
 */
public record ResolvedPlan(String name, JsonNode tree, Document document) {
  public ResolvedPlan {
    requireNonNull(name, "name is null");
    requireNonNull(tree, "tree is null");
    requireNonNull(document, "document is null");
  }

  /** Returns a section, empty if the plan does not have it and so does not manage what it holds. */
  public Optional<Section> section(String name) {
    return Optional.ofNullable(tree.get(name))
        .filter(JsonNode::isObject)
        .map(node -> new Section("/" + name, node));
  }

  /** Returns how the plan is brought to the hosts; always there, as the schema has defaults. */
  public Section rollout() {
    return section("rollout")
        .orElseThrow(() -> new IllegalStateException("the schema has no default for rollout"));
  }
}
