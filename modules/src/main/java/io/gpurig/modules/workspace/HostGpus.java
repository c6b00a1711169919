package io.gpurig.modules.workspace;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.fact.CommandFact;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import io.gpurig.modules.gpu.Gpu;
import io.gpurig.modules.gpu.GpuInventory;
import io.gpurig.modules.host.DriverPlace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The GPUs of a host and the MIG devices on them.
 *
 * @param gpus by address
 * @param migDevices in the order in which nvidia-smi lists them
 */
record HostGpus(List<Gpu> gpus, List<MigDevice> migDevices) {
  private static final Read.Command LIST = Read.Command.of("nvidia-smi", "-L");
  private static final Read.Command CONTAINER_LIST =
      Read.Command.of("chroot", DriverPlace.ROOT, "nvidia-smi", "-L");

  static final List<Read> READS =
      Stream.concat(GpuInventory.READS.stream(), Stream.of(LIST, CONTAINER_LIST)).toList();

  /** {@code GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-…)} */
  private static final Pattern GPU = Pattern.compile("GPU \\d+: .*\\(UUID: (GPU-[^)]+)\\)");

  /** {@code MIG 1g.5gb Device 0: (UUID: MIG-…)} */
  private static final Pattern MIG =
      Pattern.compile("\\s+MIG (\\S+)\\s+Device\\s+\\d+: \\(UUID: (MIG-[^)]+)\\)");

  HostGpus {
    gpus = List.copyOf(gpus);
    migDevices = List.copyOf(migDevices);
  }

  /**
   * A MIG device.
   *
   * @param gpu the UUID of the GPU that it is a part of
   * @param profile such as {@code 1g.10gb}
   * @param uuid {@code MIG-…}; in a preview of devices that are yet to be made it has slashes
   */
  record MigDevice(String gpu, String profile, String uuid) {
    boolean isYetToBeMade() {
      return uuid.contains("/");
    }
  }

  static HostGpus of(Facts facts) {
    return new HostGpus(GpuInventory.of(facts).gpus(), migDevices(facts));
  }

  private static List<MigDevice> migDevices(Facts facts) {
    List<MigDevice> devices = new ArrayList<>();
    String gpu = "";
    CommandFact host = facts.command(LIST.argv().toArray(String[]::new));
    CommandFact list =
        host.succeeded() ? host : facts.command(CONTAINER_LIST.argv().toArray(String[]::new));
    for (String line : list.stdout().lines().toList()) {
      Matcher whole = GPU.matcher(line);
      Matcher part = MIG.matcher(line);
      if (whole.matches()) {
        gpu = whole.group(1);
      } else if (part.matches()) {
        devices.add(new MigDevice(gpu, part.group(1), part.group(2)));
      }
    }
    return devices;
  }

  Optional<Gpu> at(String bdf) {
    return gpus.stream().filter(gpu -> gpu.bdf().filter(bdf::equals).isPresent()).findFirst();
  }

  Optional<Gpu> byUuid(String uuid) {
    return gpus.stream()
        .filter(gpu -> gpu.uuid().filter(uuid::equalsIgnoreCase).isPresent())
        .findFirst();
  }

  Optional<Gpu> byIndex(int index) {
    return gpus.stream().filter(gpu -> gpu.index().filter(i -> i == index).isPresent()).findFirst();
  }

  /** Returns whether there are GPUs whose UUID nobody tells, as no NVIDIA driver has them. */
  boolean hasNameless() {
    return gpus.stream().anyMatch(gpu -> gpu.uuid().isEmpty());
  }

  /** Returns the address that a UUID had when a container was given the GPU, by its labels. */
  static Optional<String> remembered(String uuid, Optional<JsonNode> container) {
    List<String> uuids = container.map(c -> Labels.ordered(c, Labels.GPUS)).orElse(List.of());
    List<String> bdfs = container.map(c -> Labels.ordered(c, Labels.VFIO)).orElse(List.of());
    int i = uuids.indexOf(uuid);
    return i >= 0 && i < bdfs.size() ? Optional.of(bdfs.get(i)) : Optional.empty();
  }

  /** Returns the GPUs in words, for those who named one that is not there. */
  String shown() {
    return gpus.isEmpty()
        ? "the host has no NVIDIA GPU"
        : "the host has "
            + gpus.stream()
                .map(gpu -> gpu.bdf().orElse("?") + gpu.uuid().map(u -> " " + u).orElse(""))
                .collect(Collectors.joining(", "));
  }
}
