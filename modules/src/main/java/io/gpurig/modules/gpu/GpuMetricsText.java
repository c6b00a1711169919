package io.gpurig.modules.gpu;

import io.gpurig.engine.report.SafeText;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The GPUs of hosts in Prometheus' text format (prometheus.io, Exposition formats), as
 * node_exporter's textfile collector takes it. What NVIDIA's dcgm-exporter measures has the name,
 * the help and the labels that it has there (dcgm-exporter, etc/default-counters.csv); all else is
 * in {@code gpurig_gpu_info} and {@code gpurig_host_info}, which have the value 1. What is not
 * known has no sample.
 */
public final class GpuMetricsText {
  private final StringBuilder text = new StringBuilder();
  private final Map<String, GpuInventory> hosts;

  private GpuMetricsText(Map<String, GpuInventory> hosts) {
    this.hosts = hosts;
  }

  /**
   * Returns the samples, each line ended.
   *
   * @param hosts by name
   */
  public static String render(Map<String, GpuInventory> hosts) {
    return new GpuMetricsText(hosts).render();
  }

  private String render() {
    gauge("DCGM_FI_DEV_GPU_TEMP", "GPU temperature (in C).", m -> m.temperatureC());
    gauge("DCGM_FI_DEV_POWER_USAGE", "Power draw (in W).", m -> m.powerDrawW());
    gauge("DCGM_FI_DEV_ENFORCED_POWER_LIMIT", "Enforced power limit (in W).", m -> m.powerLimitW());
    gauge("DCGM_FI_DEV_GPU_UTIL", "GPU utilization (in %).", m -> m.gpuUtilPct());
    gauge("DCGM_FI_DEV_MEM_COPY_UTIL", "Memory utilization (in %).", m -> m.memoryUtilPct());
    gauge("DCGM_FI_DEV_FB_TOTAL", "Framebuffer memory total (in MiB).", m -> m.memoryTotalMiB());
    gauge("DCGM_FI_DEV_FB_FREE", "Framebuffer memory free (in MiB).", m -> m.memoryFreeMiB());
    gauge("DCGM_FI_DEV_FB_USED", "Framebuffer memory used (in MiB).", m -> m.memoryUsedMiB());
    info();
    return text.toString();
  }

  private void gauge(
      String name, String help, Function<Metrics, Optional<? extends Number>> value) {
    Set<String> samples = new LinkedHashSet<>();
    hosts.forEach(
        (host, inventory) -> {
          for (Gpu gpu : inventory.gpus()) {
            value
                .apply(gpu.metrics())
                .ifPresent(number -> samples.add(sample(name, labels(host, gpu), number)));
            if (name.endsWith("FB_USED") || name.endsWith("FB_TOTAL")) {
              instances(name, host, gpu, samples);
            }
          }
        });
    family(name, help, samples);
  }

  /** Compute instances of one GPU instance share its memory: it has one sample. */
  private static void instances(String name, String host, Gpu gpu, Set<String> samples) {
    Set<Integer> seen = new LinkedHashSet<>();
    for (Mig.Device device : gpu.mig().devices()) {
      Optional<Integer> memory =
          name.endsWith("FB_USED") ? device.memoryUsedMiB() : device.memoryTotalMiB();
      if (memory.isPresent() && device.gpuInstanceId().filter(seen::add).isPresent()) {
        Map<String, String> labels = labels(host, gpu);
        labels.put("GPU_I_ID", String.valueOf(device.gpuInstanceId().get()));
        samples.add(sample(name, labels, memory.get()));
      }
    }
  }

  /** The labels of dcgm-exporter, in its order and letters. */
  private static Map<String, String> labels(String host, Gpu gpu) {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("gpu", gpu.index().map(String::valueOf).orElse(""));
    labels.put("UUID", gpu.uuid().orElse(""));
    labels.put(
        "pci_bus_id", gpu.bdf().map(bdf -> ("0000" + bdf).toUpperCase(Locale.ROOT)).orElse(""));
    labels.put("device", gpu.minor().map(minor -> "nvidia" + minor).orElse(""));
    labels.put("modelName", gpu.name().orElse(""));
    labels.put("Hostname", host);
    return labels;
  }

  private void info() {
    Set<String> gpus = new LinkedHashSet<>();
    Set<String> drivers = new LinkedHashSet<>();
    hosts.forEach(
        (host, inventory) -> {
          Map<String, String> labels = new LinkedHashMap<>();
          labels.put("Hostname", host);
          labels.put("driver_version", inventory.driverVersion().orElse(""));
          labels.put("cuda_version", inventory.cudaVersion().orElse(""));
          drivers.add(sample("gpurig_host_info", labels, 1));
          inventory.gpus().forEach(gpu -> gpus.add(info(host, gpu)));
        });
    family("gpurig_host_info", "The NVIDIA driver that is loaded.", drivers);
    family("gpurig_gpu_info", "What a GPU is, and who holds it.", gpus);
  }

  private static String info(String host, Gpu gpu) {
    Map<String, String> labels = labels(host, gpu);
    labels.put("device_id", gpu.deviceId().orElse(""));
    labels.put("driver", gpu.driver().orElse(""));
    labels.put("iommu_group", gpu.iommuGroup().map(String::valueOf).orElse(""));
    labels.put("numa_node", gpu.numaNode().map(String::valueOf).orElse(""));
    labels.put("mig_mode", gpu.mig().current().orElse(""));
    labels.put("mig_mode_pending", gpu.mig().pending().orElse(""));
    labels.put("virtualization_mode", gpu.virtualizationMode().orElse(""));
    labels.put("recovery_action", gpu.recoveryAction().orElse(""));
    return sample("gpurig_gpu_info", labels, 1);
  }

  private void family(String name, String help, Set<String> samples) {
    if (!samples.isEmpty()) {
      text.append("# HELP %s %s\n# TYPE %s gauge\n".formatted(name, help, name));
      samples.forEach(text::append);
    }
  }

  /** An empty label is the same as none, and is left out. */
  private static String sample(String name, Map<String, String> labels, Number value) {
    StringBuilder line = new StringBuilder(name).append('{');
    labels.forEach(
        (label, content) -> {
          if (!content.isEmpty()) {
            line.append(line.charAt(line.length() - 1) == '{' ? "" : ",");
            line.append(label).append("=\"").append(escape(content)).append('"');
          }
        });
    return line.append("} ").append(value).append('\n').toString();
  }

  private static String escape(String label) {
    return SafeText.line(label).replace("\\", "\\\\").replace("\"", "\\\"");
  }
}
