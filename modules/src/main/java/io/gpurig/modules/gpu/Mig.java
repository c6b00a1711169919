package io.gpurig.modules.gpu;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * How a GPU is divided (Multi-Instance GPU).
 *
 * @param current {@code Enabled}, {@code Disabled}, or {@code N/A} of a GPU that cannot be divided;
 *     empty where nvidia-smi says nothing of it, as drivers before 450
 * @param pending what it is after the next reset, likewise
 * @param devices the instances
 */
public record Mig(Optional<String> current, Optional<String> pending, List<Device> devices) {
  /** Nothing is known. */
  static final Mig UNKNOWN = new Mig(Optional.empty(), Optional.empty(), List.of());

  public Mig {
    requireNonNull(current, "current is null");
    requireNonNull(pending, "pending is null");
    devices = List.copyOf(devices);
  }

  /** Returns whether the GPU is in MIG mode now. */
  public boolean isEnabled() {
    return current.filter("Enabled"::equals).isPresent();
  }

  /** Returns whether the GPU can be divided, as far as nvidia-smi says. */
  public boolean isSupported() {
    return current.filter(mode -> mode.equals("Enabled") || mode.equals("Disabled")).isPresent();
  }

  /**
   * One compute instance of a GPU instance: {@code mig_device} of {@code nvidia-smi -q -x}, which
   * tells neither its UUID nor its profile.
   *
   * @param index of the device on its GPU
   * @param gpuInstanceId of the GPU instance
   * @param computeInstanceId of the compute instance in it
   * @param smCount streaming multiprocessors
   * @param memoryTotalMiB framebuffer of the GPU instance
   * @param memoryUsedMiB of that
   */
  public record Device(
      Optional<Integer> index,
      Optional<Integer> gpuInstanceId,
      Optional<Integer> computeInstanceId,
      Optional<Integer> smCount,
      Optional<Integer> memoryTotalMiB,
      Optional<Integer> memoryUsedMiB) {
    public Device {
      requireNonNull(index, "index is null");
      requireNonNull(gpuInstanceId, "gpuInstanceId is null");
      requireNonNull(computeInstanceId, "computeInstanceId is null");
      requireNonNull(smCount, "smCount is null");
      requireNonNull(memoryTotalMiB, "memoryTotalMiB is null");
      requireNonNull(memoryUsedMiB, "memoryUsedMiB is null");
    }
  }
}
