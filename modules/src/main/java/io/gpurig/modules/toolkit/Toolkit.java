package io.gpurig.modules.toolkit;

import java.time.Duration;
import java.util.Map;

/**
 * What a plan's {@code toolkit} section asks for.
 *
 * @param deploy whether the toolkit is to be there
 * @param method in which form
 * @param image image reference of the container
 * @param packages what is asked of the packages
 * @param driverRoot where the driver's files are on the host
 * @param env further environment variables of the container
 * @param readyTimeout how long it may take until Docker lists the container's runtime
 */
public record Toolkit(
    boolean deploy,
    Method method,
    String image,
    PackageRequest packages,
    String driverRoot,
    Map<String, String> env,
    Duration readyTimeout) {
  public Toolkit {
    env = Map.copyOf(env);
  }

  /** The forms of the toolkit; a host has one or the other. */
  public enum Method {
    CONTAINER,
    PACKAGES
  }
}
