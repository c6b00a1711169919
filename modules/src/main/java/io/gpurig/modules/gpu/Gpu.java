package io.gpurig.modules.gpu;

import static java.util.Objects.requireNonNull;

import io.gpurig.engine.fact.PciFact;
import java.util.Optional;

/**
 * One GPU. Modes and names are in nvidia-smi's own words, {@code N/A} and {@code None} among them.
 *
 * @param bdf its PCI address as sysfs writes it: {@code 0000:3b:00.0}
 * @param deviceId four hexadecimal digits: {@code 2330}
 * @param name {@code NVIDIA H100 80GB HBM3}; of a GPU that no driver speaks for, its name in
 *     pci.ids: {@code GH100 [H100 SXM5 80GB]}
 * @param driver the bound kernel driver: {@code nvidia}, {@code vfio-pci}, {@code nouveau}
 * @param iommuGroup its IOMMU group
 * @param numaNode its NUMA node
 * @param uuid {@code GPU-…}
 * @param index what {@code nvidia-smi -i} and {@code NVIDIA_VISIBLE_DEVICES} count by
 * @param minor the number in {@code /dev/nvidiaN}, which may differ from the index
 * @param mig how it is divided
 * @param virtualizationMode {@code None}, {@code Pass-Through}, {@code VGPU}, {@code Host VGPU},
 *     {@code Host VSGA} or {@code N/A}
 * @param recoveryAction what nvidia-smi asks to be done, {@code None} or {@code Reset}; drivers
 *     before 560 do not tell
 * @param metrics how it is at the moment
 */
public record Gpu(
    Optional<String> bdf,
    Optional<String> deviceId,
    Optional<String> name,
    Optional<String> driver,
    Optional<Integer> iommuGroup,
    Optional<Integer> numaNode,
    Optional<String> uuid,
    Optional<Integer> index,
    Optional<Integer> minor,
    Mig mig,
    Optional<String> virtualizationMode,
    Optional<String> recoveryAction,
    Metrics metrics) {
  /** NVIDIA's vendor id (PCI-SIG); there are GPUs of no other vendor here. */
  public static final String VENDOR = "10de";

  public Gpu {
    requireNonNull(bdf, "bdf is null");
    requireNonNull(deviceId, "deviceId is null");
    requireNonNull(name, "name is null");
    requireNonNull(driver, "driver is null");
    requireNonNull(iommuGroup, "iommuGroup is null");
    requireNonNull(numaNode, "numaNode is null");
    requireNonNull(uuid, "uuid is null");
    requireNonNull(index, "index is null");
    requireNonNull(minor, "minor is null");
    requireNonNull(mig, "mig is null");
    requireNonNull(virtualizationMode, "virtualizationMode is null");
    requireNonNull(recoveryAction, "recoveryAction is null");
    requireNonNull(metrics, "metrics is null");
  }

  /** Returns a GPU of which only its place on the bus is known. */
  static Gpu at(String bdf) {
    return new Gpu(
        Optional.of(bdf),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Mig.UNKNOWN,
        Optional.empty(),
        Optional.empty(),
        Metrics.UNKNOWN);
  }

  /** Returns this GPU with what the PCI bus says of it, which wins. */
  Gpu on(PciFact function) {
    return new Gpu(
        bdf,
        Optional.of(function.device().replaceFirst("^0x", "")),
        name,
        function.driver(),
        function.iommuGroup().flatMap(group -> Values.whole(group, "")),
        function.numaNode(),
        uuid,
        index,
        minor,
        mig,
        virtualizationMode,
        recoveryAction,
        metrics);
  }

  /** Returns this GPU with names for what has none yet. */
  Gpu orElse(Optional<String> otherName, Optional<String> otherUuid, Optional<Integer> otherMinor) {
    return new Gpu(
        bdf,
        deviceId,
        name.or(() -> otherName),
        driver,
        iommuGroup,
        numaNode,
        uuid.or(() -> otherUuid),
        index,
        minor.or(() -> otherMinor),
        mig,
        virtualizationMode,
        recoveryAction,
        metrics);
  }

  /** Returns what a comparison may rest on: all that does not move on its own. */
  String identity() {
    return String.join(
        " ",
        String.valueOf(bdf),
        String.valueOf(deviceId),
        String.valueOf(name),
        String.valueOf(uuid),
        String.valueOf(index),
        mig.current() + "/" + mig.pending(),
        mig.devices().stream()
            .map(d -> d.gpuInstanceId() + "." + d.computeInstanceId() + ":" + d.smCount())
            .toList()
            .toString(),
        String.valueOf(virtualizationMode),
        String.valueOf(recoveryAction),
        String.valueOf(metrics.memoryTotalMiB()));
  }
}
