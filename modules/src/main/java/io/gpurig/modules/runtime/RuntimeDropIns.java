package io.gpurig.modules.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.modules.config.ConfigSyntaxException;
import io.gpurig.modules.config.TomlText;
import io.gpurig.modules.runtime.ContainerRuntime.Registration;
import java.util.List;
import java.util.Optional;

/**
 * Runtimes in a drop-in of CRI-O, as nvidia-ctk registers them (nvidia-container-toolkit,
 * pkg/config/engine/crio/crio.go), and of Podman (containers.conf(5), table engine.runtimes).
 */
final class RuntimeDropIns {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final List<String> CRIO = List.of("crio", "runtime");

  private RuntimeDropIns() {}

  /**
   * Returns CRI-O's drop-in.
   *
   * @param main what crio.conf says: a runtime is like the one that would be used without it
   */
  static TomlText crio(
      JsonNode main, List<Registration> runtimes, boolean asDefault, List<String> names)
      throws ConfigSyntaxException {
    JsonNode table = main.path("crio").path("runtime");
    String fallback = table.path("default_runtime").asText();
    Optional<JsonNode> lowLevel =
        List.of(names.contains(fallback) ? "" : fallback, "runc", "crun").stream()
            .map(name -> table.path("runtimes").path(name))
            .filter(JsonNode::isObject)
            .findFirst();
    ObjectNode wanted = JSON.objectNode();
    if (asDefault) {
      wanted.put("default_runtime", runtimes.getFirst().name());
    }
    for (Registration runtime : runtimes) {
      ObjectNode entry = lowLevel.<ObjectNode>map(JsonNode::deepCopy).orElseGet(JSON::objectNode);
      entry.put("runtime_path", runtime.path()).put("runtime_type", "oci");
      wanted.withObjectProperty("runtimes").set(runtime.name(), entry);
    }
    return DropIn.fresh().with(CRIO, wanted);
  }

  /** Returns Podman's drop-in. */
  static TomlText podman(List<Registration> runtimes, boolean asDefault)
      throws ConfigSyntaxException {
    ObjectNode wanted = JSON.objectNode();
    if (asDefault) {
      wanted.put("runtime", runtimes.getFirst().name());
    }
    for (Registration runtime : runtimes) {
      wanted.withObjectProperty("runtimes").putArray(runtime.name()).add(runtime.path());
    }
    return DropIn.fresh().with(List.of("engine"), wanted);
  }
}
