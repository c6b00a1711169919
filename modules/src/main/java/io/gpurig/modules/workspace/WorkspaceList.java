package io.gpurig.modules.workspace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.report.SafeText;
import io.gpurig.modules.gpu.Gpu;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The workspaces of hosts with their GPUs, by the labels of their containers. */
public final class WorkspaceList {
  private static final List<String> TITLES = List.of("WORKSPACE", "HOST", "STATE", "PLAN", "GPUS");
  private static final String GAP = "  ";

  private WorkspaceList() {}

  /**
   * A workspace.
   *
   * @param state Docker's word for it: {@code running}, {@code exited}
   * @param plan the name of the plan that it is of
   * @param gpus addresses, or UUIDs of MIG devices and of GPUs that are not known; {@code all}
   * @param passedThrough whether a guest has them
   */
  private record Entry(
      String name, String state, String plan, List<String> gpus, boolean passedThrough) {}

  private static List<Entry> of(Facts facts) {
    HostGpus host = HostGpus.of(facts);
    List<Entry> entries = new ArrayList<>();
    for (JsonNode container : facts.dockerState().labelled(Labels.WORKSPACE)) {
      if (Labels.isWorkspace(container)) {
        List<String> guest = Labels.ordered(container, Labels.VFIO);
        TreeSet<String> gpus = new TreeSet<>(guest);
        if (guest.isEmpty()) {
          Labels.ordered(container, Labels.GPUS)
              .forEach(gpu -> gpus.add(host.byUuid(gpu).flatMap(Gpu::bdf).orElse(gpu)));
        }
        entries.add(
            new Entry(
                DockerFacts.name(container),
                container.path("State").path("Status").asText("unknown"),
                Labels.of(container, Labels.PLAN).orElse(""),
                List.copyOf(gpus),
                !guest.isEmpty()));
      }
    }
    entries.sort(Comparator.comparing(Entry::name));
    return entries;
  }

  /** Returns the workspaces of a host as JSON: schema/gpus.schema.json. */
  public static ArrayNode json(Facts facts) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (Entry entry : of(facts)) {
      ArrayNode gpus =
          list.addObject()
              .put("name", entry.name)
              .put("plan", entry.plan)
              .put("state", entry.state)
              .put("passedThrough", entry.passedThrough)
              .putArray("gpus");
      entry.gpus.forEach(gpus::add);
    }
    return list;
  }

  /**
   * Returns a table of the workspaces, each line of it ended; nothing if there are none.
   *
   * @param hosts facts by the name of the host
   */
  public static String text(Map<String, Facts> hosts) {
    List<List<String>> rows = new ArrayList<>();
    hosts.forEach(
        (host, facts) -> {
          for (Entry entry : of(facts)) {
            String gpus = entry.gpus.isEmpty() ? "-" : String.join(", ", entry.gpus);
            rows.add(
                List.of(
                    SafeText.line(entry.name),
                    SafeText.line(host),
                    SafeText.line(entry.state),
                    SafeText.line(entry.plan),
                    SafeText.line(entry.passedThrough ? gpus + " (guest's)" : gpus)));
          }
        });
    if (rows.isEmpty()) {
      return "";
    }
    rows.addFirst(TITLES);
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        int column = i;
        int width = rows.stream().mapToInt(r -> r.get(column).length()).max().orElse(0);
        line.append(row.get(i)).append(" ".repeat(width - row.get(i).length())).append(GAP);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
