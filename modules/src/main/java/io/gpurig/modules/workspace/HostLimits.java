package io.gpurig.modules.workspace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.module.Finding;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Limits that a host's kernel does not have: Docker would leave them out with no more than a
 * warning.
 */
final class HostLimits {
  /** What {@code GET /info} says of each, {@code false} where the kernel cannot. */
  private static final Map<String, String> INFO =
      Map.of(
          "memory", "MemoryLimit",
          "memorySwap", "SwapLimit",
          "cpus", "CpuCfsQuota",
          "cpuShares", "CPUShares",
          "cpuset", "CPUSet",
          "pidsLimit", "PidsLimit");

  private HostLimits() {}

  static List<Finding> missing(Workspace workspace, DockerFacts docker) {
    JsonNode info = docker.info().orElse(MissingNode.getInstance());
    JsonNode resources = workspace.section().node().path("resources");
    List<String> missing =
        new TreeMap<>(INFO)
            .entrySet().stream()
                .filter(limit -> resources.has(limit.getKey()))
                .filter(limit -> !info.path(limit.getValue()).asBoolean(true))
                .map(Map.Entry::getKey)
                .toList();
    return missing.isEmpty()
        ? List.of()
        : List.of(
            Finding.error(
                "workspaces/no-limit",
                workspace.pointer("resources"),
                "the kernel of the host cannot limit %s of workspace %s, says Docker"
                    .formatted(String.join(", ", missing), workspace.name()),
                "take that out, or boot the host with those controllers of cgroups"));
  }
}
