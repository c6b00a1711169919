package io.gpurig.modules.gpu;

import io.gpurig.engine.fact.CommandFact;
import io.gpurig.engine.fact.UnreadableAnswerException;
import io.gpurig.engine.fact.XmlElement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What {@code nvidia-smi -q -x} printed, of drivers 390 to 595 (DTD v9 to v13).
 *
 * @param driverVersion {@code 580.126.20}
 * @param cudaVersion the newest CUDA version that the driver speaks, {@code 13.0}; a driver that
 *     speaks none says {@code N/A} or {@code Not Found}
 * @param gpus in the order of their indexes
 * @param trouble why there are none, if there is a reason
 */
record SmiLog(
    Optional<String> driverVersion,
    Optional<String> cudaVersion,
    List<Gpu> gpus,
    Optional<String> trouble) {
  private static final String ROOT = "nvidia_smi_log";

  /** Names of processes are not escaped by every driver, and nobody asks for them here. */
  private static final Pattern PROCESS_NAMES =
      Pattern.compile("<process_name>[^\\n]*</process_name>");

  /** Where drivers say what the GPU draws: up to 530, up to 550, and since. */
  private static final List<List<String>> POWER_DRAW =
      List.of(
          List.of("power_readings", "power_draw"),
          List.of("gpu_power_readings", "power_draw"),
          List.of("gpu_power_readings", "instant_power_draw"),
          List.of("gpu_power_readings", "average_power_draw"));

  private static final List<List<String>> POWER_LIMIT =
      List.of(
          List.of("power_readings", "enforced_power_limit"),
          List.of("gpu_power_readings", "current_power_limit"));

  SmiLog {
    gpus = List.copyOf(gpus);
  }

  /** Reads what the command answered, whatever that is. */
  static SmiLog of(CommandFact answer) {
    String text = PROCESS_NAMES.matcher(answer.stdout()).replaceAll("");
    int end = text.lastIndexOf("</" + ROOT + ">");
    // drivers put warnings before and after the document; what comes before may declare entities
    int start = end < 0 ? -1 : text.lastIndexOf("<" + ROOT, end);
    if (start < 0) {
      return none(complaint(answer));
    }
    try {
      return read(XmlElement.parse(text.substring(start, end + ROOT.length() + 3)));
    } catch (UnreadableAnswerException e) {
      return none(Optional.of("what nvidia-smi printed " + e.reason()));
    }
  }

  private static SmiLog none(Optional<String> trouble) {
    return new SmiLog(Optional.empty(), Optional.empty(), List.of(), trouble);
  }

  /** A host without nvidia-smi has no trouble with it. */
  private static Optional<String> complaint(CommandFact answer) {
    if (answer.exit() == 127) {
      return Optional.empty();
    }
    if (answer.exit() == 124) {
      return Optional.of("nvidia-smi did not answer in time");
    }
    // nvidia-smi complains on its standard output; on the other one are those who did not find it
    return answer
        .stdout()
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .findFirst()
        .map(line -> line.startsWith("<") ? "what nvidia-smi printed is not whole" : line);
  }

  private static SmiLog read(XmlElement log) {
    List<Gpu> gpus = new ArrayList<>();
    for (XmlElement gpu : log.children("gpu")) {
      gpus.add(gpu(gpu, gpus.size()));
    }
    return new SmiLog(
        log.value("driver_version").flatMap(Values::words),
        log.value("cuda_version").flatMap(Values::words),
        gpus,
        Optional.empty());
  }

  private static Gpu gpu(XmlElement gpu, int index) {
    return new Gpu(
        address(gpu),
        gpu.value("pci", "pci_device_id").flatMap(Values::device),
        gpu.value("product_name").flatMap(Values::words),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        gpu.value("uuid").flatMap(Values::words),
        Optional.of(index),
        count(gpu, "minor_number"),
        mig(gpu),
        gpu.value("gpu_virtualization_mode", "virtualization_mode").flatMap(Values::words),
        gpu.value("gpu_recovery_action").flatMap(Values::words),
        metrics(gpu));
  }

  /** The address is there twice; where the two differ, neither is to be trusted. */
  private static Optional<String> address(XmlElement gpu) {
    List<Optional<String>> said =
        Stream.of(Optional.ofNullable(gpu.attributes().get("id")), gpu.value("pci", "pci_bus_id"))
            .flatMap(Optional::stream)
            .map(Values::address)
            .distinct()
            .toList();
    return said.size() == 1 ? said.getFirst() : Optional.empty();
  }

  private static Mig mig(XmlElement gpu) {
    List<Mig.Device> devices =
        gpu.at("mig_devices").stream()
            .flatMap(list -> list.children("mig_device").stream())
            .map(
                device ->
                    new Mig.Device(
                        count(device, "index"),
                        count(device, "gpu_instance_id"),
                        count(device, "compute_instance_id"),
                        count(device, "device_attributes", "shared", "multiprocessor_count"),
                        memory(device, "total"),
                        memory(device, "used")))
            .toList();
    return new Mig(
        gpu.value("mig_mode", "current_mig").flatMap(Values::words),
        gpu.value("mig_mode", "pending_mig").flatMap(Values::words),
        devices);
  }

  private static Metrics metrics(XmlElement gpu) {
    return new Metrics(
        gpu.value("temperature", "gpu_temp").flatMap(text -> Values.whole(text, "C")),
        gpu.value("utilization", "gpu_util").flatMap(Values::percent),
        gpu.value("utilization", "memory_util").flatMap(Values::percent),
        memory(gpu, "total"),
        memory(gpu, "used"),
        memory(gpu, "free"),
        watts(gpu, POWER_DRAW),
        watts(gpu, POWER_LIMIT));
  }

  private static Optional<Integer> count(XmlElement element, String... path) {
    return element.value(path).flatMap(text -> Values.whole(text, ""));
  }

  private static Optional<Integer> memory(XmlElement element, String which) {
    return element.value("fb_memory_usage", which).flatMap(text -> Values.whole(text, "MiB"));
  }

  private static Optional<Double> watts(XmlElement gpu, List<List<String>> places) {
    Function<List<String>, Optional<Double>> read =
        path -> gpu.value(path.toArray(String[]::new)).flatMap(t -> Values.decimal(t, "W"));
    return places.stream().map(read).flatMap(Optional::stream).findFirst();
  }
}
