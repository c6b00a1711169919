package io.gpurig.modules.compat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.fact.PciFact;
import io.gpurig.engine.fact.Read;
import io.gpurig.modules.cdi.gpus.DockerVersion;
import io.gpurig.modules.gpu.GpuInventory;
import io.gpurig.modules.gvisor.Runsc;
import io.gpurig.modules.host.DriverPlace;
import io.gpurig.modules.host.DriverVersion;
import io.gpurig.modules.host.NvidiaPci;
import io.gpurig.modules.host.Version;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Checks of the driver, of the kernel below it and of the programs that come with it. */
final class DriverChecks {
  static final Read.File NOUVEAU = new Read.File("/sys/module/nouveau/refcnt");
  static final Read.File DRM = new Read.File("/sys/module/nvidia_drm/refcnt");
  static final Read.File WSL = new Read.File("/dev/dxg");
  static final Read.File FABRIC_PID =
      new Read.File("/run/nvidia-fabricmanager/nv-fabricmanager.pid");
  static final Read.Command SECURE_BOOT = Read.Command.of("mokutil", "--sb-state");
  static final Read.Command ON_DISK = Read.Command.of("modinfo", "-F", "version", "nvidia");
  static final Read.Command FABRIC = Read.Command.of("nv-fabricmanager", "--version");
  static final Read.Command SWITCHES =
      Read.Command.of("sh", "-c", "ls \"${GPURIG_ROOT:-}\"/proc/driver/nvidia-nvswitch/devices");

  /** PCI Code and ID Assignment: class 06h, subclass 80h; NVSwitch (k8s-driver-manager, vfio). */
  private static final String BRIDGE = "0x0680";

  private DriverChecks() {}

  static List<String> nouveau(HostState host) {
    boolean bound =
        NvidiaPci.gpuFunctions(host.facts()).values().stream()
            .anyMatch(gpu -> gpu.driver().filter("nouveau"::equals).isPresent());
    return when(bound || host.has(NOUVEAU), "the kernel module nouveau is loaded");
  }

  static List<String> secureBoot(HostState host) {
    boolean on = host.said(SECURE_BOOT).filter(s -> s.contains("SecureBoot enabled")).isPresent();
    boolean idle = DriverVersion.of(host.facts()).isEmpty();
    boolean gpus = !NvidiaPci.gpus(host.facts()).isEmpty();
    return when(on && idle && gpus, "Secure Boot is on and no NVIDIA driver is loaded");
  }

  static List<String> mismatch(HostState host) {
    return host.gpus()
        .trouble()
        .filter(why -> why.contains("Driver/library version mismatch"))
        .map(why -> List.of("nvidia-smi says: " + why))
        .orElse(List.of());
  }

  static List<String> pending(HostState host) {
    Optional<Version> loaded = DriverVersion.loaded(host.facts());
    Optional<Version> installed = host.said(ON_DISK).flatMap(Version::in);
    boolean differ =
        loaded.isPresent() && installed.isPresent() && !loaded.get().isSameAs(installed.get());
    return when(
        differ,
        "%s is loaded, and %s installed"
            .formatted(
                loaded.map(Version::text).orElse(""), installed.map(Version::text).orElse("")));
  }

  static List<String> notLoaded(HostState host) {
    List<String> idle = NvidiaPci.unboundGpus(host.facts());
    boolean none = DriverVersion.of(host.facts()).isEmpty();
    return when(none && !idle.isEmpty(), "no driver holds the GPUs at " + String.join(", ", idle));
  }

  static List<String> drm(HostState host) {
    int users = host.text(DRM).flatMap(Version::in).map(Version::major).orElse(0);
    boolean container = host.facts().dockerState().container(DriverPlace.CONTAINER).isPresent();
    boolean wanted = host.plan().path("driver").path("deploy").asBoolean();
    return when(
        users > 0 && (container || wanted),
        "nvidia_drm is in use by %d, as by a display".formatted(users));
  }

  static List<String> wsl(HostState host) {
    boolean wanted = host.plan().path("driver").path("deploy").asBoolean();
    boolean loaded = DriverVersion.of(host.facts()).isPresent();
    return when(
        host.has(WSL) && (wanted || loaded), "the host is WSL, and has or gets a Linux driver");
  }

  static List<String> fabricManager(HostState host) {
    return when(
        hasSwitches(host) && host.driver().isPresent() && !host.has(FABRIC_PID),
        "the host has NVSwitches, and no fabric manager runs");
  }

  private static boolean hasSwitches(HostState host) {
    boolean onBus = host.facts().pciFunctions().values().stream().anyMatch(DriverChecks::isSwitch);
    return onBus || host.said(SWITCHES).filter(list -> !list.isEmpty()).isPresent();
  }

  private static boolean isSwitch(PciFact function) {
    return function.vendor().equals("0x10de") && function.classCode().startsWith(BRIDGE);
  }

  static List<String> fabricVersion(HostState host) {
    Optional<Version> manager = host.said(FABRIC).flatMap(Version::in);
    Optional<Version> driver = host.driver();
    boolean differ =
        manager.isPresent() && driver.isPresent() && !manager.get().isSameAs(driver.get());
    return when(
        hasSwitches(host) && differ,
        "the fabric manager is %s, and the driver %s"
            .formatted(
                manager.map(Version::text).orElse(""), driver.map(Version::text).orElse("")));
  }

  static List<String> cudaImages(HostState host) {
    Optional<Version> driver = host.driver();
    if (driver.isEmpty()) {
      return List.of();
    }
    DockerFacts docker = host.facts().dockerState();
    // one that could not start counts too, but a saved plan must not rest on it
    Stream<JsonNode> containers =
        host.plan().isEmpty()
            ? docker.containers().stream()
            : docker.running(
                "have a CUDA too new for driver " + driver.get(),
                container -> !CudaImages.tooNew(container, driver.get()).isEmpty());
    return containers.flatMap(c -> CudaImages.tooNew(c, driver.get()).stream()).toList();
  }

  static List<String> runsc(HostState host) {
    Optional<Runsc> runsc = host.runsc();
    Optional<Version> driver = host.driver();
    if (runsc.isEmpty() || driver.isEmpty() || hasNvproxy(host).isEmpty()) {
      return List.of();
    }
    return when(
        !runsc.get().supports(driver.get()),
        "%s, registered as %s, does not support driver %s: %s"
            .formatted(
                runsc.get().describe(),
                String.join(", ", hasNvproxy(host)),
                driver.get(),
                runsc.get().advice(driver.get())));
  }

  /** A driver that is already wrong is no upgrade's fault. */
  static List<String> runscLeftBehind(HostState host) {
    Optional<Version> loaded = DriverVersion.loaded(host.facts());
    boolean upgrade =
        loaded.isPresent()
            && host.plan().path("driver").path("deploy").asBoolean()
            && host.driver().filter(driver -> !driver.isSameAs(loaded.get())).isPresent()
            && host.runsc().filter(runsc -> runsc.supports(loaded.get())).isPresent();
    return upgrade ? runsc(host) : List.of();
  }

  /** Returns the runtimes of Docker that run runsc with GPUs, unless the plan unregisters them. */
  static List<String> hasNvproxy(HostState host) {
    JsonNode section = host.plan().path("gvisor");
    return host.docker().path("Runtimes").properties().stream()
        .filter(entry -> entry.getValue().path("path").asText().endsWith("runsc"))
        .filter(entry -> entry.getValue().path("runtimeArgs").toString().contains("--nvproxy"))
        .map(Map.Entry::getKey)
        .filter(
            name ->
                section.path("enabled").asBoolean(true)
                    || !section.path("name").asText().equals(name))
        .toList();
  }

  static List<String> runscCdi(HostState host) {
    boolean first = host.dockerVersion().filter(DockerVersion::triesCdiForNvidia).isPresent();
    return host.runsc()
        .filter(runsc -> first && !hasNvproxy(host).isEmpty() && !runsc.isAtLeast(Runsc.TAKES_CDI))
        .map(
            runsc ->
                List.of(
                    "Docker %s gives GPUs through CDI, and %s does not take all of that"
                        .formatted(
                            host.dockerVersion().map(DockerVersion::toString).orElse(""),
                            runsc.describe())))
        .orElse(List.of());
  }

  static List<String> runscMig(HostState host) {
    GpuInventory inventory = host.gpus();
    boolean divided = inventory.gpus().stream().anyMatch(gpu -> gpu.mig().isEnabled());
    return when(
        divided && !hasNvproxy(host).isEmpty(),
        "a GPU is in MIG mode, and runsc is registered with --nvproxy");
  }

  static List<String> when(boolean so, String message) {
    return so ? List.of(message) : List.of();
  }
}
