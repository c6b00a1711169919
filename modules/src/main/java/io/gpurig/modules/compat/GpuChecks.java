package io.gpurig.modules.compat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.fact.Read;
import io.gpurig.modules.gpu.Gpu;
import io.gpurig.modules.gpu.Mig;
import io.gpurig.modules.host.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks of the GPUs themselves, and of how they are divided. */
final class GpuChecks {
  static final List<Read> MIG_AT_BOOT =
      List.of(
          new Read.File("/etc/systemd/system/gpurig-mig.service"),
          new Read.File("/lib/systemd/system/nvidia-mig-manager.service"),
          new Read.File("/etc/systemd/system/nvidia-mig-manager.service"));

  static final Read.Command SMI = Read.Command.of("nvidia-smi", "-q", "-x");

  private static final Pattern PERSISTENCE =
      Pattern.compile("<persistence_mode>\\s*Disabled\\s*</persistence_mode>");

  /** The first driver with MIG for each product (MIG user guide, supported GPUs). */
  private static final Map<String, String> MIG_DRIVERS =
      Map.of(
          "A100", "450.80.02",
          "A30", "460.73.01",
          "H100", "525.85.12",
          "H20", "535.161.07",
          "H200", "550.90.07",
          "B200", "570.133.20",
          "GB200", "570.133.20",
          "B300", "580.82.07");

  private GpuChecks() {}

  static List<String> recovery(HostState host) {
    return each(
        host,
        gpu -> gpu.recoveryAction().filter(a -> !a.equals("None") && !a.equals("N/A")).isPresent(),
        gpu -> "nvidia-smi asks for: " + gpu.recoveryAction().orElse(""));
  }

  static List<String> lost(HostState host) {
    List<Gpu> gpus = host.gpus().gpus();
    boolean answers = gpus.stream().anyMatch(gpu -> gpu.index().isPresent());
    boolean said = host.run(SMI).stdout().contains("GPU is lost");
    List<String> silent =
        each(
            host,
            gpu ->
                answers
                    && gpu.driver().filter("nvidia"::equals).isPresent()
                    && gpu.index().isEmpty(),
            gpu -> "it is on the bus, and nvidia-smi does not list it");
    return silent.isEmpty() && said ? List.of("nvidia-smi says: GPU is lost") : silent;
  }

  static List<String> persistence(HostState host) {
    Matcher off = PERSISTENCE.matcher(host.run(SMI).stdout());
    int count = 0;
    while (off.find()) {
      count++;
    }
    return DriverChecks.when(count > 0, "persistence mode is off for %d GPUs".formatted(count));
  }

  static List<String> noInstances(HostState host) {
    return each(
        host,
        gpu -> gpu.mig().isEnabled() && gpu.mig().devices().isEmpty(),
        gpu -> "it is in MIG mode without an instance");
  }

  static List<String> migPending(HostState host) {
    return each(
        host,
        gpu -> gpu.mig().isSupported() && isPending(gpu.mig()),
        gpu -> "its MIG mode will be %s after a reset".formatted(gpu.mig().pending().orElse("")));
  }

  private static boolean isPending(Mig mig) {
    return mig.pending()
        .filter(pending -> !pending.equals("N/A") && !mig.current().equals(mig.pending()))
        .isPresent();
  }

  static List<String> migAtBoot(HostState host) {
    boolean kept =
        MIG_AT_BOOT.stream().anyMatch(read -> read instanceof Read.File file && host.has(file));
    return kept
        ? List.of()
        : each(
            host,
            gpu -> !gpu.mig().devices().isEmpty(),
            gpu -> "it has %d instances".formatted(gpu.mig().devices().size()));
  }

  static List<String> migDriver(HostState host) {
    Optional<Version> driver = host.driver();
    TreeSet<String> names = new TreeSet<>();
    host.gpus().gpus().stream()
        .filter(gpu -> gpu.mig().isEnabled())
        .forEach(gpu -> gpu.name().ifPresent(names::add));
    host.plan()
        .path("mig")
        .path("devices")
        .forEach(
            device -> {
              JsonNode gpus = device.path("gpus");
              names.add(gpus.asText());
              gpus.forEach(gpu -> names.add(gpu.asText()));
            });
    List<String> messages = new ArrayList<>();
    for (String name : names) {
      MIG_DRIVERS.forEach(
          (product, least) -> {
            boolean is = Pattern.compile("\\b" + product + "\\b").matcher(name).find();
            if (is && driver.filter(version -> !version.isAtLeast(least)).isPresent()) {
              messages.add(
                  "%s needs driver %s for MIG, and the driver is %s"
                      .formatted(name, least, driver.get()));
            }
          });
    }
    return messages;
  }

  private static List<String> each(
      HostState host, Predicate<Gpu> which, Function<Gpu, String> message) {
    return host.gpus().gpus().stream()
        .filter(which)
        .map(
            gpu ->
                "GPU %s: %s"
                    .formatted(
                        gpu.bdf().or(gpu::uuid).or(gpu::name).orElse("?"), message.apply(gpu)))
        .toList();
  }
}
