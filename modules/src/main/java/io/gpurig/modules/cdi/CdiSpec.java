package io.gpurig.modules.cdi;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A spec (specs-go/config.go). Text that is not set is empty, as in Go; null elements of lists,
 * which crash the library, cannot be.
 *
 * @param version {@code cdiVersion} as it is written
 * @param kind as it is written
 * @param edits what a container gets with any of the devices
 */
public record CdiSpec(
    String version,
    String kind,
    Map<String, String> annotations,
    List<Device> devices,
    ContainerEdits edits) {

  public CdiSpec {
    annotations = Map.copyOf(annotations);
    devices = List.copyOf(devices);
  }

  /** Returns the kind's vendor and class. */
  public QualifiedName.Kind parsedKind() {
    return QualifiedName.Kind.of(kind);
  }

  /** Returns the name that a device of this spec is asked for by. */
  public QualifiedName qualified(Device device) {
    QualifiedName.Kind parsed = parsedKind();
    return new QualifiedName(parsed.vendor(), parsed.deviceClass(), device.name());
  }

  /** Something a container can ask for. */
  public record Device(String name, Map<String, String> annotations, ContainerEdits edits) {
    public Device {
      annotations = Map.copyOf(annotations);
    }
  }

  /**
   * What a container gets.
   *
   * @param env {@code NAME=value}
   */
  public record ContainerEdits(
      List<String> env,
      List<DeviceNode> deviceNodes,
      List<NetDevice> netDevices,
      List<Hook> hooks,
      List<Mount> mounts,
      Optional<IntelRdt> intelRdt,
      List<Long> additionalGids) {
    /** No edits. */
    public static final ContainerEdits NONE =
        new ContainerEdits(
            List.of(), List.of(), List.of(), List.of(), List.of(), Optional.empty(), List.of());

    public ContainerEdits {
      env = List.copyOf(env);
      deviceNodes = List.copyOf(deviceNodes);
      netDevices = List.copyOf(netDevices);
      hooks = List.copyOf(hooks);
      mounts = List.copyOf(mounts);
      additionalGids = List.copyOf(additionalGids);
    }

    /** Returns whether there is nothing in it. */
    public boolean isEmpty() {
      return equals(NONE);
    }
  }

  /**
   * A device file.
   *
   * @param path in the container
   * @param hostPath empty if it is the same
   * @param type {@code b}, {@code c}, {@code u}, {@code p}, or empty: that of the host's file
   * @param major 0 for that of the host's file
   * @param fileMode permission bits
   * @param permissions of the cgroup: letters of {@code rwm}; empty for all
   */
  public record DeviceNode(
      String path,
      String hostPath,
      String type,
      long major,
      long minor,
      Optional<Long> fileMode,
      String permissions,
      Optional<Long> uid,
      Optional<Long> gid) {}

  /** A network interface that moves into the container. */
  public record NetDevice(String hostInterfaceName, String name) {}

  /**
   * A program that the runtime runs.
   *
   * @param name {@code prestart}, {@code createRuntime}, {@code createContainer}, {@code
   *     startContainer}, {@code poststart} or {@code poststop}
   * @param timeout seconds
   */
  public record Hook(
      String name, String path, List<String> args, List<String> env, Optional<Long> timeout) {
    public Hook {
      args = List.copyOf(args);
      env = List.copyOf(env);
    }
  }

  /** A mount; an empty type is left to the runtime. */
  public record Mount(String hostPath, String containerPath, List<String> options, String type) {
    public Mount {
      options = List.copyOf(options);
    }
  }

  /**
   * Resource director settings.
   *
   * @param schemata empty if not set, which an empty list is not
   */
  public record IntelRdt(
      String closId,
      String l3CacheSchema,
      String memBwSchema,
      Optional<List<String>> schemata,
      boolean enableMonitoring) {
    public IntelRdt {
      schemata = schemata.map(List::copyOf);
    }
  }
}
