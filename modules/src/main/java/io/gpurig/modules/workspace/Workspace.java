package io.gpurig.modules.workspace;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.plan.Section;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One workspace as a plan describes it.
 *
 * @param section its part of the plan; {@link Request} reads from it what goes to Docker as it is
 * @param name of the workspace and of its container
 * @param windows whether it runs a Windows guest, to which its GPUs go through VFIO
 * @param image reference as it stands in the plan
 * @param pull {@code missing}, {@code always} or {@code never}
 * @param cudaVersion the CUDA that its programs need, if stated
 * @param env environment variables
 * @param gpus what GPUs it is given; empty where the plan says nothing of GPUs
 * @param gpuMode {@code auto}, {@code runtime}, {@code cdi} or {@code legacy}
 * @param runtime the OCI runtime, if stated
 * @param hardwareAcceleration whether it gets the devices for OpenGL, Vulkan and VA-API
 * @param nestedVirtualization whether it gets the devices of KVM
 * @param readyTimeout how long it may take until it has started
 */
record Workspace(
    Section section,
    String name,
    boolean windows,
    String image,
    String pull,
    Optional<String> cudaVersion,
    Map<String, String> env,
    Optional<List<GpuReference>> gpus,
    String gpuMode,
    Optional<String> runtime,
    boolean hardwareAcceleration,
    boolean nestedVirtualization,
    Duration readyTimeout) {
  /** What the nvidia runtime and its hook go by (container-toolkit, image/devices.go). */
  static final String VISIBLE_DEVICES = "NVIDIA_VISIBLE_DEVICES";

  Workspace {
    requireNonNull(section, "section is null");
    env = Map.copyOf(env);
    gpus = gpus.map(List::copyOf);
  }

  static Workspace of(Section item) {
    return new Workspace(
        item,
        item.text("name"),
        item.text("os").equals("windows"),
        item.text("image"),
        item.text("pull"),
        item.optionalText("cudaVersion"),
        item.texts("env"),
        gpus(item),
        item.text("gpuMode"),
        item.optionalText("runtime"),
        item.flag("hardwareAcceleration"),
        item.flag("nestedVirtualization"),
        item.duration("readyTimeout"));
  }

  private static Optional<List<GpuReference>> gpus(Section item) {
    JsonNode gpus = item.node().path("gpus");
    if (gpus.isMissingNode() || gpus.isNull()) {
      return Optional.empty();
    }
    if (gpus.isTextual()) {
      return Optional.of(List.of(new GpuReference.All(item.pointer("gpus"))));
    }
    List<GpuReference> references = new ArrayList<>();
    for (JsonNode gpu : gpus) {
      references.add(GpuReference.of(gpu, item.pointer("gpus") + "/" + references.size()));
    }
    return Optional.of(references);
  }

  /** Returns the GPUs that it is given, none where the plan says nothing of GPUs. */
  List<GpuReference> wantedGpus() {
    return gpus.orElse(List.of());
  }

  /** Returns the pointer of one of its properties. */
  String pointer(String property) {
    return section.pointer(property);
  }

  /** Returns the name that its container has while its successor is made. */
  String previousName() {
    return name + ".gpurig-previous";
  }

  /** Returns the name that its container has until it takes the place of another. */
  String nextName() {
    return name + ".gpurig-next";
  }
}
