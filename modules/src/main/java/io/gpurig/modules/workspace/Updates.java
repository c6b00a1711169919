package io.gpurig.modules.workspace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.change.Change.Field;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code POST /containers/{id}/update} changes without stopping a container. To it a 0 means
 * "as it is", so a limit can be set and moved, but most cannot be taken away (moby,
 * daemon/container/container_unix.go, UpdateContainer).
 */
final class Updates {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "restart", "RestartPolicy",
          "resources.memory", "Memory",
          "resources.memorySwap", "MemorySwap",
          "resources.memoryReservation", "MemoryReservation",
          "resources.cpus", "NanoCpus",
          "resources.cpuShares", "CpuShares",
          "resources.cpuset", "CpusetCpus",
          "resources.pidsLimit", "PidsLimit");

  private Updates() {}

  /**
   * Returns the body of the request that closes differences, empty if they need another container.
   *
   * @param host the {@code HostConfig} that is asked for
   */
  static Optional<ObjectNode> of(List<Field> fields, JsonNode host) {
    if (!fields.stream().allMatch(Updates::isPossible)) {
      return Optional.empty();
    }
    ObjectNode settings = ((ObjectNode) host).objectNode();
    for (Field field : fields) {
      String key = SETTINGS.getOrDefault(field.name(), "");
      if (key.equals("PidsLimit") && field.after().isEmpty()) {
        settings.put(key, -1);
      } else if (key.startsWith("Memory") && !key.equals("MemoryReservation")) {
        // the engine refuses a limit above the one for memory and swap that is there
        long memory = host.path("Memory").asLong();
        settings.put("Memory", memory);
        settings.put("MemorySwap", host.path("MemorySwap").asLong(2 * memory));
      } else {
        settings.set(key, host.path(key));
      }
    }
    return Optional.of(settings);
  }

  private static boolean isPossible(Field field) {
    return switch (field.name()) {
      case "restart", "resources.pidsLimit", "resources.memorySwap" -> true;
      default -> SETTINGS.containsKey(field.name()) && field.after().isPresent();
    };
  }
}
