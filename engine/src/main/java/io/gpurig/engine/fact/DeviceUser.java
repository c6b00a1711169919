package io.gpurig.engine.fact;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A process that has device files open.
 *
 * @param pid its id in the host's namespace
 * @param command its name, from {@code /proc/PID/comm}
 * @param container the id of the container it runs in, from {@code /proc/PID/cgroup}
 * @param devices the device files it has open
 */
public record DeviceUser(
    int pid, String command, Optional<String> container, List<String> devices) {
  public DeviceUser {
    requireNonNull(command, "command is null");
    requireNonNull(container, "container is null");
    devices = List.copyOf(devices);
  }

  /** Returns this process, known to run in a container. */
  DeviceUser inContainer(String id) {
    return new DeviceUser(pid, command, Optional.of(id), devices);
  }

  /** Returns this process, known to have a device file open. */
  DeviceUser using(String device) {
    return devices.contains(device)
        ? this
        : new DeviceUser(
            pid, command, container, Stream.concat(devices.stream(), Stream.of(device)).toList());
  }
}
