package io.gpurig.cli;

import io.gpurig.engine.connect.Connectors;
import io.gpurig.engine.plan.PlanFile;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.report.ExitCode;
import io.gpurig.engine.report.HostReport;
import io.gpurig.engine.report.Report;
import io.gpurig.engine.report.ReportJson;
import io.gpurig.engine.run.Event;
import io.gpurig.engine.run.Fleet;
import io.gpurig.engine.run.Waiting;
import io.gpurig.modules.Modules;
import java.util.List;

/** What plan and apply have in common: problems first, then a fleet, then reports. */
final class Runner {
  private final String command;
  private final Console console;
  private final InputOptions options;
  private final OutputOptions output;

  Runner(String command, Console console, InputOptions options, OutputOptions output) {
    this.command = command;
    this.console = console;
    this.options = options;
    this.output = output;
  }

  /** Shows the problems of the input and returns whether they forbid to go on. */
  boolean stopped(Problems problems) {
    ProblemText.print(console.err(), problems.sorted());
    return problems.block();
  }

  int inputWrong() {
    return ExitCode.INPUT_WRONG.code();
  }

  Fleet fleet() {
    Event.Listener progress = output.quiet() ? event -> {} : new Progress(console.err());
    return new Fleet(Modules.all(), new Connectors(), progress, Waiting.REAL, options.forks());
  }

  Report report(PlanFile plan, List<HostReport> hosts) {
    return new Report(command, plan.name(), hosts, List.of());
  }

  /** Shows the reports and returns the most serious of their exit codes. */
  int finish(List<Report> reports) {
    ExitCode worst = ExitCode.DESIRED_STATE;
    for (Report report : reports) {
      switch (output.format()) {
        case TEXT -> new TextReport(console, output.verbose()).print(report);
        case JSON -> console.out().println(ReportJson.write(report).toPrettyString());
      }
      worst = report.exitCode().compareTo(worst) < 0 ? report.exitCode() : worst;
    }
    return worst.code();
  }
}
