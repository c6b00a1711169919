package io.gpurig.lab.machine;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * One PCI function of a simulated host.
 *
 * @param bdf its address, such as {@code 0000:1b:00.0}
 * @param vendor vendor id, with {@code 0x}
 * @param device device id, with {@code 0x}
 * @param deviceClass class code of six digits, with {@code 0x}
 * @param subsystemVendor subsystem vendor id, with {@code 0x}
 * @param subsystemDevice subsystem device id, with {@code 0x}
 * @param revision revision, with {@code 0x}
 * @param iommuGroup number of its IOMMU group
 * @param numaNode number of its NUMA node, or -1
 * @param driver the driver bound to it on a fresh host; null for none
 * @param model the name {@code nvidia-smi} gives it; null unless it is an NVIDIA GPU
 */
public record PciDevice(
    String bdf,
    String vendor,
    String device,
    String deviceClass,
    String subsystemVendor,
    String subsystemDevice,
    String revision,
    int iommuGroup,
    int numaNode,
    @Nullable String driver,
    @Nullable String model) {
  /** Checks that nothing that sysfs always shows is missing. */
  public PciDevice {
    requireNonNull(bdf, "bdf is null");
    requireNonNull(vendor, "vendor is null");
    requireNonNull(device, "device is null");
    requireNonNull(deviceClass, "deviceClass is null");
    requireNonNull(subsystemVendor, "subsystemVendor is null");
    requireNonNull(subsystemDevice, "subsystemDevice is null");
    requireNonNull(revision, "revision is null");
  }

  /** Returns whether the NVIDIA kernel driver would take this function. */
  public boolean isNvidiaGpu() {
    return vendor.equals("0x10de") && deviceClass.startsWith("0x03");
  }
}
