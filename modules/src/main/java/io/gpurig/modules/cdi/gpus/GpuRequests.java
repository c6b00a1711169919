package io.gpurig.modules.cdi.gpus;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.gpurig.modules.cdi.Injection;
import io.gpurig.modules.cdi.gpus.DockerGpus.Cdi;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Answers requests for GPUs as a daemon would (moby daemon/devices.go, devices_nvidia_linux.go,
 * devices_amd_linux.go, cdi.go, at the tags that {@link DockerVersion} names).
 */
public final class GpuRequests {
  private static final Set<String> NVIDIA =
      Set.of("gpu", "nvidia", "compute", "compat32", "graphics", "utility", "video", "display");
  private static final Set<String> AMD = Set.of("gpu", "amd");

  /** The daemon makes a list of that many names; more than this is nobody's wish. */
  private static final long MOST_DEVICES = 1 << 16;

  private final DockerGpus docker;
  private final List<String> reasons = new ArrayList<>();

  private GpuRequests(DockerGpus docker) {
    this.docker = docker;
  }

  /** One driver's way, or its error. */
  private sealed interface Outcome {
    record Done(GpuPath.Kind kind, List<String> devices) implements Outcome {}

    record Failed(String error) implements Outcome {}
  }

  /** Returns what becomes of {@code docker run --gpus VALUE}. */
  public static GpuPath resolve(String value, DockerGpus docker) {
    try {
      return resolve(GpusFlag.parse(value), docker);
    } catch (GpusFlag.Malformed e) {
      return GpuPath.failed(
          String.valueOf(e.getMessage()), List.of("docker refuses the value itself"));
    }
  }

  /** Returns what becomes of a device request. */
  public static GpuPath resolve(DeviceRequest request, DockerGpus docker) {
    GpuRequests requests = new GpuRequests(docker);
    return switch (requests.handle(request)) {
      case Outcome.Done(GpuPath.Kind kind, List<String> devices) ->
          new GpuPath(kind, devices, Optional.empty(), requests.reasons);
      case Outcome.Failed(String error) -> GpuPath.failed(error, requests.reasons);
    };
  }

  private Outcome handle(DeviceRequest request) {
    if (!docker.version().knowsDeviceRequests()) {
      reasons.add("device requests came with Docker 19.03");
      return new Outcome.Failed("\"--gpus\" requires API version 1.40");
    }
    if (request.count() > MOST_DEVICES) {
      return new Outcome.Failed("%d devices are too many".formatted(request.count()));
    }
    if (request.driver().isEmpty()) {
      return byCapabilities(request);
    }
    if (!drivers().contains(request.driver())) {
      return unselected(request);
    }
    return switch (request.driver()) {
      case "cdi" -> cdi(request);
      case "nvidia.cdi" -> mapped(request, "nvidia.com/gpu");
      case "nvidia.runtime-hook" -> hook(request);
      case "nvidia" -> allows(request, NVIDIA) ? nvidia(request) : unselected(request);
      default -> allows(request, AMD) ? amd(request) : unselected(request);
    };
  }

  private Outcome byCapabilities(DeviceRequest request) {
    if (hasNvidia() && NVIDIA.containsAll(request.capabilities())) {
      return nvidia(request);
    }
    if (hasAmd() && AMD.containsAll(request.capabilities())) {
      return amd(request);
    }
    return unselected(request);
  }

  private boolean allows(DeviceRequest request, Set<String> capabilities) {
    return docker.version().selectsByName() || capabilities.containsAll(request.capabilities());
  }

  private Outcome unselected(DeviceRequest request) {
    reasons.add(
        drivers().isEmpty()
            ? "this daemon has no device drivers"
            : "none of this daemon's device drivers takes it; it has "
                + String.join(" and ", drivers()));
    return new Outcome.Failed(GpusFlag.shown(request));
  }

  private List<String> drivers() {
    List<String> names = new ArrayList<>();
    if (hasAmd()) {
      names.add("amd");
    }
    if (docker.cdi() != Cdi.OFF) {
      names.add("cdi");
    }
    if (hasNvidia()) {
      names.add("nvidia");
    }
    if (hasNvidiaCdi()) {
      names.add("nvidia.cdi");
    }
    if (docker.version().triesCdiForNvidia() && docker.runtimeHook()) {
      names.add("nvidia.runtime-hook");
    }
    return names;
  }

  private boolean hasNvidiaCdi() {
    return docker.version().triesCdiForNvidia() && docker.cdiHook();
  }

  private boolean hasNvidia() {
    return docker.runtimeHook() || hasNvidiaCdi();
  }

  /** AMD's driver is registered only where no NVIDIA binary was found. */
  private boolean hasAmd() {
    boolean byCdi = docker.version().triesCdiForAmd() && docker.cdi() == Cdi.ON;
    boolean byBinary = docker.version().knowsAmd() && docker.amdRuntime();
    return !hasNvidia() && (byCdi || byBinary);
  }

  private Outcome nvidia(DeviceRequest request) {
    List<String> errors = new ArrayList<>();
    if (hasNvidiaCdi()) {
      reasons.add(
          "Docker %s has nvidia-cdi-hook on its PATH, so it tries CDI first (moby #50228)"
              .formatted(docker.version()));
      Outcome outcome = mapped(request, "nvidia.com/gpu");
      if (!(outcome instanceof Outcome.Failed(String error))) {
        return outcome;
      }
      errors.add(error);
      reasons.add("CDI fails: " + error);
    } else {
      reasons.add(
          docker.version().triesCdiForNvidia()
              ? "nvidia-cdi-hook is not on the daemon's PATH"
              : "Docker %s knows the runtime hook alone; CDI for --gpus came with 29.2.0"
                  .formatted(docker.version()));
    }
    if (docker.runtimeHook()) {
      Outcome outcome = hook(request);
      if (!(outcome instanceof Outcome.Failed(String error))) {
        if (!errors.isEmpty()) {
          reasons.add("the daemon falls back to nvidia-container-runtime-hook and only logs why");
        }
        return outcome;
      }
      errors.add(error);
    }
    return new Outcome.Failed(String.join("\n", errors));
  }

  private Outcome amd(DeviceRequest request) {
    List<String> errors = new ArrayList<>();
    if (docker.version().triesCdiForAmd() && docker.cdi() == Cdi.ON) {
      Outcome outcome = amdCdi(request);
      if (!(outcome instanceof Outcome.Failed(String error))) {
        return outcome;
      }
      errors.add(error);
      reasons.add("CDI fails: " + error);
    }
    if (docker.amdRuntime()) {
      reasons.add("amd-container-runtime is on the daemon's PATH, and no NVIDIA binary is");
      return visible(request, GpuPath.Kind.AMD, "void");
    }
    return new Outcome.Failed(String.join("\n", errors));
  }

  private Outcome amdCdi(DeviceRequest request) {
    reasons.add(
        "Docker %s finds no NVIDIA binary on its PATH, so it tries CDI for AMD (moby #52048)"
            .formatted(docker.version()));
    if (docker.specs().vendors().contains("nvidia.com")) {
      reasons.add("a spec of nvidia.com hides those of amd.com");
      return new Outcome.Failed("AMD CDI spec not found");
    }
    if (!docker.specs().vendors().contains("amd.com")) {
      return new Outcome.Failed(
          "failed to discover GPU vendor from CDI: no known GPU vendor found");
    }
    return mapped(request, "amd.com/gpu");
  }

  private Outcome hook(DeviceRequest request) {
    Outcome outcome =
        visible(
            request, GpuPath.Kind.RUNTIME_HOOK, docker.version().triesCdiForNvidia() ? "" : "void");
    reasons.add("nvidia-container-runtime-hook is on the daemon's PATH");
    return outcome;
  }

  /**
   * @param nothing what a request for no devices is told to make visible; empty if it is not told
   */
  private static Outcome visible(DeviceRequest request, GpuPath.Kind kind, String nothing) {
    if (isConflict(request)) {
      return new Outcome.Failed(CONFLICT);
    }
    List<String> ids = ids(request);
    boolean told = ids.isEmpty() && !nothing.isEmpty();
    return new Outcome.Done(kind, told ? List.of(nothing) : ids);
  }

  private static final String CONFLICT = "cannot set both Count and DeviceIDs on device request";

  private static boolean isConflict(DeviceRequest request) {
    return request.count() != 0 && !request.deviceIds().isEmpty();
  }

  private static List<String> ids(DeviceRequest request) {
    if (!request.deviceIds().isEmpty()) {
      return request.deviceIds();
    }
    return request.count() < 0
        ? List.of("all")
        : LongStream.range(0, request.count()).mapToObj(Long::toString).toList();
  }

  /** Asks for ids by CDI; one that has a {@code =} is a qualified name already. */
  private Outcome mapped(DeviceRequest request, String kind) {
    if (isConflict(request)) {
      return new Outcome.Failed(CONFLICT);
    }
    List<String> names =
        ids(request).stream().map(id -> id.contains("=") ? id : kind + "=" + id).toList();
    if (names.isEmpty()) {
      reasons.add("the request is for no devices, so none are injected");
      return new Outcome.Done(GpuPath.Kind.CDI, List.of());
    }
    return docker.cdi() == Cdi.OFF
        ? new Outcome.Failed("no CDI device driver registered: " + GpusFlag.shown(request))
        : cdi(request.withDevices(names));
  }

  private Outcome cdi(DeviceRequest request) {
    if (docker.cdi() == Cdi.NO_DIRECTORIES) {
      String first = docker.version().cdiByDefault() ? "no" : "No";
      return new Outcome.Failed(
          "CDI device injection failed: %s CDI specification directories specified"
              .formatted(first));
    }
    if (request.count() != 0) {
      return new Outcome.Failed("unexpected count in CDI device request");
    }
    if (!request.options().isEmpty()) {
      return new Outcome.Failed("unexpected options in CDI device request");
    }
    Injection injection =
        Injection.into(
            JsonNodeFactory.instance.objectNode(),
            docker.specs(),
            request.deviceIds(),
            docker.nodes());
    return injection
        .error()
        .<Outcome>map(error -> new Outcome.Failed("CDI device injection failed: " + error))
        .orElseGet(
            () -> {
              reasons.add("the spec files define every device that is asked for");
              return new Outcome.Done(GpuPath.Kind.CDI, request.deviceIds());
            });
  }
}
