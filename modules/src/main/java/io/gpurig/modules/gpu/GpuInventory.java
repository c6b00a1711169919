package io.gpurig.modules.gpu;

import static java.util.Objects.requireNonNull;

import io.gpurig.engine.fact.CommandFact;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.engine.fact.PciFact;
import io.gpurig.engine.fact.Read;
import io.gpurig.modules.host.DriverPlace;
import io.gpurig.modules.host.NvidiaPci;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The GPUs of a host. The PCI bus says which there are, with any driver or none; nvidia-smi says
 * how they are. A GPU that only nvidia-smi knows, as under WSL, stands behind those of the bus.
 *
 * <p>A saved plan rests on what GPUs are, not on their {@link Metrics}: no change may depend on
 * those.
 *
 * @param driverVersion of the driver that is loaded: {@code 580.126.20}
 * @param cudaVersion the newest CUDA version it speaks: {@code 13.0}
 * @param gpus by address
 * @param trouble why nvidia-smi says nothing, if there is a reason
 */
public record GpuInventory(
    Optional<String> driverVersion,
    Optional<String> cudaVersion,
    List<Gpu> gpus,
    Optional<String> trouble) {
  private static final List<String> HOST = List.of("nvidia-smi", "-q", "-x");

  /**
   * The driver of a container is asked only where the host has none of its own that answers: in its
   * root file system, which the container shares with the host, and which takes a quarter of the
   * time that a process in the container takes; in the container where that fails.
   */
  public static final List<String> CONTAINER =
      List.of(
          "sh",
          "-c",
          "nvidia-smi -L >/dev/null 2>&1 || chroot %s nvidia-smi -q -x 2>/dev/null || docker exec %s nvidia-smi -q -x"
              .formatted(DriverPlace.ROOT, DriverPlace.CONTAINER));

  private static final String LOADED = "/sys/module/nvidia/version";

  /** The reads that tell. */
  public static final List<Read> READS =
      List.of(
          NvidiaPci.READ,
          new Read.Command(HOST),
          new Read.Command(CONTAINER),
          new Read.File(LOADED),
          ProcGpus.READ,
          PciNames.READ);

  public GpuInventory {
    requireNonNull(driverVersion, "driverVersion is null");
    requireNonNull(cudaVersion, "cudaVersion is null");
    gpus = List.copyOf(gpus);
    requireNonNull(trouble, "trouble is null");
  }

  /** Returns the GPUs that facts tell of. */
  public static GpuInventory of(Facts facts) {
    SmiLog smi = smi(facts);
    Map<String, PciFact> bus = NvidiaPci.gpuFunctions(facts);
    Map<String, String> names = PciNames.of(facts);
    Map<String, Map<String, String>> proc = ProcGpus.of(facts);
    Map<String, List<Gpu>> spoken = new HashMap<>();
    smi.gpus()
        .forEach(
            gpu ->
                gpu.bdf()
                    .ifPresent(
                        bdf -> spoken.computeIfAbsent(bdf, b -> new ArrayList<>()).add(gpu)));
    List<Gpu> gpus = new ArrayList<>();
    bus.forEach(
        (bdf, function) -> {
          List<Gpu> said = spoken.getOrDefault(bdf, List.of());
          // of two that claim one address, neither can be believed
          Gpu gpu = said.size() == 1 ? said.getFirst() : Gpu.at(bdf);
          gpus.add(named(gpu.on(function), names, proc));
        });
    smi.gpus().stream()
        .filter(gpu -> gpu.bdf().filter(bus::containsKey).isEmpty())
        .forEach(gpu -> gpus.add(named(gpu, names, proc)));
    Optional<String> loaded =
        facts.file(LOADED).map(FileFact::value).filter(version -> !version.isEmpty());
    // without a driver it has nobody to talk to, which is no trouble
    boolean driven =
        facts.pci().isEmpty()
            || loaded.isPresent()
            || bus.values().stream().anyMatch(f -> f.driver().filter("nvidia"::equals).isPresent());
    return new GpuInventory(
        smi.driverVersion().or(() -> loaded),
        smi.cudaVersion(),
        gpus,
        smi.trouble().filter(why -> driven));
  }

  private static SmiLog smi(Facts facts) {
    SmiLog host = SmiLog.of(facts.command(HOST, GpuInventory::identity));
    if (host.driverVersion().isPresent() || !host.gpus().isEmpty()) {
      return host;
    }
    SmiLog container = SmiLog.of(facts.command(CONTAINER, GpuInventory::identity));
    boolean answers = container.driverVersion().isPresent() || !container.gpus().isEmpty();
    return answers || host.trouble().isEmpty() ? container : host;
  }

  private static String identity(CommandFact answer) {
    SmiLog log = SmiLog.of(answer);
    return "driver %s, CUDA %s, GPUs %s"
        .formatted(
            log.driverVersion().orElse("none"),
            log.cudaVersion().orElse("none"),
            log.gpus().stream().map(Gpu::identity).toList());
  }

  private static Gpu named(
      Gpu gpu, Map<String, String> names, Map<String, Map<String, String>> proc) {
    Map<String, String> kernel = gpu.bdf().map(proc::get).orElse(Map.of());
    return gpu.orElse(
        ProcGpus.value(kernel, "Model").or(() -> gpu.deviceId().map(names::get)),
        ProcGpus.value(kernel, "GPU UUID"),
        ProcGpus.value(kernel, "Device Minor").flatMap(text -> Values.whole(text, "")));
  }
}
