package io.gpurig.modules.vfio;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.fact.DeviceUser;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import io.gpurig.modules.gpu.Gpu;
import io.gpurig.modules.host.GpuClients;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Who uses one GPU through its host driver. While anybody does, its driver does not let it go: the
 * kernel waits, without end.
 *
 * @param names in words
 * @param persistent whether nvidia-persistenced keeps it open, which can be asked to let go
 */
record Users(List<String> names, boolean persistent) {
  private static final String GRAPHICS = "/dev/dri";
  private static final String MACHINES = "/dev/vfio";

  /** What a container asks for that takes all GPUs. */
  private static final String ALL = "all";

  /** The kernel cuts names of processes at 15 characters. */
  private static final String DAEMON = "nvidia-persiste";

  /** The driver's container, and what it is renamed to while it is replaced. */
  private static final Set<String> DRIVER =
      Set.of("nvidia-driver", "nvidia-driver.gpurig-previous");

  static final List<Read> READS =
      Stream.concat(
              GpuClients.READS.stream(),
              Stream.of(new Read.DeviceUsers(GRAPHICS), new Read.DeviceUsers(MACHINES)))
          .toList();

  Users {
    names = List.copyOf(names);
  }

  /** Returns the device files that nobody may have open when a GPU is taken from its driver. */
  static List<String> files(Gpu gpu, Look look) {
    List<String> files = new ArrayList<>();
    gpu.driver()
        .filter("nvidia"::equals)
        .ifPresent(
            driver -> files.add(GpuClients.DEVICES + gpu.minor().map(String::valueOf).orElse("")));
    gpu.bdf().ifPresent(bdf -> files.addAll(look.drmNodes(bdf)));
    return files;
  }

  static Users of(Gpu gpu, Look look, Facts facts) {
    List<String> files = files(gpu, look);
    // by process, as one may have several files open, or open and mapped
    Map<String, Set<String>> found = new TreeMap<>();
    boolean persistent = false;
    List<DeviceUser> users = new ArrayList<>(facts.usersOf(GpuClients.DEVICES));
    users.addAll(facts.usersOf(GRAPHICS));
    for (DeviceUser user : users) {
      for (String device : user.devices()) {
        if (files.stream().anyMatch(file -> means(file, device))) {
          if (user.command().startsWith(DAEMON)) {
            persistent = true;
          } else {
            found.computeIfAbsent(name(user, facts), n -> new TreeSet<>()).add(device);
          }
        }
      }
    }
    for (Look.Mapped mapped : look.mapped()) {
      if (files.stream().anyMatch(file -> means(file, mapped.path()))) {
        found
            .computeIfAbsent(
                "process %s (pid %d)".formatted(mapped.command(), mapped.pid()),
                n -> new TreeSet<>())
            .add(mapped.path());
      }
    }
    List<String> names = new ArrayList<>();
    found.forEach((name, devices) -> names.add(name + " on " + String.join(", ", devices)));
    for (String container : GpuClients.of(facts, DRIVER).containers()) {
      boolean told = found.keySet().stream().anyMatch(n -> n.startsWith("container " + container));
      if (!told && facts.dockerState().container(container).stream().anyMatch(c -> given(c, gpu))) {
        names.add("container " + container + ", which was given it");
      }
    }
    return new Users(names, persistent);
  }

  /** Returns who has a group open as a virtual machine does. */
  static List<String> ofGroup(Group group, Facts facts) {
    return facts.usersOf(MACHINES).stream()
        .filter(user -> user.devices().contains(group.node()))
        // a container that is to be removed before takes its processes with it
        .filter(
            user ->
                user.container().isEmpty()
                    || user.container().flatMap(facts.dockerState()::container).isPresent())
        .map(user -> name(user, facts))
        .toList();
  }

  private static boolean means(String file, String device) {
    return Character.isDigit(file.charAt(file.length() - 1))
        ? file.equals(device)
        : device.startsWith(file);
  }

  private static String name(DeviceUser user, Facts facts) {
    String process = "%s (pid %d)".formatted(user.command(), user.pid());
    return user.container()
        .flatMap(facts.dockerState()::container)
        .map(container -> "container " + DockerFacts.name(container) + ", " + process)
        .orElse("process " + process);
  }

  /** Returns whether a container asks for a GPU in one of the ways of NVIDIA's toolkit. */
  private static boolean given(JsonNode container, Gpu gpu) {
    Set<String> asked = new TreeSet<>();
    for (JsonNode request : container.path("HostConfig").path("DeviceRequests")) {
      request.path("DeviceIDs").forEach(id -> asked.add(id.asText()));
      if (request.path("DeviceIDs").isEmpty()) {
        asked.add(ALL);
      }
    }
    for (JsonNode pair : container.path("Config").path("Env")) {
      if (pair.asText().startsWith("NVIDIA_VISIBLE_DEVICES=")) {
        asked.addAll(
            List.of(pair.asText().substring("NVIDIA_VISIBLE_DEVICES=".length()).split(",")));
      }
    }
    for (JsonNode device : container.path("HostConfig").path("Devices")) {
      asked.add(device.path("PathOnHost").asText());
    }
    Set<String> names = new TreeSet<>(Set.of(ALL, "nvidia.com/gpu=" + ALL));
    gpu.uuid().ifPresent(uuid -> names.addAll(Set.of(uuid, "nvidia.com/gpu=" + uuid)));
    gpu.index().ifPresent(index -> names.addAll(Set.of("" + index, "nvidia.com/gpu=" + index)));
    gpu.minor().ifPresent(minor -> names.add(GpuClients.DEVICES + minor));
    return asked.stream().anyMatch(names::contains);
  }
}
