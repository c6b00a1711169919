package io.gpurig.cli;

import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.ExitCode;
import io.gpurig.engine.report.Report;
import io.gpurig.engine.report.TextReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Brings reports to where {@code --format} says. */
final class ReportPrinter {
  private final Console console;
  private final OutputOptions options;

  ReportPrinter(Console console, OutputOptions options) {
    this.console = console;
    this.options = options;
  }

  /**
   * Shows the reports and returns the most serious of their exit codes.
   *
   * @param terminal the text for standard output; problems of the input are on standard error by
   *     now
   */
  int show(List<Report> reports, String terminal) {
    ExitCode worst = ExitCode.DESIRED_STATE;
    for (Report report : reports) {
      worst = worse(worst, report.exitCode());
    }
    for (Output output : options.outputs()) {
      if (output.file().isPresent()) {
        worst = write(output, output.file().get(), reports) ? worst : worse(worst, unwritten());
      } else if (output.format() == Format.TEXT) {
        console.out().print(terminal);
      } else {
        console.out().print(output.format().render(reports, style()));
      }
    }
    console.out().flush();
    return worst.code();
  }

  /** Returns the reports as text for standard output. */
  String text(List<Report> reports) {
    List<Report> withoutInput =
        reports.stream()
            .map(r -> new Report(r.command(), r.plan(), r.hosts(), List.of(), r.shard()))
            .toList();
    return Format.TEXT.render(withoutInput, style());
  }

  private boolean write(Output output, Path file, List<Report> reports) {
    if (output.problem().isPresent()) {
      // said before anything was done
      return false;
    }
    TextReport.Style style = style();
    TextReport.Style plain =
        new TextReport.Style(TextReport.Style.WIDTH, false, style.verbose(), style.quiet());
    try {
      Output.replace(file, output.format().render(reports, plain));
      return true;
    } catch (IOException e) {
      Problem problem =
          Problem.error(
              "output/not-written", "the report could not be written to " + file + ": " + e);
      ProblemText.print(console.err(), List.of(problem));
      return false;
    }
  }

  private TextReport.Style style() {
    return options.style(console);
  }

  /** By now hosts may have been changed: this is not a matter of the input any more. */
  private static ExitCode unwritten() {
    return ExitCode.HOST_FAILED;
  }

  private static ExitCode worse(ExitCode one, ExitCode other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
