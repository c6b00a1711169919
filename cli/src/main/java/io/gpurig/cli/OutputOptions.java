package io.gpurig.cli;

import picocli.CommandLine.Option;

/** The options that say how results are shown. */
final class OutputOptions {
  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text or json (default: ${DEFAULT-VALUE}).")
  private Format format = Format.TEXT;

  @Option(
      names = {"-v", "--verbose"},
      description = "Show the round trips that each host cost.")
  private boolean verbose;

  @Option(
      names = {"-q", "--quiet"},
      description = "Show no progress.")
  private boolean quiet;

  OutputOptions() {}

  /** The forms that a report can be shown in. */
  enum Format {
    TEXT,
    JSON
  }

  Format format() {
    return format;
  }

  boolean verbose() {
    return verbose;
  }

  boolean quiet() {
    return quiet;
  }
}
