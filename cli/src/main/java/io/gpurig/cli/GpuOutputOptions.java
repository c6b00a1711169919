package io.gpurig.cli;

import io.gpurig.engine.problem.Nearest;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.TextReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The options that say how GPUs are shown. */
final class GpuOutputOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  private List<Chosen> chosen = List.of();

  GpuOutputOptions() {}

  record Chosen(GpuFormat format, Optional<Path> file) {}

  @Option(
      names = "--format",
      paramLabel = "FORMAT[=FILE]",
      converter = Converter.class,
      completionCandidates = Formats.class,
      description =
          "text, json, prometheus, html, or raw for all that was read. With a file, it goes there,"
              + " replacing the file as a whole. Repeatable.")
  void outputs(List<Chosen> outputs) {
    if (outputs.stream().filter(output -> output.file.isEmpty()).count() > 1) {
      throw new ParameterException(
          spec.commandLine(),
          "only one --format can go to standard output; name a file for the others:"
              + " --format FORMAT=FILE");
    }
    chosen = List.copyOf(outputs);
  }

  /** Reads {@code FORMAT[=FILE]}. */
  static final class Converter implements ITypeConverter<Chosen> {
    Converter() {}

    @Override
    public Chosen convert(String value) {
      String[] parts = value.split("=", 2);
      String word = parts[0].toLowerCase(Locale.ROOT);
      if (!GpuFormat.words().contains(word)) {
        String near =
            Nearest.to(word, GpuFormat.words()).map(n -> "; did you mean " + n + "?").orElse("");
        throw new TypeConversionException(
            "no format is named `%s`%s (there are %s)"
                .formatted(parts[0], near, String.join(", ", GpuFormat.words())));
      }
      if (parts.length == 2 && parts[1].isEmpty()) {
        throw new TypeConversionException("%s= names no file".formatted(parts[0]));
      }
      return new Chosen(
          GpuFormat.valueOf(word.toUpperCase(Locale.ROOT)),
          parts.length == 2 ? Optional.of(Path.of(parts[1])) : Optional.empty());
    }
  }

  /** What a shell offers after {@code --format}. */
  static final class Formats implements Iterable<String> {
    Formats() {}

    @Override
    public Iterator<String> iterator() {
      return GpuFormat.words().iterator();
    }
  }

  @Option(
      names = "--topology",
      description =
          "Show the PCI tree around the GPUs instead: IOMMU groups, drivers, NUMA nodes, and who"
              + " holds what. On an html page it is a picture below the GPUs.")
  private boolean topology;

  boolean isAsked() {
    return !chosen.isEmpty();
  }

  /** Returns whether all that modules read is wanted, not the GPUs alone. */
  boolean isRaw() {
    return chosen.stream().anyMatch(output -> output.format == GpuFormat.RAW);
  }

  /** Returns whether the PCI tree is wanted. */
  boolean isTopology() {
    return topology;
  }

  /** Returns what forbids to write the files. */
  List<Problem> problems() {
    return chosen.stream()
        .flatMap(
            output -> output.file.flatMap(f -> Output.problem(f, output.format.word())).stream())
        .toList();
  }

  /** Writes the files and returns what goes to standard output. */
  String show(Survey survey, Console console) throws IOException {
    List<Chosen> outputs = new ArrayList<>(chosen);
    if (outputs.stream().noneMatch(output -> output.file.isEmpty())) {
      outputs.add(new Chosen(GpuFormat.TEXT, Optional.empty()));
    }
    String shown = "";
    for (Chosen output : outputs) {
      if (output.file.isPresent()) {
        String content = output.format.render(survey, TextReport.Style.WIDTH, false, topology);
        Output.replace(output.file.get(), content);
      } else {
        shown =
            output.format.render(survey, OutputOptions.width(console), console.colour(), topology);
      }
    }
    return shown;
  }
}
