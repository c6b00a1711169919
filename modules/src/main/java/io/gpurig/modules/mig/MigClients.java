package io.gpurig.modules.mig;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.fact.DeviceUser;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.fact.Facts;
import io.gpurig.modules.host.GpuClients;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Who would notice a change of some GPUs.
 *
 * @param containers names of running containers that were given one of them, or have one open
 * @param processes processes outside containers that have one open, in words
 */
record MigClients(List<String> containers, List<String> processes) {
  /** The driver's own daemons, which do not stand in the way (mig-parted, hooks-default.yaml). */
  private static final Set<String> DAEMONS =
      Set.of("nvidia-persiste", "nvidia-persistenced", "nv-fabricmanager", "nv-fabricmanage");

  /** The driver's container and what it is renamed to while it is replaced. */
  private static final Set<String> DRIVER =
      Set.of("nvidia-driver", "nvidia-driver.gpurig-previous");

  /** {@code /dev/nvidia0}; the others serve all GPUs alike. */
  private static final Pattern GPU_DEVICE = Pattern.compile("/dev/nvidia\\d+");

  private static final String CDI_KIND = "nvidia.com/gpu=";

  MigClients {
    containers = List.copyOf(containers);
    processes = List.copyOf(processes);
  }

  static MigClients of(Collection<MigGpu> gpus, MigHost host, Facts facts) {
    DockerFacts docker = facts.dockerState();
    Set<String> containers = new TreeSet<>();
    List<String> processes = new ArrayList<>();
    for (DeviceUser user : facts.usersOf(GpuClients.DEVICES)) {
      if (opens(user, gpus) && !DAEMONS.contains(user.command())) {
        Optional<String> container =
            user.container().flatMap(docker::container).map(DockerFacts::name);
        container.ifPresentOrElse(
            containers::add,
            () -> processes.add("%s (pid %d)".formatted(user.command(), user.pid())));
      }
    }
    String listed = host.smi().list(facts).stdout();
    for (String name : GpuClients.of(facts, DRIVER).containers()) {
      Set<String> asked = docker.container(name).map(MigClients::asked).orElse(Set.of());
      if (asked.isEmpty() || asked.stream().anyMatch(id -> means(id, gpus, host, listed))) {
        if (!asked.isEmpty() || usesUnknown(name, facts)) {
          containers.add(name);
        }
      }
    }
    containers.removeAll(DRIVER);
    return new MigClients(List.copyOf(containers), processes);
  }

  boolean none() {
    return containers.isEmpty() && processes.isEmpty();
  }

  /** Returns all by name. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    containers.forEach(name -> names.add("container " + name));
    processes.forEach(process -> names.add("process " + process));
    return names;
  }

  private static boolean opens(DeviceUser user, Collection<MigGpu> gpus) {
    List<String> devices =
        user.devices().stream().filter(d -> GPU_DEVICE.matcher(d).matches()).toList();
    // a process of which no GPU's device file is known may use any
    return devices.isEmpty()
        || devices.stream()
            .anyMatch(
                device ->
                    gpus.stream()
                        .anyMatch(g -> device.equals("/dev/nvidia" + g.minor().orElse(g.index()))));
  }

  /** A container without a request that can be read is judged by what its processes have open. */
  private static boolean usesUnknown(String container, Facts facts) {
    return facts.usersOf(GpuClients.DEVICES).stream()
        .noneMatch(
            user ->
                user.container()
                    .flatMap(facts.dockerState()::container)
                    .filter(c -> DockerFacts.name(c).equals(container))
                    .isPresent());
  }

  /** Returns the GPUs that a container asks for, in the ways that the toolkit understands. */
  private static Set<String> asked(JsonNode container) {
    Set<String> asked = new TreeSet<>();
    for (JsonNode request : container.path("HostConfig").path("DeviceRequests")) {
      request.path("DeviceIDs").forEach(id -> asked.add(id.asText()));
      if (request.path("DeviceIDs").isEmpty()) {
        asked.add("all");
      }
    }
    for (JsonNode pair : container.path("Config").path("Env")) {
      if (pair.asText().startsWith("NVIDIA_VISIBLE_DEVICES=")) {
        String value = pair.asText().substring("NVIDIA_VISIBLE_DEVICES=".length());
        asked.addAll(List.of(value.split(",")));
      }
    }
    asked.removeAll(Set.of("", "void", "none"));
    return asked;
  }

  private static boolean means(String asked, Collection<MigGpu> gpus, MigHost host, String listed) {
    String id = asked.startsWith(CDI_KIND) ? asked.substring(CDI_KIND.length()) : asked;
    String gpu = id.matches("\\d+:\\d+") ? id.substring(0, id.indexOf(':')) : id;
    if (id.startsWith("MIG-")) {
      return ofMigUuid(id, host, listed).map(gpus::contains).orElse(true);
    }
    Gpus which = Gpus.of(gpu);
    boolean known = host.gpus().stream().anyMatch(which::matches);
    return !known || gpus.stream().anyMatch(which::matches);
  }

  /** Returns the GPU below whose line {@code nvidia-smi -L} has a MIG device. */
  private static Optional<MigGpu> ofMigUuid(String uuid, MigHost host, String listed) {
    Optional<MigGpu> current = Optional.empty();
    for (String line : listed.lines().toList()) {
      if (line.startsWith("GPU ")) {
        current = host.gpus().stream().filter(g -> line.contains(g.uuid())).findFirst();
      } else if (line.contains(uuid)) {
        return current;
      }
    }
    return Optional.empty();
  }
}
