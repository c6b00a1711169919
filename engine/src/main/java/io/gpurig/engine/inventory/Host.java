package io.gpurig.engine.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.problem.Source;
import java.util.Map;
import java.util.Optional;

/**
 * One host of the inventory.
 *
 * @param name its inventory name
 * @param variables its variables, those of its groups merged in by Ansible's precedence
 * @param sources where its variables are written, for those that are written anywhere
 */
public record Host(String name, Map<String, JsonNode> variables, Map<String, Source> sources) {
  public Host {
    variables = Map.copyOf(variables);
    sources = Map.copyOf(sources);
  }

  /** A host whose variables are written nowhere. */
  public Host(String name, Map<String, JsonNode> variables) {
    this(name, variables, Map.of());
  }

  /** Returns where a variable is written. */
  public Optional<Source> source(String variable) {
    return Optional.ofNullable(sources.get(variable));
  }
}
