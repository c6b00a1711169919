package io.gpurig.modules.compat;

import static io.gpurig.engine.problem.Severity.ERROR;
import static io.gpurig.engine.problem.Severity.REFUSED;
import static io.gpurig.engine.problem.Severity.WARNING;

import io.gpurig.engine.fact.Read;
import io.gpurig.modules.gpu.GpuInventory;
import io.gpurig.modules.gvisor.Runsc;
import io.gpurig.modules.host.DriverVersion;
import io.gpurig.modules.host.NvidiaPci;
import java.util.ArrayList;
import java.util.List;

/** All rules. */
final class Rules {
  private static final Read DOCKER = new Read.Docker();
  private static final List<Read> DRIVER = and(DriverVersion.READS, NvidiaPci.READ);
  private static final List<Read> GPUS = and(GpuInventory.READS);
  private static final List<Read> CDI = and(HostState.CDI, DOCKER, HostState.DAEMON);
  private static final List<Read> RUNSC =
      and(Runsc.reads("runsc"), DOCKER, DriverVersion.READS.get(0), DriverVersion.READS.get(1));

  /** A rule that no section of a plan bears on is for hosts alone. */
  private static final List<String> HOST_ALONE = List.of();

  private Rules() {}

  static final List<Rule> ALL =
      List.of(
          new Rule(
              "nouveau",
              ERROR,
              "gpu-driver-container, nvidia-driver; cloud-native-docs, driver-containers/overview",
              "nouveau holds the GPUs, so NVIDIA's driver cannot",
              "write `blacklist nouveau` and `options nouveau modeset=0` to"
                  + " /etc/modprobe.d/blacklist-nouveau.conf, run update-initramfs -u, reboot",
              List.of("driver"),
              and(DRIVER, DriverChecks.NOUVEAU),
              DriverChecks::nouveau),
          new Rule(
              "secure-boot",
              ERROR,
              "modprobe: `Key was rejected by service`; shim, mokutil(1)",
              "with Secure Boot the kernel takes signed modules alone",
              "enrol the key that signs the driver (mokutil --import, then at the console), or turn"
                  + " Secure Boot off; then `driver: {deploy: true}`",
              List.of("driver"),
              and(DRIVER, DriverChecks.SECURE_BOOT),
              DriverChecks::secureBoot),
          new Rule(
              "driver-mismatch",
              ERROR,
              "NVML: `Failed to initialize NVML: Driver/library version mismatch`",
              "the loaded kernel module and the driver's libraries are of different versions",
              "reboot, or unload the modules and load those that are installed",
              List.of("mig", "toolkit"),
              GPUS,
              DriverChecks::mismatch),
          new Rule(
              "driver-pending",
              WARNING,
              "modinfo(8); open-gpu-kernel-modules, kernel-open/nvidia/nv-procfs.c",
              "another driver is installed than is loaded, and the next boot loads it",
              "reboot when it suits you; until then programs may fail with a version mismatch",
              HOST_ALONE,
              and(DriverVersion.READS, DriverChecks.ON_DISK),
              DriverChecks::pending),
          new Rule(
              "driver-not-loaded",
              WARNING,
              "Linux, Documentation/ABI/testing/sysfs-bus-pci: driver",
              "GPUs have no driver",
              "write `driver: {deploy: true, image: nvcr.io/nvidia/driver:VERSION-OS}`, or load the"
                  + " host's own",
              HOST_ALONE,
              DRIVER,
              DriverChecks::notLoaded),
          new Rule(
              "display-holds-driver",
              WARNING,
              "k8s-driver-manager, cmd/driver-manager/main.go: nvidia_drm is not unloaded",
              "a driver container cannot be replaced while a display uses nvidia_drm",
              "stop the display manager for good (systemctl set-default multi-user.target)",
              List.of("driver"),
              List.of(DriverChecks.DRM, DOCKER),
              DriverChecks::drm),
          new Rule(
              "wsl-driver",
              ERROR,
              "CUDA on WSL user guide: never install a Linux driver there",
              "under WSL the driver is Windows'",
              "leave the driver section out for this host",
              List.of("driver"),
              and(DriverVersion.READS, DriverChecks.WSL),
              DriverChecks::wsl),
          new Rule(
              "fabric-manager",
              ERROR,
              "Fabric Manager for NVIDIA NVSwitch Systems user guide; gpu-driver-container,"
                  + " nvidia-driver",
              "without the fabric manager CUDA does not start on a host with NVSwitches",
              "install nvidia-fabricmanager of the driver's version and start it, or write"
                  + " `driver: {deploy: true}`: the driver container has its own",
              HOST_ALONE,
              and(DRIVER, DriverChecks.FABRIC_PID, DriverChecks.SWITCHES),
              DriverChecks::fabricManager),
          new Rule(
              "fabric-manager-version",
              ERROR,
              "Fabric Manager for NVIDIA NVSwitch Systems user guide",
              "the fabric manager has to be of the driver's very version",
              "install nvidia-fabricmanager of the driver's version",
              List.of("driver"),
              and(DRIVER, DriverChecks.FABRIC, DriverChecks.SWITCHES),
              DriverChecks::fabricVersion),
          new Rule(
              "cuda-image",
              ERROR,
              "CUDA Toolkit release notes, minor version compatibility",
              "a container's CUDA is too new for the driver",
              "write `driver: {image: …}` with a newer driver, or use an image with an older CUDA",
              List.of("driver"),
              and(DriverVersion.READS, DOCKER),
              DriverChecks::cudaImages),
          new Rule(
              "gpu-recovery",
              ERROR,
              "nvidia-smi -q -x: gpu_recovery_action",
              "a GPU cannot go on as it is",
              "stop what uses it and do what is asked for: nvidia-smi -i GPU -r, or reboot",
              HOST_ALONE,
              GPUS,
              GpuChecks::recovery),
          new Rule(
              "gpu-lost",
              ERROR,
              "NVML: NVML_ERROR_GPU_IS_LOST; k8s-test-infra, nvml-mock",
              "a GPU has fallen off the bus, or does not answer",
              "reboot; if it comes again have the GPU looked at (dmesg: Xid 79)",
              HOST_ALONE,
              GPUS,
              GpuChecks::lost),
          new Rule(
              "persistence-mode",
              WARNING,
              "NVIDIA driver persistence documentation; nvidia-smi -q -x: persistence_mode",
              "without persistence mode the driver lets go of a GPU that nobody uses, and settings"
                  + " are lost",
              "enable nvidia-persistenced.service; the driver container starts it by itself",
              HOST_ALONE,
              GPUS,
              GpuChecks::persistence),
          new Rule(
              "mig-no-instances",
              WARNING,
              "MIG user guide: creating GPU instances",
              "a GPU in MIG mode without instances can run nothing",
              "write the instances to the plan: `mig: {devices: [{gpus: all, profiles: {1g.10gb:"
                  + " 7}}]}`",
              HOST_ALONE,
              GPUS,
              GpuChecks::noInstances),
          new Rule(
              "mig-pending",
              WARNING,
              "MIG user guide: mig.mode.pending",
              "a change of the MIG mode waits for a reset",
              "stop what uses the GPU and reset it, or let `gpurig apply` with a mig section do it",
              HOST_ALONE,
              GPUS,
              GpuChecks::migPending),
          new Rule(
              "mig-at-boot",
              WARNING,
              "MIG user guide: GPU instances do not persist across a reset or a reboot",
              "the instances are lost with the next boot",
              "write `mig: {persist: true, …}`",
              HOST_ALONE,
              and(
                  GPUS,
                  GpuChecks.MIG_AT_BOOT.get(0),
                  GpuChecks.MIG_AT_BOOT.get(1),
                  GpuChecks.MIG_AT_BOOT.get(2)),
              GpuChecks::migAtBoot),
          new Rule(
              "mig-driver",
              ERROR,
              "MIG user guide: supported GPUs and minimum drivers",
              "the driver is older than MIG on this GPU",
              "write `driver: {image: …}` with a newer driver",
              List.of("mig"),
              GPUS,
              GpuChecks::migDriver),
          new Rule(
              "docker-gpus",
              ERROR,
              "moby, api: DeviceRequests since API 1.40",
              "this Docker has no --gpus",
              "install Docker 19.03 or later",
              List.of("toolkit", "runtime"),
              List.of(DOCKER),
              EngineChecks::tooOldForGpus),
          new Rule(
              "default-runtime",
              ERROR,
              "moby, daemon/config: `specified default runtime 'x' does not exist`",
              "Docker does not start with a default runtime that it does not have",
              "write `runtime: {default: true}` to have it registered, or `{default: false}`",
              HOST_ALONE,
              List.of(HostState.DAEMON, DOCKER),
              EngineChecks::defaultRuntime),
          new Rule(
              "runtime-program",
              ERROR,
              "moby, daemon/runtime_unix.go",
              "a runtime's program is not on the host, so its containers do not start",
              "write a toolkit section, or `runtime: {deploy: false}`",
              HOST_ALONE,
              List.of(EngineChecks.PROGRAMS),
              EngineChecks::programs),
          new Rule(
              "docker-no-cdi",
              ERROR,
              "moby d22c775e04 (#47087): CDI since Docker 25.0",
              "this Docker does not know CDI",
              "install Docker 25 or later, or use the runtime: `runtime: {engine: docker}`",
              List.of("cdi"),
              CDI,
              EngineChecks::noCdi),
          new Rule(
              "docker-cdi-off",
              WARNING,
              "moby 4cecce03f6 (#49963): on by default since Docker 28.2",
              "Docker does not use the CDI specs that are there",
              "write `cdi: {enabled: true}`, which turns it on",
              List.of("cdi"),
              CDI,
              EngineChecks::cdiOff),
          new Rule(
              "cdi-stale",
              ERROR,
              "nvidia-container-toolkit, cmd/nvidia-ctk/cdi/generate: libcuda.so.VERSION",
              "a CDI spec names files of another driver",
              "write `cdi: {enabled: true}`, which generates it anew, or restart"
                  + " nvidia-cdi-refresh.service",
              HOST_ALONE,
              and(HostState.CDI, DriverVersion.READS.get(0), DriverVersion.READS.get(1)),
              EngineChecks::cdiStale),
          new Rule(
              "cdi-twice",
              WARNING,
              "container-device-interface, pkg/cdi/cache.go",
              "of two CDI specs with the same devices one is not used: that of the directory with"
                  + " less priority, or both in one directory",
              "keep /var/run/cdi/nvidia.yaml, which nvidia-cdi-refresh keeps, and remove the other",
              HOST_ALONE,
              HostState.CDI,
              EngineChecks::cdiTwice),
          new Rule(
              "cdi-version",
              ERROR,
              "moby, vendor.mod by tag; cloud-native-docs, toolkit release notes 1.19",
              "a CDI spec is of a newer specification than Docker knows",
              "install a newer Docker, or generate with --feature-flag"
                  + " no-additional-gids-for-device-nodes",
              List.of("cdi", "toolkit"),
              CDI,
              EngineChecks::cdiTooNew),
          new Rule(
              "cdi-invalid",
              ERROR,
              "container-device-interface, pkg/cdi/spec.go",
              "a CDI spec is not valid, so its devices do not exist",
              "correct it (`gpurig cdi validate FILE` says where), or generate it anew",
              List.of("cdi"),
              HostState.CDI,
              EngineChecks::cdiInvalid),
          new Rule(
              "podman-cdi-dirs",
              WARNING,
              "containers/common, pkg/config/default.go by tag: Podman 5.5",
              "Podman 5.5 reads /etc/cdi alone",
              "set cdi_spec_dirs = [\"/etc/cdi\", \"/var/run/cdi\"] in [engine] of containers.conf,"
                  + " or install Podman 5.6",
              HOST_ALONE,
              and(HostState.CDI, EngineChecks.PODMAN),
              EngineChecks::podman),
          new Rule(
              "toolkit-twice",
              WARNING,
              "nvidia-container-toolkit, cmd/nvidia-ctk-installer",
              "when the toolkit's container stops it takes the packages' runtime out of Docker too",
              "keep one: `toolkit: {deploy: true, method: container}` or `method: packages`",
              List.of("toolkit"),
              List.of(DOCKER, EngineChecks.RUNTIME),
              EngineChecks::toolkitTwice),
          new Rule(
              "toolkit-driver-root",
              ERROR,
              "nvidia-container-toolkit up to 1.18.2: nvidia-ctk config --set loses the root",
              "the toolkit looks for a driver of the host, and the driver is in a container",
              "write `runtime: {config: {nvidia-container-cli.root: /run/nvidia/driver}}`",
              HOST_ALONE,
              List.of(DOCKER, HostState.TOOLKIT),
              EngineChecks::toolkitRoot),
          new Rule(
              "toolkit-packages",
              ERROR,
              "libnvidia-container, stable/deb: dependencies are exact since 1.18",
              "the toolkit's four packages are of one version or do not work together",
              "write `toolkit: {deploy: true, method: packages, packages: {version: …}}`",
              HOST_ALONE,
              List.of(EngineChecks.PACKAGES),
              EngineChecks::packages),
          new Rule(
              "apt-signed-by",
              ERROR,
              "cloud-native-docs, troubleshooting: Conflicting values set for option Signed-By",
              "apt refuses to work with two entries of one repository that are signed differently",
              "remove the older lists from /etc/apt/sources.list.d",
              HOST_ALONE,
              List.of(EngineChecks.SOURCES),
              EngineChecks::aptLists),
          new Rule(
              "daemon-reload",
              WARNING,
              "cloud-native-docs, troubleshooting: Failed to initialize NVML: Unknown Error",
              "`systemctl daemon-reload` takes the GPUs away from running containers",
              "write `cdi: {enabled: true}` and give GPUs by CDI, or set \"exec-opts\":"
                  + " [\"native.cgroupdriver=cgroupfs\"] in daemon.json",
              HOST_ALONE,
              CDI,
              EngineChecks::daemonReload),
          new Rule(
              "runsc-driver",
              ERROR,
              "gvisor, pkg/sentry/devices/nvproxy/version.go",
              "runsc works with the drivers that it names and with no others",
              "write a driver.image that it names, or install another release of runsc",
              HOST_ALONE,
              RUNSC,
              DriverChecks::runsc),
          new Rule(
              "runsc-left-behind",
              REFUSED,
              "gvisor, pkg/sentry/devices/nvproxy/version.go",
              "runsc works with the driver that is loaded, and does not with the plan's",
              "install a release of runsc that supports it first, write a driver.image that it"
                  + " supports, or `gvisor: {enabled: false}`",
              List.of("driver"),
              RUNSC,
              DriverChecks::runscLeftBehind),
          new Rule(
              "runsc-cdi",
              WARNING,
              "gvisor 8f3bcd05c (release-20260601.0); moby 5e012755aa (#50228)",
              "--gpus does not work with this runsc and this Docker",
              "install runsc 20260601.0 or later, or use --gpus driver=nvidia.runtime-hook",
              HOST_ALONE,
              RUNSC,
              DriverChecks::runscCdi),
          new Rule(
              "runsc-mig",
              WARNING,
              "gvisor, pkg/sentry/devices/nvproxy: no /dev/nvidia-caps",
              "runsc cannot use MIG devices",
              "keep whole GPUs for runsc, or write `mig: {devices: [{gpus: …, enabled: false}]}`",
              HOST_ALONE,
              and(GPUS, DOCKER),
              DriverChecks::runscMig),
          new Rule(
              "runsc-mode",
              ERROR,
              "nvidia-container-toolkit, internal/info/auto.go: auto is not legacy since 1.18",
              "below nvidia-container-runtime runsc gets GPUs in the legacy mode alone",
              "write `gvisor: {via: nvidia-container-runtime}`, which sets it",
              HOST_ALONE,
              List.of(HostState.TOOLKIT),
              EngineChecks::runscMode));

  private static List<Read> and(List<? extends Read> reads, Read... more) {
    List<Read> all = new ArrayList<>(reads);
    all.addAll(List.of(more));
    return List.copyOf(all);
  }
}
