package io.gpurig.engine.yaml;

import io.gpurig.engine.problem.Source;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/** A stretch of one line; line and column from 1, in characters (code points). */
record Span(int line, int column, int length) {

  /** Where a node stands; of a node of many lines, its part of the first one. */
  static Span of(Node node, List<String> lines) {
    Span start = of(node.getStartMark());
    Optional<Mark> end = node.getEndMark();
    int length =
        end.filter(mark -> mark.getLine() + 1 == start.line)
            .map(mark -> mark.getColumn() + 1 - start.column)
            .orElseGet(() -> start.restOf(lines));
    return new Span(start.line, start.column, Math.max(1, length));
  }

  /** One character. */
  static Span of(Optional<Mark> mark) {
    return mark.map(m -> new Span(m.getLine() + 1, m.getColumn() + 1, 1))
        .orElseGet(() -> new Span(1, 1, 1));
  }

  /** The same with the line it is on; a place behind the last line is moved to its end. */
  Source in(String name, List<String> lines) {
    if (line > lines.size() && !lines.isEmpty()) {
      String last = lines.getLast();
      return new Source(name, lines.size(), last.codePointCount(0, last.length()) + 1, 1, last);
    }
    return new Source(name, line, column, length, lines.isEmpty() ? "" : lines.get(line - 1));
  }

  private int restOf(List<String> lines) {
    if (line > lines.size()) {
      return 1;
    }
    String text = lines.get(line - 1).stripTrailing();
    return text.codePointCount(0, text.length()) + 1 - column;
  }
}
