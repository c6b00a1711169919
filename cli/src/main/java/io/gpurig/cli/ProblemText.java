package io.gpurig.cli;

import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Source;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Problems as a compiler shows them: position, what is wrong, the line, what to do. */
final class ProblemText {
  private ProblemText() {}

  /** Prints the problems in the order given. */
  static void print(PrintWriter writer, List<Problem> problems) {
    problems.forEach(problem -> print(writer, "", problem));
  }

  /**
   * Prints a problem.
   *
   * @param host what stands before a problem that has no place in a file
   */
  static void print(PrintWriter writer, String host, Problem problem) {
    String severity = problem.severity().name().toLowerCase(Locale.ROOT);
    String where = problem.source().map(s -> s.position() + ": ").orElse("");
    String who = host.isEmpty() ? "" : host + ": ";
    writer.println(
        Printable.line(
            "%s%s%s[%s]: %s".formatted(who, where, severity, problem.code(), problem.message())));
    problem.source().ifPresent(source -> excerpt(writer, source));
    problem
        .suggestion()
        .ifPresent(
            suggestion ->
                writer.println(("  -> " + Printable.lines(suggestion)).replace("\n", "\n     ")));
  }

  private static void excerpt(PrintWriter writer, Source source) {
    if (source.text().isBlank()) {
      return;
    }
    writer.println("%6d | %s".formatted(source.line(), Printable.line(source.text())));
    // a tab is shown as two blanks, so what stands before the column decides where the caret goes
    int before = Math.min(source.column() - 1, source.text().length());
    int indent = Printable.line(source.text().substring(0, before)).length();
    int end = Math.min(before + source.length(), source.text().length());
    int length = Math.max(1, Printable.line(source.text().substring(before, end)).length());
    writer.println("       | " + " ".repeat(indent) + "^".repeat(length));
  }
}
