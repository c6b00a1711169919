package io.gpurig.engine.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * One host of the inventory.
 *
 * @param name its inventory name
 * @param variables its variables, those of its groups merged in by Ansible's precedence
 */
public record Host(String name, Map<String, JsonNode> variables) {
  public Host {
    variables = Map.copyOf(variables);
  }
}
