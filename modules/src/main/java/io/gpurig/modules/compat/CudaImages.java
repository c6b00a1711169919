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
public final class CudaImages {
  private static final JsonNode TABLE = Resources.json(CudaImages.class, "cuda.json");
  private static final Map<Integer, Version> LEAST = least();

  /** NVIDIA's images set it (CUDA images, ENV CUDA_VERSION); their tags begin with it too. */
  private static final Pattern ENV = Pattern.compile("CUDA_VERSION=(\\d+\\.\\d+(?:\\.\\d+)?)");

  private static final Pattern TAG = Pattern.compile("nvidia/cuda:(\\d+\\.\\d+(?:\\.\\d+)?)");

  private CudaImages() {}

  /** Returns the oldest driver on which programs of a CUDA version run, if there is a known one. */
  public static Optional<Version> leastDriver(Version cuda) {
    return Optional.ofNullable(LEAST.get(cuda.major()));
  }

  /**
   * Returns the driver that a CUDA version came with: on an older one of the same major version
   * programs run that need none of its new features (minor version compatibility).
   */
  public static Optional<Version> driverOf(Version cuda) {
    for (JsonNode row : TABLE.path("table")) {
      Optional<Version> version = Version.in(row.path("cuda").asText());
      if (version.filter(v -> cuda.numbers().size() > 1 && v.compareTo(cuda) == 0).isPresent()) {
        return Version.in(row.path("bundled_linux_driver").asText());
      }
    }
    return Optional.empty();
  }

  /** Returns the CUDA version that an image's name tells, if it is one of NVIDIA's CUDA images. */
  public static Optional<Version> inName(String image) {
    Matcher tag = TAG.matcher(image);
    return tag.find() ? Version.in(tag.group(1)) : Optional.empty();
  }

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
    return inName(container.path("Config").path("Image").asText());
  }

  private static Map<Integer, Version> least() {
    Map<Integer, Version> least = new TreeMap<>();
    for (JsonNode row : TABLE.path("minor_version_compat_floor_linux")) {
      Version.in(row.path("min_driver").asText())
          .ifPresent(version -> least.put(row.path("cuda_major").asInt(), version));
    }
    return least;
  }
}
