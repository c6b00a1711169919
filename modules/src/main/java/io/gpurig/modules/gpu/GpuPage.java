package io.gpurig.modules.gpu;

import static io.gpurig.engine.report.HtmlPage.safe;

import io.gpurig.engine.report.HtmlPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The GPUs of hosts drawn on a page: how busy, how full, how divided. */
public final class GpuPage {
  private static final double HOT = 0.9;

  private static final String CSS =
      """
      main { max-width: 78rem; }
      .host { margin: 2.25rem 0 0.75rem; display: flex; flex-wrap: wrap; gap: 0 1rem; align-items: baseline; }
      .host h2 { font-size: 1.15rem; }
      .host p { color: var(--dim); font-size: 0.9rem; }
      .gpus { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: 0.75rem; margin: 0; padding: 0; list-style: none; }
      .gpu { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 0.8rem 0.95rem 0.9rem; }
      .gpu.silent { border-style: dashed; }
      .gpu h3 { margin: 0; font-size: 0.95rem; display: flex; justify-content: space-between; gap: 0.75rem; }
      .gpu h3 b { color: var(--dim); font-weight: 500; font-variant-numeric: tabular-nums; white-space: nowrap; }
      .gpu h3 .hot, .gpu .alarm { color: var(--bad); }
      .gpu p { color: var(--dim); font-size: 0.8rem; }
      .gpu .alarm { font-weight: 600; margin-top: 0.4rem; }
      .gauge { display: grid; grid-template-columns: 3.6rem 1fr; gap: 0.1rem 0.6rem; align-items: center; margin-top: 0.45rem; font-size: 0.8rem; color: var(--dim); }
      .gauge i { display: block; height: 9px; border-radius: 4px; background: var(--soft); overflow: hidden; }
      .gauge i span { display: block; height: 100%; background: var(--good); }
      .gauge i .hot { background: var(--stop); }
      .gauge small { grid-column: 2; font-size: 0.78rem; font-variant-numeric: tabular-nums; }
      .topology { display: block; width: 100%; margin-top: 1rem; font-family: inherit; }
      .slices { display: flex; gap: 3px; margin-top: 0.55rem; }
      .slices span { min-width: 1.6rem; padding: 0.1rem 0.35rem; border-radius: 4px; font-size: 0.72rem; color: var(--text); border: 1px solid var(--line); white-space: nowrap; overflow: hidden; }
      """;

  private final StringBuilder html = new StringBuilder();

  private GpuPage() {}

  /**
   * Returns the page.
   *
   * @param hosts by name, in the order in which they are shown
   */
  public static String render(Map<String, GpuInventory> hosts) {
    return render(hosts, Map.of());
  }

  /**
   * Returns the page.
   *
   * @param hosts by name, in the order in which they are shown
   * @param pictures HTML that stands below the GPUs of a host, by name
   */
  public static String render(Map<String, GpuInventory> hosts, Map<String, String> pictures) {
    GpuPage page = new GpuPage();
    page.header(hosts);
    hosts.forEach((name, host) -> page.host(name, host, pictures.getOrDefault(name, "")));
    return HtmlPage.render("GPUs", CSS, page.html.toString());
  }

  private void header(Map<String, GpuInventory> hosts) {
    List<Gpu> gpus = hosts.values().stream().flatMap(host -> host.gpus().stream()).toList();
    html.append("<header>\n<p class=\"command\">gpurig facts</p>\n<h1>GPUs</h1>\n");
    html.append("<ul class=\"counts\">\n");
    count(hosts.size(), hosts.size() == 1 ? "host" : "hosts", "");
    count(gpus.size(), gpus.size() == 1 ? "GPU" : "GPUs", "");
    long silent = gpus.stream().filter(GpuPage::isSilent).count();
    if (silent > 0) {
      count(silent, "without an answer", "pending");
    }
    long ill = gpus.stream().filter(gpu -> recovery(gpu).isPresent()).count();
    if (ill > 0) {
      count(ill, "to recover", "failed");
    }
    html.append("</ul>\n</header>\n");
  }

  private void count(long number, String what, String tone) {
    html.append("<li class=\"%s\"><b>%d</b> %s</li>\n".formatted(tone, number, what));
  }

  private void host(String name, GpuInventory host, String picture) {
    html.append("<section>\n<div class=\"host\"><h2>" + safe(name) + "</h2><p>");
    List<String> parts = new ArrayList<>();
    host.driverVersion().ifPresent(version -> parts.add("driver " + safe(version)));
    host.cudaVersion().ifPresent(version -> parts.add("CUDA " + safe(version)));
    html.append(parts.isEmpty() ? "no NVIDIA driver" : String.join(", ", parts));
    html.append("</p></div>\n");
    host.trouble().ifPresent(why -> html.append("<p class=\"hint\">" + safe(why) + "</p>\n"));
    html.append(host.gpus().isEmpty() ? "<p>no NVIDIA GPU</p>\n" : "<ul class=\"gpus\">\n");
    host.gpus().forEach(this::gpu);
    html.append(host.gpus().isEmpty() ? "" : "</ul>\n").append(picture).append("</section>\n");
  }

  private void gpu(Gpu gpu) {
    Metrics metrics = gpu.metrics();
    html.append("<li class=\"gpu%s\">\n<h3>".formatted(isSilent(gpu) ? " silent" : ""));
    html.append(gpu.index().map(index -> index + " · ").orElse(""));
    html.append(
        safe(gpu.name().or(() -> gpu.deviceId().map(id -> "device " + id)).orElse("unknown")));
    metrics.temperatureC().ifPresent(c -> html.append("<b>" + c + " °C</b>"));
    html.append("</h3>\n<p>" + place(gpu) + "</p>\n");
    if (isSilent(gpu)) {
      html.append("<p>nothing is read from it</p>\n");
    }
    recovery(gpu)
        .ifPresent(a -> html.append("<p class=\"alarm\">recovery needed: " + safe(a) + "</p>\n"));
    metrics
        .gpuUtilPct()
        .ifPresent(percent -> gauge("busy", percent / 100.0, percent + " %", false));
    both(metrics.memoryUsedMiB(), metrics.memoryTotalMiB())
        .ifPresent(part -> gauge("memory", part, memory(metrics), part > HOT));
    both(metrics.powerDrawW(), metrics.powerLimitW())
        .ifPresent(part -> gauge("power", part, power(metrics), part > HOT));
    slices(gpu.mig());
    html.append("</li>\n");
  }

  private static String place(Gpu gpu) {
    return String.join(
        " · ",
        Stream.of(
                gpu.bdf(),
                gpu.driver(),
                gpu.numaNode().map(node -> "NUMA " + node),
                gpu.iommuGroup().map(group -> "IOMMU " + group),
                gpu.virtualizationMode().filter(m -> !m.equals("None") && !m.equals("N/A")))
            .flatMap(Optional::stream)
            .map(text -> safe(text))
            .toList());
  }

  private static Optional<Double> both(
      Optional<? extends Number> part, Optional<? extends Number> of) {
    return of.filter(whole -> whole.doubleValue() > 0)
        .flatMap(whole -> part.map(p -> Math.min(1, p.doubleValue() / whole.doubleValue())));
  }

  private static String memory(Metrics metrics) {
    return String.format(
        Locale.ROOT,
        "%.1f of %.1f GiB",
        metrics.memoryUsedMiB().orElse(0) / 1024.0,
        metrics.memoryTotalMiB().orElse(0) / 1024.0);
  }

  private static String power(Metrics metrics) {
    return String.format(
        Locale.ROOT,
        "%.0f of %.0f W",
        metrics.powerDrawW().orElse(0.0),
        metrics.powerLimitW().orElse(0.0));
  }

  private void gauge(String name, double part, String shown, boolean hot) {
    html.append(
        String.format(
            Locale.ROOT,
            "<div class=\"gauge\">%s<i><span%s"
                + " style=\"width:%.1f%%\"></span></i><small>%s</small></div>\n",
            name,
            hot ? " class=\"hot\"" : "",
            part * 100,
            safe(shown)));
  }

  /** Each instance is as wide as its part of the memory. */
  private void slices(Mig mig) {
    boolean changes = mig.pending().isPresent() && !mig.pending().equals(mig.current());
    if (changes) {
      html.append("<p>MIG: to be " + safe(mig.pending().get()) + " after a reset</p>\n");
    }
    if (mig.isEnabled()) {
      html.append("<div class=\"slices\">");
      for (Mig.Device device : mig.devices()) {
        html.append(
            "<span style=\"flex:%1$d 1 0\" title=\"GPU instance %2$s\">%2$s · %3$s</span>"
                .formatted(
                    Math.max(1, device.memoryTotalMiB().orElse(1)),
                    device.gpuInstanceId().map(String::valueOf).orElse("?"),
                    device.memoryTotalMiB().map(m -> Math.round(m / 1024.0) + " GiB").orElse("?")));
      }
      html.append(mig.devices().isEmpty() ? "<span>MIG, no instance</span></div>\n" : "</div>\n");
    }
  }

  private static Optional<String> recovery(Gpu gpu) {
    return gpu.recoveryAction().filter(action -> !action.equals("None") && !action.equals("N/A"));
  }

  /** A lost GPU still tells its power limit, which is a setting. */
  private static boolean isSilent(Gpu gpu) {
    Metrics metrics = gpu.metrics();
    return Stream.of(
            metrics.temperatureC(),
            metrics.gpuUtilPct(),
            metrics.memoryTotalMiB(),
            metrics.powerDrawW())
        .allMatch(Optional::isEmpty);
  }
}
