package io.gpurig.modules.mig;

import java.util.List;

/**
 * A kind of GPU instance that a model of GPU offers.
 *
 * @param name its name
 * @param max how many of it fit at most
 * @param size memory slices that one takes
 * @param starts memory slices at which one may begin
 * @param media NVDEC engines that one takes, where they can run out before memory and compute
 * @param extensions how many of the engines that there is one of, OFA, it takes
 */
record GpuInstanceProfile(
    MigProfile name, int max, int size, List<Integer> starts, int media, int extensions) {
  GpuInstanceProfile {
    starts = List.copyOf(starts);
  }

  /** Returns whether a compute instance can have this many slices (nvidia-smi mig -lcip). */
  boolean offers(int compute) {
    // an instance of 4 slices has no compute instances of 3, one of 7 has none of 5 and 6
    return compute == name.slices()
        || (compute <= 4 && compute < name.slices() && !(compute == 3 && name.slices() == 4));
  }
}
