package io.gpurig.modules.host;

/** Where a driver that runs in a container is found. */
public final class DriverPlace {
  /** The container's name. */
  public static final String CONTAINER = "nvidia-driver";

  /**
   * Where the container shows its root, with the driver's libraries and nvidia-smi in it
   * (gpu-driver-container, nvidia-driver: {@code _mount_rootfs}).
   */
  public static final String ROOT = "/run/nvidia/driver";

  private DriverPlace() {}
}
