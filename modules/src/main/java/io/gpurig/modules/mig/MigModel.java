package io.gpurig.modules.mig;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A model of GPU that MIG can divide.
 *
 * @param products its names, as nvidia-smi prints them but for the first word NVIDIA
 * @param deviceIds its PCI device ids, such as {@code 20b0}
 * @param needsReset whether a change of the MIG mode needs a reset of the GPU: so it is with Ampere
 *     (MIG User Guide, Enable MIG Mode)
 * @param memory memory slices
 * @param compute compute slices
 * @param media NVDEC engines, where they can run out
 * @param profiles what it offers
 */
record MigModel(
    List<String> products,
    Set<String> deviceIds,
    boolean needsReset,
    int memory,
    int compute,
    int media,
    List<GpuInstanceProfile> profiles) {
  MigModel {
    products = List.copyOf(products);
    deviceIds = Set.copyOf(deviceIds);
    profiles = List.copyOf(profiles);
  }

  /** The engines for media extensions: a GPU has one OFA (nvidia-smi mig -lgip). */
  static final int EXTENSIONS = 1;

  /** Returns the name that problems use. */
  String shownName() {
    return products.getFirst();
  }

  /** Returns what it offers under a name of a GPU instance. */
  Optional<GpuInstanceProfile> profile(MigProfile name) {
    return profiles.stream().filter(profile -> profile.name().equals(name)).findFirst();
  }

  /** Returns the names of what it offers. */
  List<String> names() {
    return profiles.stream().map(profile -> profile.name().toString()).toList();
  }
}
