package io.gpurig.cli;

import io.gpurig.engine.report.AsciiJson;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.fact.Facts;
import io.gpurig.modules.gpu.GpuInventory;
import io.gpurig.modules.gpu.GpuJson;
import io.gpurig.modules.gpu.GpuMetricsText;
import io.gpurig.modules.gpu.GpuPage;
import io.gpurig.modules.gpu.GpuTable;
import io.gpurig.modules.vfio.TopologyText;
import io.gpurig.modules.workspace.WorkspaceList;
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
              : table(survey, hosts, width, colour);
      case JSON -> AsciiJson.render(json(survey, hosts));
      case PROMETHEUS -> GpuMetricsText.render(hosts);
      case HTML -> GpuPage.render(hosts, topology ? survey.pictures() : Map.of());
      case RAW -> survey.raw();
    };
  }

  private static String table(
      Survey survey, Map<String, GpuInventory> hosts, int width, boolean colour) {
    String workspaces = WorkspaceList.text(survey.byHost());
    String gpus = GpuTable.render(hosts, width, colour);
    return workspaces.isEmpty() ? gpus : gpus + "\n" + workspaces;
  }

  private static ObjectNode json(Survey survey, Map<String, GpuInventory> hosts) {
    ObjectNode document = GpuJson.render(hosts);
    Map<String, Facts> facts = survey.byHost();
    for (JsonNode host : document.path("hosts")) {
      Facts read = facts.get(host.path("host").asText());
      if (host instanceof ObjectNode node && read != null) {
        node.set("workspaces", WorkspaceList.json(read));
      }
    }
    return document;
  }
}
