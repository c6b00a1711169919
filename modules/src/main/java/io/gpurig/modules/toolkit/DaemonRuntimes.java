package io.gpurig.modules.toolkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.change.Action;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.engine.fact.Read;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The packages' runtime in Docker's configuration, as far as it must go before the container
 * registers its own. The container writes the whole file anew (nvidia-container-toolkit,
 * pkg/config/engine/docker), so that its formatting is lost in any case.
 */
final class DaemonRuntimes {
  private static final String FILE = "/etc/docker/daemon.json";

  static final Read READ = new Read.File(FILE);

  private static final ObjectMapper JSON = new ObjectMapper();

  private DaemonRuntimes() {}

  /**
   * Returns what makes Docker forget the packages' runtime: only then does its name in Docker's
   * list tell that the container has registered. Undone, the file is back as it was, to the byte.
   */
  static List<Action> withoutPackages(Facts facts) {
    Optional<ObjectNode> config = facts.file(FILE).flatMap(DaemonRuntimes::parsed);
    if (config.isEmpty() || !config.get().at("/runtimes/" + ToolkitContainer.RUNTIME).isObject()) {
      return List.of();
    }
    ObjectNode left = config.get();
    // an empty map stays: dockerd looks at runtimes on SIGHUP only if the key is there
    left.withObject("/runtimes").remove(ToolkitContainer.RUNTIME);
    if (left.path("default-runtime").asText().equals(ToolkitContainer.RUNTIME)) {
      // and at the default only if it is not empty (moby, daemon/reload_unix.go)
      left.put("default-runtime", "runc");
    }
    return List.of(
        new Action.WriteFile(FILE, left.toPrettyString() + "\n", Optional.empty()),
        new Action.ReloadService("docker.service"));
  }

  /** Returns what Docker's default runtime is, if the packages' is. */
  static Map<String, String> defaultRuntime(Facts facts) {
    return facts
        .file(FILE)
        .flatMap(DaemonRuntimes::parsed)
        .map(config -> config.path("default-runtime").asText())
        .filter(ToolkitContainer.RUNTIME::equals)
        .map(name -> Map.of("default-runtime", name))
        .orElse(Map.of());
  }

  private static Optional<ObjectNode> parsed(FileFact file) {
    try {
      JsonNode config = JSON.readTree(file.content());
      return config instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
