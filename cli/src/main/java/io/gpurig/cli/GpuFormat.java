package io.gpurig.cli;

import io.gpurig.engine.report.AsciiJson;
import io.gpurig.modules.gpu.GpuInventory;
import io.gpurig.modules.gpu.GpuJson;
import io.gpurig.modules.gpu.GpuMetricsText;
import io.gpurig.modules.gpu.GpuPage;
import io.gpurig.modules.gpu.GpuTable;
import io.gpurig.modules.vfio.TopologyText;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The forms that the GPUs of hosts can be shown in. */
enum GpuFormat {
  TEXT,
  JSON,
  PROMETHEUS,
  HTML,
  /** What was read, as recorded with {@code --save}: not of GPUs alone. */
  RAW;

  /** Returns the names that users write. */
  static List<String> words() {
    return Arrays.stream(values()).map(GpuFormat::word).toList();
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the GPUs in this form; width and colour are for text alone, topology for text and
   * pages.
   */
  String render(Survey survey, int width, boolean colour, boolean topology) {
    Map<String, GpuInventory> hosts = survey.gpus();
    return switch (this) {
      case TEXT ->
          topology
              ? TopologyText.render(survey.topologies())
              : GpuTable.render(hosts, width, colour);
      case JSON -> AsciiJson.render(GpuJson.render(hosts));
      case PROMETHEUS -> GpuMetricsText.render(hosts);
      case HTML -> GpuPage.render(hosts, topology ? survey.pictures() : Map.of());
      case RAW -> survey.raw();
    };
  }
}
