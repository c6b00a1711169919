package io.gpurig.engine.problem;

import java.util.Locale;
import java.util.stream.Collectors;

/** Problems as text that tests compare. */
public final class Rendered {
  private Rendered() {}

  /** Returns one line for each problem, and one for its suggestion. */
  public static String of(Problems problems) {
    return problems.sorted().stream().map(Rendered::of).collect(Collectors.joining());
  }

  private static String of(Problem problem) {
    String place = problem.source().map(source -> source.position() + ": ").orElse("");
    String severity = problem.severity().name().toLowerCase(Locale.ROOT);
    String marked =
        problem
            .source()
            .map(source -> "  | " + source.text() + "\n  | " + mark(source) + "\n")
            .orElse("");
    return place
        + severity
        + ("[" + problem.code() + "]: " + problem.message() + "\n")
        + marked
        + problem.suggestion().map(suggestion -> "  = " + suggestion + "\n").orElse("");
  }

  private static String mark(Source source) {
    return " ".repeat(source.column() - 1) + "^".repeat(source.length());
  }
}
