package io.gpurig.modules.workspace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What {@code GET /containers/{id}/json} will say of a container that is made of a request: the
 * engine merges into it what the image sets (moby, daemon/commit.go, merge).
 */
final class Inspection {
  private static final List<String> INHERITED =
      List.of("User", "WorkingDir", "StopSignal", "Healthcheck");

  private Inspection() {}

  /**
   * Returns the answer.
   *
   * @param name of the container
   * @param image the answer of {@code GET /images/{name}/json}, if it is known
   */
  static ObjectNode of(String name, ObjectNode request, Optional<JsonNode> image) {
    ObjectNode inspect = request.objectNode().put("Name", "/" + name);
    inspect.putObject("State").put("Status", "running").put("Running", true);
    image.ifPresent(known -> inspect.put("Image", known.path("Id").asText()));
    ObjectNode config = request.deepCopy();
    JsonNode host = config.remove("HostConfig");
    JsonNode networking = config.path("NetworkingConfig").path("EndpointsConfig");
    config.remove("NetworkingConfig");
    merge(config, image.map(known -> known.path("Config")).orElse(MissingNode.getInstance()));
    inspect.set("Config", config);
    inspect.set("HostConfig", host);
    if (networking.isObject()) {
      inspect.putObject("NetworkSettings").set("Networks", networking);
    }
    return inspect;
  }

  private static void merge(ObjectNode config, JsonNode image) {
    for (String key : INHERITED) {
      if (config.path(key).asText().isEmpty() && !config.path(key).isObject() && image.has(key)) {
        config.set(key, image.path(key));
      }
    }
    if (config.path("Entrypoint").isEmpty() && config.path("Cmd").isEmpty()) {
      copy(image, config, "Cmd");
    }
    if (!config.has("Entrypoint")) {
      copy(image, config, "Entrypoint");
    }
    Map<String, String> env = pairs(image.path("Env"));
    env.putAll(pairs(config.path("Env")));
    ArrayNode merged = config.putArray("Env");
    env.forEach((name, value) -> merged.add(name + "=" + value));
    ObjectNode labels = config.objectNode();
    image.path("Labels").properties().forEach(e -> labels.set(e.getKey(), e.getValue()));
    config.path("Labels").properties().forEach(e -> labels.set(e.getKey(), e.getValue()));
    config.set("Labels", labels);
  }

  private static void copy(JsonNode from, ObjectNode to, String key) {
    if (!from.path(key).isEmpty()) {
      to.set(key, from.path(key));
    }
  }

  /** Returns the variables of a list of {@code NAME=value}. */
  static Map<String, String> pairs(JsonNode env) {
    Map<String, String> pairs = new TreeMap<>();
    for (JsonNode pair : env) {
      String[] parts = pair.asText().split("=", 2);
      pairs.put(parts[0], parts.length > 1 ? parts[1] : "");
    }
    return pairs;
  }
}
