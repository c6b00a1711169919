package io.gpurig.lab.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the part of {@code /sys} that tells which PCI functions a host has. */
final class Sysfs {
  private final Path root;
  private final SharedFiles shared;

  Sysfs(Path root, SharedFiles shared) {
    this.root = root;
    this.shared = shared;
  }

  void write(Blueprint blueprint) throws IOException {
    Files.createDirectories(root.resolve("sys/bus/pci/devices"));
    Tree.touch(root.resolve("sys/bus/pci/drivers_probe"));
    Tree.touch(root.resolve("sys/class/iommu/dmar0"));
    for (PciDevice device : blueprint.devices()) {
      write(device);
    }
  }

  static Path device(Path root, PciDevice device) {
    return root.resolve("sys/devices/pci0000:00").resolve(device.bdf());
  }

  /** Binds a function to a driver, as the kernel shows it: a link on both sides. */
  static void bind(Path root, PciDevice device, String driver) throws IOException {
    Path drivers = root.resolve("sys/bus/pci/drivers").resolve(driver);
    Tree.touch(drivers.resolve("bind"));
    Tree.touch(drivers.resolve("unbind"));
    Tree.link(drivers.resolve(device.bdf()), device(root, device));
    Tree.link(device(root, device).resolve("driver"), drivers);
  }

  private void write(PciDevice device) throws IOException {
    Path folder = device(root, device);
    shared.place(folder.resolve("vendor"), device.vendor() + "\n");
    shared.place(folder.resolve("device"), device.device() + "\n");
    shared.place(folder.resolve("class"), device.deviceClass() + "\n");
    shared.place(folder.resolve("subsystem_vendor"), device.subsystemVendor() + "\n");
    shared.place(folder.resolve("subsystem_device"), device.subsystemDevice() + "\n");
    shared.place(folder.resolve("revision"), device.revision() + "\n");
    shared.place(folder.resolve("numa_node"), device.numaNode() + "\n");
    // the one attribute that is written to, hence a file of its own
    Tree.write(folder.resolve("driver_override"), "(null)\n");
    Tree.link(root.resolve("sys/bus/pci/devices").resolve(device.bdf()), folder);
    Path group = root.resolve("sys/kernel/iommu_groups").resolve("" + device.iommuGroup());
    Tree.link(group.resolve("devices").resolve(device.bdf()), folder);
    Tree.link(folder.resolve("iommu_group"), group);
    if (device.driver() != null) {
      bind(root, device, device.driver());
    }
  }
}
