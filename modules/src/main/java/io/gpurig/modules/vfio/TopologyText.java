package io.gpurig.modules.vfio;

import io.gpurig.engine.report.SafeText;
import io.gpurig.modules.vfio.Topology.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The PCI trees of hosts for people at a terminal. */
public final class TopologyText {
  private static final List<String> TITLES = List.of("PCI", "GROUP", "DRIVER", "NUMA", "HELD BY");
  private static final String GAP = "  ";
  private static final String NOTHING = "-";

  private TopologyText() {}

  /**
   * Returns the trees, each line ended.
   *
   * @param hosts by name, in the order in which they are shown
   */
  public static String render(Map<String, Topology> hosts) {
    StringBuilder text = new StringBuilder();
    hosts.forEach(
        (name, topology) -> {
          text.append(text.isEmpty() ? "" : "\n").append(SafeText.line(name)).append(": ");
          text.append(summary(topology)).append('\n');
          if (!topology.rows().isEmpty()) {
            table(topology.rows(), text);
          }
        });
    return text.toString();
  }

  private static String summary(Topology topology) {
    if (topology.rows().isEmpty()) {
      return "no NVIDIA GPU";
    }
    boolean shared = topology.rows().stream().anyMatch(Row::shared);
    return (topology.iommu() ? "IOMMU on" : "no IOMMU: no GPU can be handed to a virtual machine")
        + (shared ? "; ! marks cards that share a group, and cannot be handed over" : "");
  }

  private static void table(List<Row> rows, StringBuilder text) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(TITLES);
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      boolean bus = row.depth() == 0;
      lines.add(
          List.of(
              branch(rows, i) + SafeText.line((row.address() + " " + row.what()).strip()),
              bus ? "" : row.group().map(g -> row.shared() ? g + " !" : g).orElse(NOTHING),
              bus ? "" : row.driver().map(SafeText::line).orElse(NOTHING),
              bus ? "" : row.node().map(String::valueOf).orElse(NOTHING),
              row.holder().map(SafeText::line).orElse("")));
    }
    List<Integer> widths = new ArrayList<>();
    for (int column = 0; column < TITLES.size(); column++) {
      int at = column;
      widths.add(lines.stream().mapToInt(line -> line.get(at).length()).max().orElse(0));
    }
    for (List<String> line : lines) {
      StringBuilder shown = new StringBuilder();
      for (int column = 0; column < TITLES.size(); column++) {
        String cell = line.get(column);
        shown.append(cell).append(" ".repeat(widths.get(column) - cell.length())).append(GAP);
      }
      text.append(shown.toString().stripTrailing()).append('\n');
    }
  }

  /** Draws the lines from the root of the tree to a row. */
  static String branch(List<Row> rows, int at) {
    StringBuilder branch = new StringBuilder();
    for (int depth = 1; depth <= rows.get(at).depth(); depth++) {
      boolean goesOn = goesOn(rows, at, depth);
      boolean here = depth == rows.get(at).depth();
      branch.append(here ? (goesOn ? "├─ " : "└─ ") : goesOn ? "│  " : "   ");
    }
    return branch.toString();
  }

  /** Returns whether a row after this one hangs on the same line. */
  static boolean goesOn(List<Row> rows, int at, int depth) {
    for (int next = at + 1; next < rows.size(); next++) {
      if (rows.get(next).depth() < depth) {
        return false;
      }
      if (rows.get(next).depth() == depth) {
        return true;
      }
    }
    return false;
  }
}
