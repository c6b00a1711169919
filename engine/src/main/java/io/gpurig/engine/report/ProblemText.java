package io.gpurig.engine.report;

import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Source;
import java.util.Locale;

/** A problem as a compiler shows it: position, what is wrong, the line, what to do. */
public final class ProblemText {
  private ProblemText() {}

  /**
   * Returns the problem, each line of it ended.
   *
   * @param host what stands before a problem that has no place in a file; may be empty
   */
  public static String of(String host, Problem problem) {
    String who = host.isEmpty() || problem.source().isPresent() ? "" : host + ": ";
    return SafeText.line(who + title(problem)) + "\n" + details(problem);
  }

  /** Returns {@code file:line:column: severity[code]: message}. */
  static String title(Problem problem) {
    String where = problem.source().map(s -> s.position() + ": ").orElse("");
    String severity = problem.severity().name().toLowerCase(Locale.ROOT);
    return SafeText.line(
        "%s%s[%s]: %s".formatted(where, severity, problem.code(), problem.message()));
  }

  private static String details(Problem problem) {
    String suggestion =
        problem
            .suggestion()
            .map(s -> ("  -> " + SafeText.lines(s)).replace("\n", "\n     ") + "\n")
            .orElse("");
    return excerpt(problem) + suggestion;
  }

  /** Returns the line that it is about, with what is meant underlined; empty if there is none. */
  static String excerpt(Problem problem) {
    StringBuilder text = new StringBuilder();
    problem.source().ifPresent(source -> excerpt(text, source));
    return text.toString();
  }

  private static void excerpt(StringBuilder text, Source source) {
    if (SafeText.line(source.text()).isBlank()) {
      return;
    }
    text.append("%6d | %s\n".formatted(source.line(), SafeText.line(source.text())));
    // a tab is shown as two blanks, so what stands before the column decides where the caret goes
    int before = offset(source, source.column() - 1);
    int end = offset(source, source.column() - 1 + source.length());
    int indent = width(source.text().substring(0, before));
    int length = Math.max(1, width(source.text().substring(before, end)));
    text.append("       | " + " ".repeat(indent) + "^".repeat(length) + "\n");
  }

  private static int width(String text) {
    String shown = SafeText.line(text);
    return shown.codePointCount(0, shown.length());
  }

  /** Columns are counted in characters, of which some take two places in a string. */
  private static int offset(Source source, int characters) {
    String line = source.text();
    int count = line.codePointCount(0, line.length());
    return line.offsetByCodePoints(0, Math.min(characters, count));
  }
}
