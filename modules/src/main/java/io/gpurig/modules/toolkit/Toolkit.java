package io.gpurig.modules.toolkit;

import java.time.Duration;
import java.util.Map;

/**
 * What a plan's {@code toolkit} section asks for.
 *
 * @param deploy whether the toolkit is to be there
 * @param image image reference
 * @param driverRoot where the driver's files are on the host
 * @param env further environment variables
 * @param readyTimeout how long it may take until Docker lists the runtime
 */
public record Toolkit(
    boolean deploy,
    String image,
    String driverRoot,
    Map<String, String> env,
    Duration readyTimeout) {
  public Toolkit {
    env = Map.copyOf(env);
  }
}
