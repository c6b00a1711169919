package io.gpurig.engine.change;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A container as it should be made, in the terms of {@code docker run}.
 *
 * @param name its name
 * @param image image reference with tag or digest
 * @param command what to run instead of the image's command; empty for the image's own
 * @param env environment variables that are set beside those of the image
 * @param binds paths of the host seen inside
 * @param devices devices of the host seen inside, by path
 * @param privileged whether it may do all that root on the host may
 * @param pidMode process namespace, such as {@code host}
 * @param networkMode network, such as {@code host}
 * @param runtime name of the OCI runtime; empty for the engine's default
 * @param restartPolicy {@code no}, {@code always}, {@code unless-stopped} or {@code on-failure}
 * @param securityOpts security options, such as {@code label=level:s0}
 * @param stopTimeoutSeconds how long it has to end after its stop signal
 * @param labels labels set on it
 * @param ulimits resource limits by name; -1 is unlimited
 */
public record ContainerSpec(
    String name,
    String image,
    List<String> command,
    Map<String, String> env,
    List<Bind> binds,
    List<String> devices,
    boolean privileged,
    Optional<String> pidMode,
    Optional<String> networkMode,
    Optional<String> runtime,
    String restartPolicy,
    List<String> securityOpts,
    Optional<Integer> stopTimeoutSeconds,
    Map<String, String> labels,
    Map<String, Long> ulimits) {

  public ContainerSpec {
    requireNonNull(name, "name is null");
    requireNonNull(image, "image is null");
    command = List.copyOf(command);
    env = sorted(env);
    binds = List.copyOf(binds);
    devices = List.copyOf(devices);
    requireNonNull(pidMode, "pidMode is null");
    requireNonNull(networkMode, "networkMode is null");
    requireNonNull(runtime, "runtime is null");
    requireNonNull(restartPolicy, "restartPolicy is null");
    securityOpts = List.copyOf(securityOpts);
    requireNonNull(stopTimeoutSeconds, "stopTimeoutSeconds is null");
    labels = sorted(labels);
    ulimits = sorted(ulimits);
  }

  /** In the order of the names: the same spec is the same JSON in every run. */
  private static <V> Map<String, V> sorted(Map<String, V> map) {
    return Collections.unmodifiableMap(new TreeMap<>(map));
  }

  /**
   * A bind mount.
   *
   * @param source path on the host
   * @param target path in the container
   * @param readOnly whether the container may only read it
   * @param propagation {@code rshared}, {@code rslave}, …; empty for Docker's default, rprivate
   */
  public record Bind(String source, String target, boolean readOnly, Optional<String> propagation) {
    public Bind {
      requireNonNull(source, "source is null");
      requireNonNull(target, "target is null");
      requireNonNull(propagation, "propagation is null");
    }

    /** Returns a bind of the same path on both sides, with Docker's default propagation. */
    public static Bind same(String path) {
      return new Bind(path, path, false, Optional.empty());
    }
  }
}
