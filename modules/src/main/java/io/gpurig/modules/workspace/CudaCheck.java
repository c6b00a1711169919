package io.gpurig.modules.workspace;

import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.module.Finding;
import io.gpurig.modules.compat.CudaImages;
import io.gpurig.modules.gpu.GpuInventory;
import io.gpurig.modules.host.DriverVersion;
import io.gpurig.modules.host.Version;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks in the plan what would fail when a container starts: CUDA against the host's driver. */
final class CudaCheck {
  /** Set by NVIDIA's CUDA images. */
  private static final String VERSION = "CUDA_VERSION";

  /**
   * What an image demands: alternatives with spaces between them, each of conditions with commas
   * between them, as in {@code cuda>=12.6 brand=tesla,driver>=535,driver<536}. NVIDIA's runtime and
   * hook refuse to start a container of which none holds (libnvidia-container, container_cli).
   */
  private static final String REQUIRE = "NVIDIA_REQUIRE_CUDA";

  /** Switches that off. */
  private static final String DISABLE = "NVIDIA_DISABLE_REQUIRE";

  private static final Pattern CONDITION =
      Pattern.compile("(cuda|driver)(>=|<=|!=|>|<|=)([0-9.]+)");

  private CudaCheck() {}

  static List<Finding> of(Workspace workspace, Facts facts) {
    boolean uses =
        workspace.gpus().filter(gpus -> !gpus.isEmpty()).isPresent()
            || workspace.env().containsKey(Workspace.VISIBLE_DEVICES)
            || workspace.cudaVersion().isPresent();
    GpuInventory inventory = GpuInventory.of(facts);
    Optional<Version> driver =
        DriverVersion.of(facts).or(() -> inventory.driverVersion().flatMap(Version::in));
    if (!uses || workspace.windows() || driver.isEmpty()) {
      return List.of();
    }
    Map<String, String> env =
        facts
            .dockerState()
            .image(workspace.image())
            .map(image -> Inspection.pairs(image.path("Config").path("Env")))
            .orElse(Map.of());
    return version(workspace, env)
        .flatMap(cuda -> tooNew(workspace, cuda, driver.get()))
        .or(() -> refused(workspace, env, driver.get(), inventory.cudaVersion()))
        .stream()
        .toList();
  }

  private static Optional<Version> version(Workspace workspace, Map<String, String> env) {
    return workspace
        .cudaVersion()
        .or(() -> Optional.ofNullable(env.get(VERSION)))
        .flatMap(Version::in)
        .or(() -> CudaImages.inName(workspace.image()))
        .or(() -> demanded(env));
  }

  private static Optional<Version> demanded(Map<String, String> env) {
    Matcher matcher = Pattern.compile("cuda>=([0-9.]+)").matcher(env.getOrDefault(REQUIRE, ""));
    return matcher.find() ? Version.in(matcher.group(1)) : Optional.empty();
  }

  private static Optional<Finding> tooNew(Workspace workspace, Version cuda, Version driver) {
    String pointer =
        workspace.pointer(workspace.cudaVersion().isPresent() ? "cudaVersion" : "image");
    Optional<Version> least = CudaImages.leastDriver(cuda).filter(l -> driver.compareTo(l) < 0);
    if (least.isPresent()) {
      return Optional.of(
          Finding.error(
              "workspaces/cuda-too-new",
              pointer,
              "workspace %s has CUDA %s, which needs driver %s or later, and the host's is %s"
                  .formatted(workspace.name(), cuda, least.get(), driver),
              "take an image with an older CUDA, or a newer driver"));
    }
    return CudaImages.driverOf(cuda)
        .filter(own -> driver.compareTo(own) < 0)
        .map(
            own ->
                Finding.note(
                    "workspaces/cuda-newer-than-driver",
                    pointer,
                    "CUDA %s came with driver %s, and the host's is %s: what needs its new features or compiles PTX will fail"
                        .formatted(cuda, own, driver)));
  }

  private static Optional<Finding> refused(
      Workspace workspace, Map<String, String> env, Version driver, Optional<String> cuda) {
    String require = workspace.env().getOrDefault(REQUIRE, env.getOrDefault(REQUIRE, ""));
    String disable = workspace.env().getOrDefault(DISABLE, env.getOrDefault(DISABLE, ""));
    Optional<Version> speaks = cuda.flatMap(Version::in);
    boolean holds =
        require.isBlank()
            || disable.equals("1")
            || disable.equalsIgnoreCase("true")
            || speaks.isEmpty()
            || Arrays.stream(require.strip().split("\\s+"))
                .anyMatch(one -> mayHold(one, driver, speaks.get()));
    return holds
        ? Optional.empty()
        : Optional.of(
            Finding.error(
                "workspaces/cuda-requirement",
                workspace.pointer("image"),
                "the image demands %s=%s, and the host has driver %s with CUDA %s: the container would not start"
                    .formatted(REQUIRE, shortened(require), driver, speaks.get()),
                "take another image or driver, or set env.%s: \"1\" if you know better"
                    .formatted(DISABLE)));
  }

  private static String shortened(String text) {
    return text.length() > 60 ? text.substring(0, 60) + "…" : text;
  }

  /** A condition about anything else, such as the brand, is taken to hold. */
  private static boolean mayHold(String conditions, Version driver, Version cuda) {
    for (String condition : conditions.split(",")) {
      Matcher matcher = CONDITION.matcher(condition);
      if (matcher.matches()) {
        Version is = matcher.group(1).equals("cuda") ? cuda : driver;
        int order = Version.in(matcher.group(3)).map(is::compareTo).orElse(0);
        boolean holds =
            switch (matcher.group(2)) {
              case ">=" -> order >= 0;
              case "<=" -> order <= 0;
              case "!=" -> order != 0;
              case ">" -> order > 0;
              case "<" -> order < 0;
              default -> order == 0;
            };
        if (!holds) {
          return false;
        }
      }
    }
    return true;
  }
}
