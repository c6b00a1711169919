package io.gpurig.cli;

import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.report.ExitCode;
import io.gpurig.engine.report.Report;
import io.gpurig.engine.report.ReportMerge;
import io.gpurig.engine.report.ReportReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Works on reports that were written. */
@Command(
    name = "report",
    description = "Joins reports that earlier runs have written with --format json=FILE.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Examples:",
      "  gpurig report merge shards/*.json                       shown as one run's report",
      "  gpurig report merge shards/*.json --format html=fleet.html",
      "",
      "Exit codes: those of the run that the reports tell of; 2 if a shard's report is missing."
    })
final class ReportCommand implements Runnable {
  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  private ReportCommand() {}

  static CommandLine commandLine(Console console) {
    return new CommandLine(new ReportCommand()).addSubcommand(new Merge(console));
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** Joins the reports of shards. */
  @Command(
      name = "merge",
      description = {
        "Joins the JSON reports of a fleet's shards into one, and says which are missing.",
        "Shows it in any form, and exits as one run for all hosts would have."
      },
      mixinStandardHelpOptions = true)
  static final class Merge implements Callable<Integer> {
    private final Console console;

    @Parameters(
        arity = "1..*",
        paramLabel = "FILE",
        description = "Reports, as --format json=FILE writes them.")
    private List<Path> files = List.of();

    @Mixin private OutputOptions output = new OutputOptions();

    Merge(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() {
      Problems problems = new Problems();
      problems.addAll(output.problems());
      List<Report> parts = new ArrayList<>();
      files.forEach(file -> parts.addAll(read(file, problems)));
      ProblemText.print(console.err(), problems.sorted());
      if (problems.block()) {
        return ExitCode.INPUT_WRONG.code();
      }
      List<Report> merged = ReportMerge.of(parts);
      ReportPrinter printer = new ReportPrinter(console, output);
      merged.forEach(report -> ProblemText.print(console.err(), report.problems()));
      return printer.show(merged, printer.text(merged));
    }

    private static List<Report> read(Path file, Problems problems) {
      try {
        return ReportReader.read(file.toString(), Files.readString(file), problems);
      } catch (IOException e) {
        problems.add(Problem.error("report/unreadable", "cannot read " + file));
        return List.of();
      }
    }
  }
}
