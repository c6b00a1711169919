package io.gpurig.cli;

import io.gpurig.engine.connect.Connectors;
import io.gpurig.engine.plan.PlanFile;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.report.ExitCode;
import io.gpurig.engine.report.HostReport;
import io.gpurig.engine.report.Report;
import io.gpurig.engine.report.Shard;
import io.gpurig.engine.run.ApplyOptions;
import io.gpurig.engine.run.Fleet;
import io.gpurig.engine.run.Operator;
import io.gpurig.engine.run.Waiting;
import io.gpurig.modules.Modules;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What plan and apply have in common: problems first, then a fleet, then reports. */
final class Runner {
  private final String command;
  private final Console console;
  private final InputOptions options;
  private final OutputOptions output;
  private final ReportPrinter printer;
  private List<Problem> input = List.of();

  Runner(String command, Console console, InputOptions options, OutputOptions output) {
    this.command = command;
    this.console = console;
    this.options = options;
    this.output = output;
    this.printer = new ReportPrinter(console, output);
  }

  /** Shows the problems of the input and returns whether they forbid to go on. */
  boolean stopped(Problems problems) {
    problems.addAll(output.problems());
    input = problems.sorted();
    ProblemText.print(console.err(), input);
    return problems.block();
  }

  /** Reports the problems that forbade to go on, unless they are in a report already. */
  int inputWrong() {
    if (!input.isEmpty()) {
      printer.show(List.of(new Report(command, "", List.of(), input)), "");
    }
    return ExitCode.INPUT_WRONG.code();
  }

  /** What is done with a fleet. */
  @FunctionalInterface
  interface Work<T> {
    T with(Fleet fleet) throws InterruptedException;
  }

  /** Does something with a fleet that nobody needs to end early: it changes nothing. */
  <T> T reading(Work<T> work) throws InterruptedException {
    try (Progress progress = Progress.of(console, output)) {
      return work.with(
          fleet(
              progress,
              Operator.NONE,
              HostOptions.applyOptions(console, Duration.ZERO, options.hostTimeout())));
    }
  }

  /** How the hosts of one plan are changed. */
  @FunctionalInterface
  interface Change<T> {
    List<HostReport> of(Fleet fleet, List<T> hosts) throws InterruptedException;
  }

  /**
   * Changes the hosts of one plan after the other; ends in good order when the person wants to
   * stop. Returns the reports of each plan.
   *
   * @param lockTimeout how long to wait for another run to let go of a host
   */
  <T> List<List<HostReport>> changing(Duration lockTimeout, List<List<T>> plans, Change<T> change)
      throws InterruptedException {
    ApplyOptions applying = HostOptions.applyOptions(console, lockTimeout, options.hostTimeout());
    try (Progress progress = Progress.of(console, output);
        Attendant attendant = new Attendant(console, progress)) {
      Fleet fleet = fleet(progress, attendant, applying);
      List<List<HostReport>> ended = new ArrayList<>();
      for (List<T> hosts : plans) {
        ended.add(change.of(fleet, hosts));
      }
      return ended;
    }
  }

  private Fleet fleet(Progress progress, Operator operator, ApplyOptions applying) {
    return new Fleet(
        Modules.planned(),
        new Connectors(console.ssh(progress)),
        progress,
        Waiting.REAL,
        operator,
        options.forks(),
        applying);
  }

  /**
   * Keeps what became of a plan for {@code --limit @failed}; of a shard there is nothing to keep.
   */
  void keep(Path plan, Report report) {
    if (options.shard().isPresent()) {
      return;
    }
    LastReport.keep(LastReport.file(console, plan, options.inventory()), report)
        .ifPresent(problem -> ProblemText.print(console.err(), List.of(problem)));
  }

  /** Returns the report of a plan; warnings about the input go into the first. */
  Report report(PlanFile plan, List<HostReport> hosts, Optional<Shard> shard) {
    Report report = new Report(command, plan.name(), hosts, input, shard);
    input = List.of();
    return report;
  }

  /** Reports that plans could be read, and what they are warned of. */
  int valid(List<PlanFile> plans) {
    String names = String.join(", ", plans.stream().map(PlanFile::name).toList());
    String text = plans.size() == 1 ? "1 plan is valid\n" : plans.size() + " plans are valid\n";
    Report report = new Report(command, names, List.of(), input);
    return printer.show(List.of(report), output.quiet() ? "" : text);
  }

  /** Shows the reports and returns the most serious of their exit codes. */
  int finish(List<Report> reports) {
    return printer.show(reports, printer.text(reports));
  }
}
