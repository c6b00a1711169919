package io.gpurig.modules.cdi;

import io.gpurig.engine.problem.Source;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;

/** A stretch of one line; line and column from 1, in characters. */
record Place(int line, int column, int length) {
  static final Place START = new Place(1, 1, 1);

  /** What stands between two marks; of many lines, the part that is on the first. */
  static Place of(Optional<Mark> start, Optional<Mark> end) {
    if (start.isEmpty()) {
      return START;
    }
    int line = start.get().getLine();
    int column = start.get().getColumn();
    int length =
        end.filter(mark -> mark.getLine() == line).map(mark -> mark.getColumn() - column).orElse(1);
    return new Place(line + 1, column + 1, Math.max(1, length));
  }

  Source in(String file, List<String> lines) {
    String text = line <= lines.size() ? lines.get(line - 1) : "";
    return new Source(file, line, column, length, text);
  }
}
