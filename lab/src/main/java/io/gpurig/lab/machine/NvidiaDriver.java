package io.gpurig.lab.machine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The NVIDIA kernel modules of one host: what they show in its root folder while loaded. */
public final class NvidiaDriver {
  private static final List<String> MODULES = List.of("nvidia", "nvidia_uvm", "nvidia_modeset");
  private static final List<String> CONTROL_NODES =
      List.of("nvidiactl", "nvidia-uvm", "nvidia-uvm-tools", "nvidia-modeset");

  private final RootFolder root;
  private final String hostname;
  private final List<PciDevice> gpus;

  /** Describes the driver of a host; nothing is loaded yet. */
  public NvidiaDriver(RootFolder root, String hostname, Blueprint blueprint) {
    this.root = root;
    this.hostname = hostname;
    this.gpus = blueprint.gpus();
  }

  /** Returns the version of the loaded module, or null if none is loaded. */
  public @Nullable String loadedVersion() throws IOException {
    return Tree.read(root.at("sys/module/nvidia/version"));
  }

  /** Returns whether the host has a GPU the driver could take. */
  public boolean hasGpu() {
    return !gpus.isEmpty();
  }

  /** Loads the modules: files in sysfs, procfs and {@code /dev} appear, free GPUs get bound. */
  public void load(String version) throws IOException {
    for (String module : MODULES) {
      Tree.write(root.at("sys/module/" + module + "/version"), version + "\n");
    }
    setUsers(0);
    Tree.write(root.at("proc/driver/nvidia/version"), banner(version));
    Tree.write(
        root.at("proc/modules"),
        """
        nvidia_modeset 1814528 0 - Live 0x0000000000000000 (OE)
        nvidia_uvm 2166784 0 - Live 0x0000000000000000 (OE)
        nvidia 14422016 2 nvidia_modeset,nvidia_uvm, Live 0x0000000000000000 (OE)
        """
            + Kernel.MODULES);
    CONTROL_NODES.forEach(this::node);
    int minor = 0;
    for (PciDevice gpu : gpus) {
      if (bind(gpu)) {
        node("nvidia" + minor);
        Tree.write(
            root.at("proc/driver/nvidia/gpus/" + gpu.bdf() + "/information"),
            information(gpu, minor++, version));
      }
    }
  }

  /** Unloads the modules: what {@link #load} made goes away. */
  public void unload() throws IOException {
    for (PciDevice gpu : gpus) {
      Path driver = Sysfs.device(root.path(), gpu).resolve("driver");
      if (Files.isSymbolicLink(driver) && Files.readSymbolicLink(driver).endsWith("nvidia")) {
        Files.delete(driver);
      }
    }
    Tree.delete(root.at("sys/bus/pci/drivers/nvidia"));
    Tree.delete(root.at("proc/driver/nvidia"));
    for (String module : MODULES) {
      Tree.delete(root.at("sys/module/" + module));
    }
    Tree.write(root.at("proc/modules"), Kernel.MODULES);
    try (var nodes = Files.newDirectoryStream(root.at("dev"), "nvidia*")) {
      for (Path node : nodes) {
        Tree.delete(node);
      }
    }
  }

  /** Shows in the reference counts how many containers have a GPU open. */
  public void setUsers(int users) throws IOException {
    if (!Files.exists(root.at("sys/module/nvidia"))) {
      return;
    }
    // nvidia_uvm and nvidia_modeset each hold nvidia
    Tree.write(root.at("sys/module/nvidia/refcnt"), (2 + users) + "\n");
    Tree.write(root.at("sys/module/nvidia_uvm/refcnt"), users + "\n");
    Tree.write(root.at("sys/module/nvidia_modeset/refcnt"), "0\n");
  }

  private boolean bind(PciDevice gpu) throws IOException {
    Path link = Sysfs.device(root.path(), gpu).resolve("driver");
    String override = Tree.read(link.resolveSibling("driver_override"));
    boolean wanted = override == null || override.equals("(null)") || override.equals("nvidia");
    if (Files.exists(link, LinkOption.NOFOLLOW_LINKS) || !wanted) {
      return false;
    }
    Sysfs.bind(root.path(), gpu, "nvidia");
    return true;
  }

  private void node(String name) {
    try {
      Tree.touch(root.at("dev/" + name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String information(PciDevice gpu, int minor, String version) {
    String seed = hostname + "/" + gpu.bdf();
    return """
    Model: \t\t %s
    IRQ:   \t\t %d
    GPU UUID: \t GPU-%s
    Video BIOS: \t 96.00.74.00.01
    Bus Type: \t PCIe
    DMA Size: \t 52 bits
    DMA Mask: \t 0xfffffffffffff
    Bus Location: \t %s
    Device Minor: \t %d
    GPU Firmware: \t %s
    GPU Excluded:\t No
    """
        .formatted(
            gpu.model(),
            100 + minor,
            UUID.nameUUIDFromBytes(seed.getBytes(UTF_8)),
            gpu.bdf(),
            minor,
            version);
  }

  private static String banner(String version) {
    String gcc = "GCC version:  gcc version 12.3.0 (Ubuntu 12.3.0-1ubuntu1~22.04)\n";
    // the open kernel modules are what NVIDIA's installer recommends since branch 560
    return branch(version) < 560
        ? "NVRM version: NVIDIA UNIX x86_64 Kernel Module  "
            + version
            + "  Thu Apr  3 01:14:19 UTC 2025\n"
            + gcc
        : "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  "
            + version
            + "  Release Build  (dvs-builder@U22-I3-AE18-23-3)  Thu Apr  3 01:14:19 UTC 2025\n"
            + gcc;
  }

  private static int branch(String version) {
    String digits = version.replaceFirst("\\..*", "");
    return digits.matches("\\d{1,4}") ? Integer.parseInt(digits) : 0;
  }
}
