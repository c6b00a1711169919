package io.gpurig.engine.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.HostReport.RoundTrips;
import io.gpurig.engine.report.HostReport.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.commonmark.ext.gfm.tables.TableRow;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.junit.jupiter.api.Test;

/** Read back as GitHub reads it: CommonMark with tables. */
final class MarkdownReportTest {
  private static final Parser PARSER =
      Parser.builder().extensions(List.of(TablesExtension.create())).build();
  private static final Set<String> OUR_TAGS = Set.of("<code>", "</code>");

  @Provide
  Arbitrary<String> hostile() {
    return Samples.hostile();
  }

  @Test
  void theSummaryComesFirstAndDetailsAreFolded() {
    String markdown = MarkdownReport.render(List.of(Samples.fleet()));
    assertThat(markdown)
        .startsWith(
            """
            ### ❌ GPU nodes

            **42 hosts: 12 with changes pending, 28 as the plan asks, 1 refused, 1 failed**

            | hosts | |
            |---|---|
            | <code>gpu-42</code> | ❌ failed |
            | <code>gpu-41</code> | ⛔ refused, nothing was touched |
            | <code>gpu-&#91;01&#58;12&#93;</code> | 🟡 2 changes each |
            | <code>gpu-&#91;13&#58;40&#93;</code> | ✅ as the plan asks, nothing to change |

            <details>
            """)
        .contains("  ```diff\n  --- /etc/docker/daemon.json\n");
    List<Node> nodes = nodes(markdown);
    assertThat(nodes).filteredOn(Heading.class::isInstance).hasSize(1);
    // the row of the head, and one an outcome
    assertThat(nodes).filteredOn(TableRow.class::isInstance).hasSize(5);
    assertThat(fences(nodes)).containsOnly("diff");
    assertThat(markdown.split("<details>", -1)).hasSize(4);
  }

  @Test
  void problemsOfTheInput() {
    String markdown = MarkdownReport.render(List.of(Samples.validated()));
    assertThat(markdown).contains("### ❌ validate").contains("  |   ^^^^^^");
    assertThat(fences(nodes(markdown))).containsExactly("text");
  }

  @Test
  void fiveThousandHostsFitIntoAComment() {
    List<HostReport> alike = new ArrayList<>();
    List<HostReport> different = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      alike.add(Samples.host("n" + i * 7, Status.PENDING, List.of(Samples.driver())));
      Problem problem = Problem.error("connect/unreachable", "10.0.0." + i + " is @away");
      different.add(HostReport.failed("n" + i, List.of(problem), RoundTrips.NONE));
    }
    assertThat(MarkdownReport.render(List.of(new Report("plan", "p", alike, List.of()))))
        .contains("(5000 hosts)", "pull")
        .doesNotContain("left out")
        .hasSizeLessThan(5_000);
    String markdown = MarkdownReport.render(List.of(new Report("plan", "p", different, List.of())));
    assertThat(markdown)
        .hasSizeBetween(60_000, MarkdownReport.COMMENT)
        .contains("and 4975 more outcomes")
        .contains("parts were left out to fit into a comment");
    assertThat(opened(markdown)).isEqualTo(closed(markdown)).isGreaterThan(100);
  }

  @Test
  void aHugeDiffIsLeftOutAlone() {
    String text = IntStream.range(0, 9_000).mapToObj(i -> i + "\n").collect(Collectors.joining());
    Report report = Samples.hostile(text);
    String markdown = MarkdownReport.render(List.of(report, Samples.fleet()));
    assertThat(markdown).hasSizeLessThanOrEqualTo(MarkdownReport.COMMENT);
    assertThat(markdown).contains("left out", "container nvidia-driver");
    assertThat(opened(markdown)).isEqualTo(closed(markdown));
  }

  @Property(tries = 300)
  void nothingBreaksOut(@ForAll("hostile") String text) {
    String markdown = MarkdownReport.render(List.of(Samples.hostile(text)));
    assertThat(Samples.controls(markdown)).isEmpty();
    List<Node> nodes = nodes(markdown);
    List<Node> expected = nodes(MarkdownReport.render(List.of(Samples.hostile("harmless"))));
    assertThat(nodes).noneMatch(node -> node instanceof Link || node instanceof Image);
    boolean code = false;
    for (Node node : nodes) {
      if (node instanceof HtmlInline html) {
        assertThat(OUR_TAGS).contains(html.getLiteral());
        code = html.getLiteral().equals("<code>");
      }
      if (node instanceof HtmlBlock html) {
        assertThat(html.getLiteral().replaceAll("(?s)<summary>.*</summary>", "<summary>"))
            .isIn("<details>\n<summary>", "</details>");
      }
      if (node instanceof Text plain && !code) {
        assertThat(plain.getLiteral()).doesNotContainPattern("@\\w|#\\d");
      }
    }
    assertThat(shape(nodes)).isEqualTo(shape(expected));
  }

  /** What a text must not change: the number of headings, rows and raw blocks. */
  private static List<Long> shape(List<Node> nodes) {
    return List.of(
        nodes.stream().filter(Heading.class::isInstance).count(),
        nodes.stream().filter(TableRow.class::isInstance).count(),
        nodes.stream().filter(HtmlBlock.class::isInstance).count());
  }

  private static int opened(String markdown) {
    return markdown.split("<details>", -1).length;
  }

  private static int closed(String markdown) {
    return markdown.split("</details>", -1).length;
  }

  private static List<String> fences(List<Node> nodes) {
    return nodes.stream()
        .filter(FencedCodeBlock.class::isInstance)
        .map(node -> ((FencedCodeBlock) node).getInfo())
        .toList();
  }

  private static List<Node> nodes(String markdown) {
    List<Node> nodes = new ArrayList<>();
    collect(PARSER.parse(markdown), nodes);
    return nodes;
  }

  private static void collect(Node node, List<Node> nodes) {
    nodes.add(node);
    for (Node child = node.getFirstChild(); child != null; child = child.getNext()) {
      collect(child, nodes);
    }
  }
}
