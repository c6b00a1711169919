package io.gpurig.modules.workspace;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.engine.fact.Read;
import java.util.Optional;

/**
 * What Docker gives a container where nothing is asked for: its own defaults, and those of its
 * configuration (dockerd(8), daemon.json).
 *
 * @param info the answer of {@code GET /info}
 * @param daemon the daemon's configuration file
 */
record EngineDefaults(JsonNode info, JsonNode daemon) {
  static final Read.File DAEMON_JSON = new Read.File("/etc/docker/daemon.json");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SHM_SIZE = "64m";

  static EngineDefaults of(Facts facts) {
    return new EngineDefaults(
        facts.dockerState().info().orElse(MissingNode.getInstance()),
        facts
            .file(DAEMON_JSON.path())
            .map(FileFact::content)
            .map(EngineDefaults::json)
            .orElse(MissingNode.getInstance()));
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance(); // another section says so
    }
  }

  /** Returns what a field is where nothing is asked for, if that is known. */
  Optional<String> value(String field) {
    String value =
        switch (field) {
          case "runtime" -> info.path("DefaultRuntime").asText("runc");
          case "ipc" -> daemon.path("default-ipc-mode").asText("private");
          case "cgroupns" ->
              daemon
                  .path("default-cgroupns-mode")
                  .asText(info.path("CgroupVersion").asText("2").equals("2") ? "private" : "host");
          case "shmSize" ->
              Values.size(Values.bytes(daemon.path("default-shm-size").asText(SHM_SIZE)));
          default -> ulimit(field);
        };
    return Optional.of(value).filter(text -> !text.isEmpty());
  }

  private String ulimit(String field) {
    JsonNode limit = daemon.path("default-ulimits").path(field.replaceFirst("^ulimits\\.", ""));
    String soft = limit.path("Soft").asText("");
    String hard = limit.path("Hard").asText("");
    return soft.equals(hard) ? soft : soft + ":" + hard;
  }
}
