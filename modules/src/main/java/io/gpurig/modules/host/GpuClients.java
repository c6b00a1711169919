package io.gpurig.modules.host;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.fact.DeviceUser;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Who uses the NVIDIA GPUs of a host: processes that have device files open, and running containers
 * that were given a GPU, which hold mounts of the driver's files even while they are idle.
 *
 * @param containers names of the containers
 * @param processes those processes that run in none of these containers, in words
 */
public record GpuClients(List<String> containers, List<String> processes) {
  /** What the paths of NVIDIA's device files start with. */
  public static final String DEVICES = "/dev/nvidia";

  /** The reads that tell. */
  public static final List<Read> READS = List.of(new Read.DeviceUsers(DEVICES), new Read.Docker());

  public GpuClients {
    containers = List.copyOf(containers);
    processes = List.copyOf(processes);
  }

  /**
   * Returns the clients on a host.
   *
   * @param except containers that are part of the driver itself
   */
  public static GpuClients of(Facts facts, Set<String> except) {
    DockerFacts docker = facts.dockerState();
    List<String> containers =
        new ArrayList<>(
            docker
                .running("were given a GPU", GpuClients::hasGpu)
                .map(DockerFacts::name)
                .filter(name -> !except.contains(name))
                .toList());
    List<String> processes = new ArrayList<>();
    for (DeviceUser user : facts.usersOf(DEVICES)) {
      Optional<String> container =
          user.container().flatMap(docker::container).map(DockerFacts::name);
      if (container.isEmpty()) {
        processes.add("%s (pid %d)".formatted(user.command(), user.pid()));
      } else if (!except.contains(container.get()) && !containers.contains(container.get())) {
        containers.add(container.get());
      }
    }
    return new GpuClients(containers.stream().sorted().toList(), processes);
  }

  /** Returns whether nobody uses a GPU. */
  public boolean none() {
    return containers.isEmpty() && processes.isEmpty();
  }

  /** Returns the clients by name, with the processes that containers have GPUs open with. */
  public List<String> names(Facts facts) {
    return Stream.concat(
            containers.stream().map(name -> "container " + name + processesIn(name, facts)),
            processes.stream().map(process -> "process " + process))
        .toList();
  }

  private static String processesIn(String name, Facts facts) {
    List<String> inside =
        facts.usersOf(DEVICES).stream()
            .filter(
                user ->
                    user.container()
                        .flatMap(facts.dockerState()::container)
                        .filter(c -> DockerFacts.name(c).equals(name))
                        .isPresent())
            .map(user -> "%s pid %d".formatted(user.command(), user.pid()))
            .toList();
    return inside.isEmpty() ? "" : " (" + String.join(", ", inside) + ")";
  }

  /**
   * Returns whether a container was given a GPU, by the nvidia runtime, by request or by device.
   */
  private static boolean hasGpu(JsonNode container) {
    JsonNode host = container.path("HostConfig");
    boolean byRuntime = host.path("Runtime").asText().startsWith("nvidia") && !seesNone(container);
    boolean byRequest = false;
    for (JsonNode request : host.path("DeviceRequests")) {
      byRequest |= request.toString().contains("gpu") || request.toString().contains("nvidia");
    }
    boolean byDevice = false;
    for (JsonNode device : host.path("Devices")) {
      byDevice |= device.path("PathOnHost").asText().startsWith(DEVICES);
    }
    return byRuntime || byRequest || byDevice;
  }

  /**
   * The values with which the nvidia runtime injects nothing (container-toolkit, image/devices.go).
   */
  private static boolean seesNone(JsonNode container) {
    String visible = "";
    for (JsonNode pair : container.path("Config").path("Env")) {
      if (pair.asText().startsWith("NVIDIA_VISIBLE_DEVICES=")) {
        visible = pair.asText().substring("NVIDIA_VISIBLE_DEVICES=".length());
      }
    }
    return visible.isEmpty() || visible.equals("void") || visible.equals("none");
  }
}
