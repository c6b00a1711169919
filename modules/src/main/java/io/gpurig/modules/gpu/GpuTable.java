package io.gpurig.modules.gpu;

import io.gpurig.engine.report.SafeText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The GPUs of hosts for people at a terminal: a line a GPU, under its host. */
public final class GpuTable {
  private static final String NOTHING = "-";
  private static final String GAP = "  ";
  private static final int NARROWEST_NAME = 8;

  /** The columns; those in which no GPU has anything are left out. */
  private static final List<Column> COLUMNS =
      List.of(
          new Column("GPU", gpu -> gpu.index().map(String::valueOf)),
          new Column("NAME", GpuTable::name),
          new Column("PCI", Gpu::bdf),
          new Column("DRIVER", Gpu::driver),
          new Column("TEMP", gpu -> gpu.metrics().temperatureC().map(c -> c + "C")),
          new Column("UTIL", gpu -> gpu.metrics().gpuUtilPct().map(percent -> percent + "%")),
          new Column("MEMORY", gpu -> memory(gpu.metrics())),
          new Column("POWER", gpu -> power(gpu.metrics())),
          new Column("MIG", gpu -> mig(gpu.mig())),
          new Column("NUMA", gpu -> gpu.numaNode().map(String::valueOf)),
          new Column("IOMMU", gpu -> gpu.iommuGroup().map(String::valueOf)));

  /** What a narrow terminal can do without, the least needed first. */
  private static final List<String> SPARE = List.of("IOMMU", "NUMA", "DRIVER");

  private final int width;
  private final boolean colour;
  private final StringBuilder text = new StringBuilder();

  private GpuTable(int width, boolean colour) {
    this.width = width;
    this.colour = colour;
  }

  private record Column(String title, Function<Gpu, Optional<String>> value) {
    String of(Gpu gpu) {
      return value.apply(gpu).map(SafeText::line).orElse(NOTHING);
    }

    int width(List<Gpu> gpus) {
      int widest = title.length();
      for (Gpu gpu : gpus) {
        String shown = of(gpu);
        widest = Math.max(widest, shown.codePointCount(0, shown.length()));
      }
      return widest;
    }
  }

  /**
   * Returns the table, each line of it ended.
   *
   * @param hosts by name, in the order in which they are shown
   * @param width of the terminal, in columns
   * @param colour whether it shows colours
   */
  public static String render(Map<String, GpuInventory> hosts, int width, boolean colour) {
    return new GpuTable(width, colour).render(hosts);
  }

  private String render(Map<String, GpuInventory> hosts) {
    List<Gpu> all = hosts.values().stream().flatMap(host -> host.gpus().stream()).toList();
    List<Column> columns = columns(all);
    List<Integer> widths = widths(columns, all);
    hosts.forEach(
        (name, host) -> {
          text.append(text.isEmpty() ? "" : "\n");
          text.append(paint("1", SafeText.line(name))).append(": ").append(summary(host));
          text.append('\n');
          if (!host.gpus().isEmpty()) {
            row(columns, widths, Column::title, "2");
            host.gpus().forEach(gpu -> gpu(columns, widths, gpu));
          }
        });
    return text.toString();
  }

  private static String summary(GpuInventory host) {
    List<String> parts = new ArrayList<>();
    int count = host.gpus().size();
    parts.add(count == 0 ? "no NVIDIA GPU" : count == 1 ? "1 GPU" : count + " GPUs");
    host.driverVersion().ifPresent(version -> parts.add("driver " + SafeText.line(version)));
    host.cudaVersion()
        .filter(version -> Character.isDigit(version.charAt(0)))
        .ifPresent(version -> parts.add("CUDA " + SafeText.line(version)));
    if (count > 0 && host.driverVersion().isEmpty()) {
      parts.add("no NVIDIA driver");
    }
    return String.join(", ", parts);
  }

  private List<Column> columns(List<Gpu> gpus) {
    List<Column> columns =
        new ArrayList<>(
            COLUMNS.stream()
                .filter(c -> gpus.stream().anyMatch(gpu -> !c.of(gpu).equals(NOTHING)))
                .toList());
    for (String spare : SPARE) {
      if (total(widths(columns, gpus, Integer.MAX_VALUE)) > width) {
        columns.removeIf(column -> column.title().equals(spare));
      }
    }
    return columns;
  }

  private List<Integer> widths(List<Column> columns, List<Gpu> gpus) {
    int over = total(widths(columns, gpus, Integer.MAX_VALUE)) - width;
    int name =
        columns.stream()
            .filter(column -> column.title().equals("NAME"))
            .mapToInt(column -> column.width(gpus))
            .sum();
    return widths(columns, gpus, Math.max(NARROWEST_NAME, name - Math.max(0, over)));
  }

  private static List<Integer> widths(List<Column> columns, List<Gpu> gpus, int name) {
    return columns.stream()
        .map(c -> c.title().equals("NAME") ? Math.min(name, c.width(gpus)) : c.width(gpus))
        .toList();
  }

  private static int total(List<Integer> widths) {
    return widths.stream().mapToInt(w -> w + GAP.length()).sum() - GAP.length();
  }

  private void gpu(List<Column> columns, List<Integer> widths, Gpu gpu) {
    row(columns, widths, column -> column.of(gpu), "");
    for (Mig.Device device : gpu.mig().devices()) {
      text.append(GAP).append(GAP).append(device(device)).append('\n');
    }
    gpu.recoveryAction()
        .filter(action -> !action.equals("None") && !action.equals("N/A"))
        .ifPresent(
            action ->
                text.append(GAP)
                    .append(GAP)
                    .append(paint("31", "recovery needed: " + SafeText.line(action)))
                    .append('\n'));
  }

  private static String device(Mig.Device device) {
    return "MIG %s: GPU instance %s, compute instance %s, %s SMs, %s"
        .formatted(
            shown(device.index()),
            shown(device.gpuInstanceId()),
            shown(device.computeInstanceId()),
            shown(device.smCount()),
            gib(device.memoryUsedMiB(), device.memoryTotalMiB()).orElse(NOTHING));
  }

  private static String shown(Optional<Integer> number) {
    return number.map(String::valueOf).orElse(NOTHING);
  }

  private void row(
      List<Column> columns, List<Integer> widths, Function<Column, String> cell, String paint) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < columns.size(); i++) {
      line.append(fit(cell.apply(columns.get(i)), widths.get(i))).append(GAP);
    }
    text.append(paint(paint, line.toString().stripTrailing())).append('\n');
  }

  private static String fit(String value, int width) {
    int length = value.codePointCount(0, value.length());
    return length > width
        ? value.substring(0, value.offsetByCodePoints(0, width - 1)) + "…"
        : value + " ".repeat(width - length);
  }

  private static Optional<String> name(Gpu gpu) {
    return gpu.name()
        .map(name -> name.replaceFirst("^NVIDIA ", ""))
        .or(() -> gpu.deviceId().map(id -> "device " + id));
  }

  private static Optional<String> memory(Metrics metrics) {
    return gib(metrics.memoryUsedMiB(), metrics.memoryTotalMiB());
  }

  private static Optional<String> gib(Optional<Integer> used, Optional<Integer> total) {
    return total.map(
        all ->
            "%s/%.1f GiB"
                .formatted(
                    used.map(part -> String.format(Locale.ROOT, "%.1f", part / 1024.0))
                        .orElse(NOTHING),
                    all / 1024.0));
  }

  private static Optional<String> power(Metrics metrics) {
    Optional<String> limit = metrics.powerLimitW().map(watts -> "/" + Math.round(watts));
    return metrics
        .powerDrawW()
        .map(watts -> Math.round(watts) + limit.orElse("") + " W")
        .or(() -> limit.map(watts -> NOTHING + watts + " W"));
  }

  /** Most GPUs cannot be divided or are not; that is not worth a column. */
  private static Optional<String> mig(Mig mig) {
    String current = mig.current().orElse("");
    String pending = mig.pending().orElse(current);
    if (!pending.equals(current)) {
      return Optional.of("to be " + pending.toLowerCase(Locale.ROOT));
    }
    return mig.isEnabled() ? Optional.of("on, " + mig.devices().size()) : Optional.empty();
  }

  private String paint(String code, String shown) {
    return colour && !code.isEmpty() ? "\u001b[" + code + "m" + shown + "\u001b[0m" : shown;
  }
}
