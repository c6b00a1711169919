package io.gpurig.lab.docker;

import io.gpurig.lab.machine.Kernel;
import io.gpurig.lab.machine.NvidiaDriver;
import io.gpurig.lab.machine.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The entrypoint of NVIDIA's driver image: builds, loads, waits, and unloads when told to stop. */
final class DriverWorkload implements Workload {
  private static final Duration BUILD = Duration.ofMillis(300);
  private static final String DRIVER_ROOT = "/run/nvidia/driver";
  private static final String IN_USE =
      "Could not unload NVIDIA driver kernel modules, driver is in use";

  private final Image image;

  DriverWorkload(Image image) {
    this.image = image;
  }

  @Override
  public void start(ContainerProcess process) throws IOException {
    NvidiaDriver nvidia = process.nvidia();
    if (process.otherDriverRuns()) {
      process.logError("An instance of the NVIDIA driver is already running, aborting");
      process.exit(1);
      return;
    }
    String digest = process.env("DRIVER_CONFIG_DIGEST", "");
    boolean same = digest.equals(Tree.read(process.hostFile("run/nvidia/nvidia-driver.state")));
    if (nvidia.loadedVersion() != null && same && !digest.isEmpty()) {
      process.log("Detected matching loaded driver & config (digest " + digest + "); skipping");
      process.after(BUILD.dividedBy(3), () -> finish(process, digest));
      return;
    }
    if (nvidia.loadedVersion() != null && !unload(process)) {
      process.exit(1);
      return;
    }
    process.log("========== NVIDIA Software Installer ==========");
    process.log(
        "Starting installation of NVIDIA driver version %s for Linux kernel version %s"
            .formatted(image.version(), Kernel.RELEASE));
    process.log("Updating the package cache...");
    process.log("Resolving Linux kernel version...");
    process.after(BUILD, () -> install(process, digest));
  }

  @Override
  public void terminate(ContainerProcess process) throws IOException {
    process.log("Caught signal");
    // a driver that is in use outlives the signal: only the engine's patience ends it
    if (unload(process)) {
      clearDriverRoot(process);
      Tree.delete(process.hostFile("run/nvidia/nvidia-driver.pid"));
      Tree.delete(process.hostFile("run/nvidia/nvidia-driver.state"));
      process.exit(0);
    }
  }

  private void install(ContainerProcess process, String digest) throws IOException {
    String tag = image.reference().tag();
    if (tag != null && tag.contains("999")) {
      process.logError("Could not resolve Linux kernel version");
      process.exit(1);
      return;
    }
    process.log("Proceeding with Linux kernel version " + Kernel.RELEASE);
    process.log("Installing NVIDIA driver kernel modules...");
    process.log("Loading ipmi and i2c_core kernel modules...");
    process.log("Loading NVIDIA driver kernel modules...");
    if (!process.nvidia().hasGpu()) {
      process.logError("modprobe: ERROR: could not insert 'nvidia': No such device");
      process.exit(1);
      return;
    }
    process.nvidia().load(image.version());
    process.log("Starting NVIDIA persistence daemon...");
    finish(process, digest);
  }

  private void finish(ContainerProcess process, String digest) throws IOException {
    process.log("Mounting NVIDIA driver rootfs...");
    writeDriverRoot(process);
    Files.createDirectories(process.hostFile("run/nvidia/validations"));
    Tree.write(process.hostFile("run/nvidia/nvidia-driver.pid"), "1\n");
    Tree.write(process.hostFile("run/nvidia/nvidia-driver.state"), digest + "\n");
    process.log("Done, now waiting for signal");
  }

  private static boolean unload(ContainerProcess process) throws IOException {
    process.log("Unloading NVIDIA driver kernel modules...");
    if (process.gpuUsers() > 0) {
      process.logError(IN_USE);
      return false;
    }
    process.nvidia().unload();
    return true;
  }

  /** On a real host the root of the container is mounted there, if the mount is shared. */
  private void writeDriverRoot(ContainerProcess process) throws IOException {
    if (!process.sharesMounts(DRIVER_ROOT)) {
      return;
    }
    clearDriverRoot(process);
    Path driverRoot = process.hostFile(DRIVER_ROOT);
    Path smi = driverRoot.resolve("usr/bin/nvidia-smi");
    Files.createDirectories(driverRoot.resolve("usr/bin"));
    Files.createSymbolicLink(smi, process.root().commands().resolve("nvidia-smi"));
    Path libraries = driverRoot.resolve("usr/lib/x86_64-linux-gnu");
    for (String library : new String[] {"libcuda.so.", "libnvidia-ml.so."}) {
      Tree.touch(libraries.resolve(library + image.version()));
    }
    Files.createDirectories(driverRoot.resolve("lib/firmware"));
  }

  private static void clearDriverRoot(ContainerProcess process) throws IOException {
    if (process.sharesMounts(DRIVER_ROOT)) {
      process.log("Unmounting NVIDIA driver rootfs...");
      Tree.delete(process.hostFile(DRIVER_ROOT));
      Files.createDirectories(process.hostFile(DRIVER_ROOT));
    }
  }
}
