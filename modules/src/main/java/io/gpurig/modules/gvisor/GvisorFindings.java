package io.gpurig.modules.gvisor;

import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.module.Finding;
import io.gpurig.modules.cdi.gpus.DockerVersion;
import io.gpurig.modules.gpu.Gpu;
import io.gpurig.modules.gpu.GpuInventory;
import io.gpurig.modules.host.DriverVersion;
import io.gpurig.modules.host.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What there is to say about a runsc on a host that is to use GPUs. */
final class GvisorFindings {
  /** The GPUs that gVisor's project tests with (gvisor, g3doc/user_guide/gpu.md). */
  private static final Pattern TESTED = Pattern.compile("\\b(T4|L4|A100|A10G|H100)\\b");

  private GvisorFindings() {}

  /** Returns what is missing on the host. */
  static Optional<Finding> lacking(Gvisor desired, Optional<Runsc> runsc, Facts facts) {
    if (runsc.isEmpty()) {
      return Optional.of(
          Finding.error(
              "gvisor/no-runsc",
              desired.path().isPresent() ? "/gvisor/path" : "/gvisor",
              "this host has no " + desired.program(),
              "install it first: the package runsc of Debian, or a release of gVisor with"
                  + " containerd-shim-runsc-v1 (https://gvisor.dev/docs/user_guide/install);"
                  + " gpurig does not download it"));
    }
    if (!runsc.get().isAtLeast(Runsc.HAS_NVPROXY)) {
      return Optional.of(
          Finding.error(
              "gvisor/no-nvproxy",
              "/gvisor",
              runsc.get().describe() + " cannot use GPUs: it has no --nvproxy",
              "install a release from " + Runsc.HAS_NVPROXY + " on"));
    }
    if (desired.engine().equals("containerd")
        && !desired.below()
        && absent(facts, GvisorModule.SHIM)) {
      return Optional.of(
          Finding.error(
              "gvisor/no-shim",
              "/gvisor/engine",
              "this host has no " + GvisorModule.SHIM + ", by which containerd runs runsc",
              "install it beside runsc (Debian's package has none), or use engine: docker"));
    }
    if (desired.below() && absent(facts, "nvidia-container-runtime")) {
      return Optional.of(
          Finding.error(
              "gvisor/no-toolkit",
              "/gvisor/via",
              "this host has no nvidia-container-runtime",
              "add a toolkit section with method: packages, or use via: engine"));
    }
    if (desired.below() && absent(facts, GvisorModule.CLI)) {
      return Optional.of(
          Finding.error(
              "gvisor/no-container-cli",
              "/gvisor/via",
              "the legacy mode, the only one for runsc, needs nvidia-container-cli",
              "install libnvidia-container-tools, or use via: engine"));
    }
    return Optional.empty();
  }

  private static boolean absent(Facts facts, String program) {
    return !facts.command("command", "-v", program).succeeded();
  }

  /** Returns what does not fit, or may not. */
  static List<Finding> of(Gvisor desired, Runsc runsc, Facts facts) {
    List<Finding> findings = new ArrayList<>();
    driver(desired, runsc, DriverVersion.of(facts)).ifPresent(findings::add);
    flags(desired, runsc, findings);
    throughCdi(desired, runsc, facts).ifPresent(findings::add);
    GpuInventory inventory = GpuInventory.of(facts);
    List<String> divided =
        inventory.gpus().stream()
            .filter(gpu -> gpu.mig().isEnabled())
            .map(GvisorFindings::name)
            .toList();
    if (!divided.isEmpty()) {
      findings.add(
          Finding.warning(
              "gvisor/mig",
              "/gvisor",
              "runsc cannot use MIG devices, and these GPUs are in MIG mode: "
                  + String.join(", ", divided),
              "keep other GPUs for it, or turn MIG off in the mig section"));
    }
    List<String> untested =
        inventory.gpus().stream()
            .filter(gpu -> gpu.name().filter(name -> !TESTED.matcher(name).find()).isPresent())
            .map(GvisorFindings::name)
            .toList();
    if (!untested.isEmpty()) {
      findings.add(
          Finding.warning(
              "gvisor/gpu-not-tested",
              "/gvisor",
              "gVisor is tested with T4, L4, A100, A10G and H100, not with "
                  + String.join(", ", untested),
              "try your workload; others of the same architectures are expected to work"));
    }
    List<String> missing = GpuFiles.missing(facts);
    if (DriverVersion.loaded(facts).isPresent() && !missing.isEmpty()) {
      findings.add(
          Finding.warning(
              "gvisor/no-device-file",
              "/gvisor",
              "the driver is loaded, but there is no " + String.join(" and no ", missing),
              "run nvidia-modprobe -c 0 -u on the host"));
    }
    return findings;
  }

  private static String name(Gpu gpu) {
    return gpu.name().orElse("a GPU") + gpu.bdf().map(bdf -> " at " + bdf).orElse("");
  }

  private static Optional<Finding> driver(Gvisor desired, Runsc runsc, Optional<Version> driver) {
    if (driver.isEmpty()) {
      return Optional.of(
          Finding.warning(
              "gvisor/driver-unknown",
              "/gvisor",
              "no NVIDIA driver is loaded, so it is not known whether runsc supports it",
              "add a driver section, or load the host's driver"));
    }
    if (runsc.supports(driver.get())) {
      return Optional.empty();
    }
    if (desired.allowUnsupportedDriver() && runsc.lets(driver.get())) {
      return Optional.of(
          Finding.warning(
              "gvisor/unsupported-driver",
              "/gvisor/allowUnsupportedDriver",
              "%s knows driver %s, but does not support it"
                  .formatted(runsc.describe(), driver.get()),
              runsc.advice(driver.get())));
    }
    return Optional.of(
        Finding.refused(
            "gvisor/unsupported-driver",
            "/gvisor",
            "%s does not support driver %s%s: no container would start with it"
                .formatted(
                    runsc.describe(),
                    driver.get(),
                    runsc.asked() ? "" : " (by the table of releases)"),
            runsc.advice(driver.get())));
  }

  private static void flags(Gvisor desired, Runsc runsc, List<Finding> findings) {
    if (!desired.capabilities().isEmpty() && !runsc.isAtLeast(Runsc.HAS_CAPABILITIES)) {
      findings.add(
          Finding.error(
              "gvisor/no-such-flag",
              "/gvisor/driverCapabilities",
              "%s does not know %s".formatted(runsc.describe(), Runsc.CAPABILITIES),
              "install a release from %s on, or leave it out".formatted(Runsc.HAS_CAPABILITIES)));
    }
    if (desired.allowUnsupportedDriver() && !runsc.isAtLeast(Runsc.HAS_ALLOW_UNSUPPORTED)) {
      findings.add(
          Finding.error(
              "gvisor/no-such-flag",
              "/gvisor/allowUnsupportedDriver",
              "%s does not know %s".formatted(runsc.describe(), Runsc.ALLOW_UNSUPPORTED),
              "install a release from %s on, or leave it out"
                  .formatted(Runsc.HAS_ALLOW_UNSUPPORTED)));
    }
  }

  private static Optional<Finding> throughCdi(Gvisor desired, Runsc runsc, Facts facts) {
    if (!desired.engine().equals("docker") || desired.below()) {
      return Optional.empty();
    }
    boolean cdiFirst =
        facts
            .dockerState()
            .info()
            .flatMap(info -> DockerVersion.of(info.path("ServerVersion").asText()))
            .filter(DockerVersion::triesCdiForNvidia)
            .isPresent();
    return cdiFirst && !runsc.isAtLeast(Runsc.TAKES_CDI)
        ? Optional.of(
            Finding.warning(
                "gvisor/gpus-through-cdi",
                "/gvisor",
                "this Docker gives GPUs through CDI, which %s does not take all of"
                    .formatted(runsc.describe()),
                "install a release from %s on, or run containers with --gpus driver=nvidia.runtime-hook"
                    .formatted(Runsc.TAKES_CDI)))
        : Optional.empty();
  }
}
