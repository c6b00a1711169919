package io.gpurig.modules.mig;

/**
 * Where a GPU instance lies.
 *
 * @param profile its kind
 * @param start the first memory slice that it takes
 */
record Placement(GpuInstanceProfile profile, int start) {
  boolean overlaps(Placement other) {
    return start < other.start + other.profile.size() && other.start < start + profile.size();
  }

  /** Returns the placement as nvidia-smi prints and takes it apart: {@code 4:2}. */
  String slices() {
    return start + ":" + profile.size();
  }
}
