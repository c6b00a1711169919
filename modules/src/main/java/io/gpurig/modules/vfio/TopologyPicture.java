package io.gpurig.modules.vfio;

import static io.gpurig.engine.report.HtmlPage.safe;

import io.gpurig.modules.vfio.Topology.Row;
import java.util.ArrayList;
import java.util.List;

/** The PCI tree of a host as a picture: what has the same colour goes together. */
public final class TopologyPicture {
  private static final int LINE = 26;
  private static final int INDENT = 22;
  private static final int WIDTH = 900;
  private static final int BELOW = 10; // that letters reach below their line
  private static final int GROUP_X = 490;
  private static final int DRIVER_X = 600;
  private static final int HOLDER_X = 720;
  private static final int COLOURS = 8;

  private TopologyPicture() {}

  /** Returns the picture as SVG, in the colours of the page around it; empty without a GPU. */
  public static String render(Topology topology) {
    List<Row> rows = topology.rows();
    if (rows.isEmpty()) {
      return "";
    }
    StringBuilder svg = new StringBuilder();
    svg.append(
        ("<svg class=\"topology\" role=\"img\" aria-label=\"PCI tree and IOMMU groups\""
                + " viewBox=\"0 0 %d %d\" font-size=\"12\">\n")
            .formatted(WIDTH, (rows.size() + 1) * LINE + BELOW));
    header(svg);
    List<String> groups =
        new ArrayList<>(rows.stream().flatMap(row -> row.group().stream()).distinct().toList());
    for (int i = 0; i < rows.size(); i++) {
      lines(rows, i, svg);
      row(rows.get(i), (i + 1) * LINE, groups, svg);
    }
    return svg.append("</svg>\n").toString();
  }

  private static void header(StringBuilder svg) {
    text(svg, GROUP_X, LINE, "IOMMU group", "var(--dim)");
    text(svg, DRIVER_X, LINE, "driver", "var(--dim)");
    text(svg, HOLDER_X, LINE, "held by", "var(--dim)");
  }

  private static void row(Row row, int top, List<String> groups, StringBuilder svg) {
    int x = row.depth() * INDENT;
    int base = top + LINE;
    row.group()
        .ifPresent(
            group -> {
              int hue = groups.indexOf(group) % COLOURS * (360 / COLOURS);
              svg.append(
                  ("<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\""
                          + " fill=\"hsl(%d 60%% 50%%)\" fill-opacity=\"0.18\"/>\n")
                      .formatted(x - 4, top + 9, WIDTH - x, LINE - 3, hue));
            });
    text(svg, x, base, row.address() + "  " + row.what(), "var(--text)");
    if (row.depth() > 0) {
      text(
          svg,
          GROUP_X,
          base,
          row.group().map(g -> row.shared() ? g + ", shared" : g).orElse("none"),
          row.shared() || row.group().isEmpty() ? "var(--bad)" : "var(--text)");
      text(svg, DRIVER_X, base, row.driver().orElse("none"), "var(--text)");
    }
    row.holder().ifPresent(holder -> text(svg, HOLDER_X, base, holder, "var(--text)"));
  }

  /** From a function up to the bridge it hangs on. */
  private static void lines(List<Row> rows, int at, StringBuilder svg) {
    Row row = rows.get(at);
    if (row.depth() == 0) {
      return;
    }
    int parent = at - 1;
    while (parent > 0 && rows.get(parent).depth() >= row.depth()) {
      parent--;
    }
    int x = (row.depth() - 1) * INDENT + 6;
    svg.append(
        "<path d=\"M%d %d V%d H%d\" fill=\"none\" stroke=\"var(--dim)\"/>\n"
            .formatted(x, (parent + 2) * LINE + 5, (at + 2) * LINE - 4, row.depth() * INDENT - 5));
  }

  private static void text(StringBuilder svg, int x, int y, String shown, String colour) {
    svg.append(
        "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>\n".formatted(x, y, colour, safe(shown)));
  }
}
