package io.gpurig.modules.compat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.yaml.Resources;
import io.gpurig.modules.host.Version;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What drivers CUDA needs: the least by its major version, as images run on all later drivers
 * ({@code cuda.json}: CUDA Toolkit release notes, minor version compatibility).
 */
final class CudaImages {
  private static final Map<Integer, Version> LEAST = least();

  /** NVIDIA's images set it (CUDA images, ENV CUDA_VERSION); their tags begin with it too. */
  private static final Pattern ENV = Pattern.compile("CUDA_VERSION=(\\d+\\.\\d+(?:\\.\\d+)?)");

  private static final Pattern TAG = Pattern.compile("nvidia/cuda:(\\d+\\.\\d+(?:\\.\\d+)?)");

  private CudaImages() {}

  /** Returns how a container shows that the driver is too old for its CUDA. */
  static List<String> tooNew(JsonNode container, Version driver) {
    return cuda(container)
        .flatMap(
            version ->
                Optional.ofNullable(LEAST.get(version.major()))
                    .filter(least -> driver.compareTo(least) < 0)
                    .map(
                        least ->
                            "container %s has CUDA %s, which needs driver %s, and the driver is %s"
                                .formatted(DockerFacts.name(container), version, least, driver)))
        .stream()
        .toList();
  }

  private static Optional<Version> cuda(JsonNode container) {
    for (JsonNode pair : container.path("Config").path("Env")) {
      Matcher env = ENV.matcher(pair.asText());
      if (env.matches()) {
        return Version.in(env.group(1));
      }
    }
    Matcher tag = TAG.matcher(container.path("Config").path("Image").asText());
    return tag.find() ? Version.in(tag.group(1)) : Optional.empty();
  }

  private static Map<Integer, Version> least() {
    Map<Integer, Version> least = new TreeMap<>();
    for (JsonNode row :
        Resources.json(CudaImages.class, "cuda.json").path("minor_version_compat_floor_linux")) {
      Version.in(row.path("min_driver").asText())
          .ifPresent(version -> least.put(row.path("cuda_major").asInt(), version));
    }
    return least;
  }
}
