package io.gpurig.modules.driver;

import java.time.Duration;
import java.util.Map;

/**
 * What a plan's {@code driver} section asks for.
 *
 * @param deploy whether the driver is to be there
 * @param image image reference
 * @param env further environment variables
 * @param evictClients whether containers that use a GPU may be stopped and started again
 * @param readyTimeout how long the driver may take until it answers
 */
public record Driver(
    boolean deploy,
    String image,
    Map<String, String> env,
    boolean evictClients,
    Duration readyTimeout) {
  public Driver {
    env = Map.copyOf(env);
  }
}
