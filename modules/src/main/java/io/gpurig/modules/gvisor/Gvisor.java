package io.gpurig.modules.gvisor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a plan's {@code gvisor} section asks for.
 *
 * @param enabled whether runsc is to be registered
 * @param engine {@code docker} or {@code containerd}
 * @param below whether nvidia-container-runtime runs it, instead of the engine itself
 * @param name the runtime's name
 * @param path runsc; empty for that on PATH
 * @param capabilities driver capabilities that containers may ask for; empty for runsc's default
 * @param allowUnsupportedDriver whether a driver will do that runsc knows not to support
 * @param args further flags
 * @param readyTimeout how long the engine may take to list it
 */
record Gvisor(
    boolean enabled,
    String engine,
    boolean below,
    String name,
    Optional<String> path,
    List<String> capabilities,
    boolean allowUnsupportedDriver,
    List<String> args,
    Duration readyTimeout) {
  Gvisor {
    capabilities = List.copyOf(capabilities);
    args = List.copyOf(args);
  }

  String program() {
    return path.orElse("runsc");
  }

  /**
   * Returns the flags that runsc is run with (gvisor, runsc/config/flags.go). {@code
   * --nvproxy-docker} makes it act on what {@code docker run --gpus} and NVIDIA's hook leave.
   */
  List<String> flags() {
    List<String> flags = new ArrayList<>(List.of("--nvproxy=true"));
    if (engine.equals("docker") && !below) {
      flags.add("--nvproxy-docker=true");
    }
    if (!capabilities.isEmpty()) {
      flags.add(Runsc.CAPABILITIES + "=" + String.join(",", capabilities));
    }
    if (allowUnsupportedDriver) {
      flags.add(Runsc.ALLOW_UNSUPPORTED + "=true");
    }
    flags.addAll(args);
    return flags;
  }
}
