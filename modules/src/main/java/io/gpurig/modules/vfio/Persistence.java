package io.gpurig.modules.vfio;

import io.gpurig.engine.change.Action;
import java.util.List;

/**
 * NVIDIA's persistence daemon keeps GPUs open that nobody uses. Told so through nvidia-smi it lets
 * one go and keeps the others (nvidia-persistenced(1)).
 */
final class Persistence {
  /** The driver of a container is asked where the host has none that answers. */
  private static final String SCRIPT =
      "nvidia-smi -L >/dev/null 2>&1 && exec nvidia-smi -i \"$1\" -pm \"$2\";"
          + " exec docker exec nvidia-driver nvidia-smi -i \"$1\" -pm \"$2\"";

  private static final int SECONDS = 60;

  private Persistence() {}

  static Action set(String bdf, boolean on) {
    return new Action.RunCommand(command(bdf, on), command(bdf, !on), SECONDS);
  }

  private static List<String> command(String bdf, boolean on) {
    return List.of("sh", "-c", SCRIPT, "persistence-mode", bdf, on ? "1" : "0");
  }
}
