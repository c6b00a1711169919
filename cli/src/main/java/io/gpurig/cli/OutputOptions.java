package io.gpurig.cli;

import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.TextReport;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say how results are shown. */
final class OutputOptions {
  private static final int NARROWEST = 60;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  private List<Output> outputs = new ArrayList<>();

  @Option(
      names = {"-v", "--verbose"},
      description =
          "Show the steps of what was done too, the round trips of each host, and while it runs"
              + " what each step last said.")
  private boolean verbose;

  @Option(
      names = {"-q", "--quiet"},
      description = "Show no progress, and only the hosts that are not as the plan asks.")
  private boolean quiet;

  OutputOptions() {}

  @Option(
      names = "--format",
      paramLabel = "FORMAT[=FILE]",
      converter = Output.Converter.class,
      completionCandidates = Formats.class,
      description =
          "text, json, markdown, junit, sarif or html. With a file, the report goes there, and text"
              + " to the terminal as well. Repeatable.")
  void outputs(List<Output> chosen) {
    if (chosen.stream().filter(output -> output.file().isEmpty()).count() > 1) {
      throw new ParameterException(
          spec.commandLine(),
          "only one --format can go to standard output; name a file for the others:"
              + " --format FORMAT=FILE");
    }
    outputs = chosen;
  }

  /** Returns what goes where; text goes to standard output unless something else does. */
  List<Output> outputs() {
    List<Output> all = new ArrayList<>(outputs);
    if (all.stream().noneMatch(output -> output.file().isEmpty())) {
      all.add(new Output(Format.TEXT, Optional.empty()));
    }
    return all;
  }

  /** Returns what forbids to write the files. */
  List<Problem> problems() {
    return outputs.stream().flatMap(output -> output.problem().stream()).toList();
  }

  /** Returns how text is shown on standard output. */
  TextReport.Style style(Console console) {
    return new TextReport.Style(width(console), console.colour(), verbose, quiet);
  }

  /** Returns the columns of the terminal, as far as the shell says. */
  static int width(Console console) {
    String columns = console.environment().getOrDefault("COLUMNS", "");
    return columns.matches("[0-9]{1,4}")
        ? Math.max(NARROWEST, Integer.parseInt(columns))
        : TextReport.Style.WIDTH;
  }

  boolean verbose() {
    return verbose;
  }

  boolean quiet() {
    return quiet;
  }

  /** What a shell offers after {@code --format}. */
  static final class Formats implements Iterable<String> {
    Formats() {}

    @Override
    public Iterator<String> iterator() {
      return Format.words().iterator();
    }
  }
}
