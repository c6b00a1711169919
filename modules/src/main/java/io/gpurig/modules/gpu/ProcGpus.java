package io.gpurig.modules.gpu;

import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the kernel module itself says of its GPUs, even while nvidia-smi hangs: {@code
 * /proc/driver/nvidia/gpus/BDF/information} (open-gpu-kernel-modules, kernel-open/nvidia/
 * nv-procfs.c).
 */
final class ProcGpus {
  static final Read.Command READ =
      Read.Command.of("sh", "-c", "cat \"${GPURIG_ROOT:-}\"/proc/driver/nvidia/gpus/*/information");

  private ProcGpus() {}

  /** Returns the properties of each GPU, such as {@code Model}, by address. */
  static Map<String, Map<String, String>> of(Facts facts) {
    List<Map<String, String>> gpus = new ArrayList<>();
    for (String line :
        facts.command(READ.argv().toArray(String[]::new)).stdout().lines().toList()) {
      int colon = line.indexOf(':');
      String key = colon < 0 ? "" : line.substring(0, colon).strip();
      if (key.equals("Model") || gpus.isEmpty()) {
        gpus.add(new HashMap<>());
      }
      gpus.getLast().put(key, line.substring(colon + 1).strip());
    }
    Map<String, Map<String, String>> byAddress = new HashMap<>();
    gpus.forEach(
        gpu ->
            Values.address(gpu.getOrDefault("Bus Location", ""))
                .ifPresent(bdf -> byAddress.put(bdf, gpu)));
    return byAddress;
  }

  static Optional<String> value(Map<String, String> gpu, String key) {
    // a GPU that was never initialised has question marks
    return Optional.ofNullable(gpu.get(key)).flatMap(Values::words).filter(v -> !v.contains("?"));
  }
}
