package io.gpurig.engine.fact;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * One function on the PCI bus, as the kernel's sysfs tells it (Linux
 * Documentation/ABI/testing/sysfs-bus-pci).
 *
 * @param vendor {@code 0x10de}
 * @param device {@code 0x2331}
 * @param classCode class, subclass and programming interface: {@code 0x030200}
 * @param driver the bound driver's name
 * @param iommuGroup the IOMMU group's number
 * @param driverOverride the content of {@code driver_override}, unless it is {@code (null)}
 * @param numaNode the number of the NUMA node it is attached to; empty where the kernel says -1
 */
public record PciFact(
    String vendor,
    String device,
    String classCode,
    Optional<String> driver,
    Optional<String> iommuGroup,
    Optional<String> driverOverride,
    Optional<Integer> numaNode) {
  public PciFact {
    requireNonNull(vendor, "vendor is null");
    requireNonNull(device, "device is null");
    requireNonNull(classCode, "classCode is null");
    requireNonNull(driver, "driver is null");
    requireNonNull(iommuGroup, "iommuGroup is null");
    requireNonNull(driverOverride, "driverOverride is null");
    requireNonNull(numaNode, "numaNode is null");
  }

  /** Creates a function of which no NUMA node is known. */
  public PciFact(
      String vendor,
      String device,
      String classCode,
      Optional<String> driver,
      Optional<String> iommuGroup,
      Optional<String> driverOverride) {
    this(vendor, device, classCode, driver, iommuGroup, driverOverride, Optional.empty());
  }

  /** Returns this function bound to a driver, or to none. */
  public PciFact withDriver(Optional<String> bound) {
    return new PciFact(vendor, device, classCode, bound, iommuGroup, driverOverride, numaNode);
  }

  /** Returns this function with another {@code driver_override}, or with none. */
  public PciFact withDriverOverride(Optional<String> override) {
    return new PciFact(vendor, device, classCode, driver, iommuGroup, override, numaNode);
  }

  /** Returns this function in an IOMMU group, or in none. */
  public PciFact withIommuGroup(Optional<String> group) {
    return new PciFact(vendor, device, classCode, driver, group, driverOverride, numaNode);
  }
}
