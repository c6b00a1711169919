package io.gpurig.modules.gpu;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * How a GPU is at the moment. What it does not tell is empty, never 0.
 *
 * @param temperatureC of the GPU, in degrees Celsius
 * @param gpuUtilPct part of the last sample period in which a kernel ran, 0 to 100
 * @param memoryUtilPct part of it in which memory was read or written, 0 to 100
 * @param memoryTotalMiB framebuffer
 * @param memoryUsedMiB of that, without what the driver reserves
 * @param memoryFreeMiB of that
 * @param powerDrawW in watts, of the GPU and not of the module it is on
 * @param powerLimitW the limit that is enforced, in watts
 */
public record Metrics(
    Optional<Integer> temperatureC,
    Optional<Integer> gpuUtilPct,
    Optional<Integer> memoryUtilPct,
    Optional<Integer> memoryTotalMiB,
    Optional<Integer> memoryUsedMiB,
    Optional<Integer> memoryFreeMiB,
    Optional<Double> powerDrawW,
    Optional<Double> powerLimitW) {
  /** Nothing is known. */
  static final Metrics UNKNOWN =
      new Metrics(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  public Metrics {
    requireNonNull(temperatureC, "temperatureC is null");
    requireNonNull(gpuUtilPct, "gpuUtilPct is null");
    requireNonNull(memoryUtilPct, "memoryUtilPct is null");
    requireNonNull(memoryTotalMiB, "memoryTotalMiB is null");
    requireNonNull(memoryUsedMiB, "memoryUsedMiB is null");
    requireNonNull(memoryFreeMiB, "memoryFreeMiB is null");
    requireNonNull(powerDrawW, "powerDrawW is null");
    requireNonNull(powerLimitW, "powerLimitW is null");
  }
}
