package io.gpurig.modules.mig;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * A GPU of a host as MIG sees it.
 *
 * @param index its number with nvidia-smi
 * @param bdf its address as the kernel writes it, {@code 0000:3b:00.0}
 * @param uuid {@code GPU-…}; empty if no driver has told it yet
 * @param product its name; empty likewise
 * @param deviceId its PCI device id, {@code 20b0}
 * @param minor the number of its device file; empty if the driver does not tell
 * @param passedThrough whether this host is a virtual machine that the GPU was passed through to,
 *     where it cannot be reset
 * @param current whether MIG is on; empty if the GPU cannot be divided
 * @param pending whether MIG will be on after the next reset
 * @param instances its GPU instances
 * @param model what it can be divided into, if that is known
 */
record MigGpu(
    int index,
    String bdf,
    String uuid,
    String product,
    String deviceId,
    Optional<Integer> minor,
    boolean passedThrough,
    Optional<Boolean> current,
    Optional<Boolean> pending,
    List<GpuInstance> instances,
    Optional<MigModel> model) {
  MigGpu {
    requireNonNull(bdf, "bdf is null");
    requireNonNull(uuid, "uuid is null");
    requireNonNull(product, "product is null");
    requireNonNull(deviceId, "deviceId is null");
    requireNonNull(minor, "minor is null");
    requireNonNull(current, "current is null");
    requireNonNull(pending, "pending is null");
    instances = List.copyOf(instances);
    requireNonNull(model, "model is null");
  }

  /**
   * A GPU instance.
   *
   * @param id its number
   * @param name its profile
   * @param start the first memory slice that it takes
   * @param size how many it takes
   * @param compute its compute instances
   */
  record GpuInstance(int id, MigProfile name, int start, int size, List<ComputeInstance> compute) {
    GpuInstance {
      compute = List.copyOf(compute);
    }

    /** Returns the MIG devices that it holds, the largest first. */
    List<MigProfile> devices() {
      return compute.stream().map(ComputeInstance::name).sorted().toList();
    }
  }

  /**
   * A compute instance, which is what work runs on: a MIG device.
   *
   * @param id its number within the GPU instance
   */
  record ComputeInstance(int id, MigProfile name) {}

  boolean isOn() {
    return current.orElse(false);
  }

  /** Returns the devices that it has. */
  Layout layout() {
    return Layout.of(instances.stream().flatMap(one -> one.devices().stream()).toList());
  }

  /** Returns the name that reports use. */
  String shownName() {
    return "GPU " + index + " (" + bdf + ")";
  }

  /**
   * Returns this GPU after the driver was loaded anew: no instance outlives that, and only Ampere
   * remembers the mode (MIG User Guide, Enable MIG Mode).
   */
  MigGpu loaded() {
    boolean remembers = model.map(MigModel::needsReset).orElse(false);
    Optional<Boolean> mode = remembers ? pending : current.map(on -> false);
    return with(mode, mode, List.of());
  }

  /** Returns this GPU in another state. */
  MigGpu with(Optional<Boolean> now, Optional<Boolean> later, List<GpuInstance> divided) {
    return new MigGpu(
        index, bdf, uuid, product, deviceId, minor, passedThrough, now, later, divided, model);
  }
}
