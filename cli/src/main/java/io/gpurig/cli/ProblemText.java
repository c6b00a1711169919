package io.gpurig.cli;

import io.gpurig.engine.problem.Problem;
import java.io.PrintWriter;
import java.util.List;

/** Prints problems. */
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
    writer.print(io.gpurig.engine.report.ProblemText.of(host, problem));
    writer.flush();
  }
}
