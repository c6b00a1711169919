package io.gpurig.engine.change;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A container as it is to be created.
 *
 * @param name its name
 * @param image the image, as the plan names it
 * @param command what it runs; empty for what the image says
 * @param env environment variables
 * @param binds folders and files of the host that it sees
 * @param devices device nodes: {@code /dev/x}, or {@code host:container:rwm}
 * @param privileged whether it may do what the host may
 * @param pidMode whose processes it sees
 * @param networkMode whose network it uses
 * @param runtime the OCI runtime
 * @param restartPolicy {@code no}, {@code always}, {@code unless-stopped} or {@code on-failure:n}
 * @param securityOpts security options
 * @param stopTimeoutSeconds how long it is given to stop by itself
 * @param labels its labels
 * @param ulimits limits by name, soft and hard alike; -1 for none
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
    requireNonNull(restartPolicy, "restartPolicy is null");
    command = List.copyOf(command);
    env = Map.copyOf(env);
    binds = List.copyOf(binds);
    devices = List.copyOf(devices);
    securityOpts = List.copyOf(securityOpts);
    labels = Map.copyOf(labels);
    ulimits = Map.copyOf(ulimits);
  }

  /**
   * A folder or file of the host that a container sees.
   *
   * @param source the path on the host
   * @param target the path in the container
   * @param readOnly whether the container may only read it
   * @param propagation how mounts below it travel, such as {@code rslave}
   */
  public record Bind(String source, String target, boolean readOnly, Optional<String> propagation) {
    public Bind {
      requireNonNull(source, "source is null");
      requireNonNull(target, "target is null");
      requireNonNull(propagation, "propagation is null");
    }
  }
}
