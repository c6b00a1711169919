package io.gpurig.cli;

import io.gpurig.engine.run.ApplyOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say which hosts, and with which variables. */
final class InputOptions {
  /** Enough to keep two cores busy with SSH handshakes, few enough for any limit on open files. */
  private static final int FORKS = 32;

  private static final int MOST_FORKS = 1000;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-i", "--inventory"},
      paramLabel = "FILE",
      description = "The Ansible inventory. Without one the only host is localhost.")
  private @Nullable Path inventory;

  @Option(
      names = {"-l", "--limit"},
      paramLabel = "PATTERN",
      description =
          "Only those hosts of the plan that this host pattern selects too; @failed: those that the"
              + " last apply did not bring to the plan; @FILE: those that a JSON report says so of,"
              + " or that a text file names, one a line.")
  private @Nullable String limit;

  @Option(
      names = "--shard",
      paramLabel = "I/N",
      description =
          "Only the I-th of N equal parts of the hosts, to split a fleet over several machines;"
              + " auto or auto/N takes the place that Kubernetes, Slurm, GitLab or Buildkite"
              + " gives.")
  private @Nullable String shard;

  @Option(
      names = "--var",
      paramLabel = "NAME=VALUE",
      description = "A variable; wins over those of plan and inventory. Repeatable.")
  private Map<String, String> variables = new LinkedHashMap<>();

  @Option(
      names = "--secrets",
      paramLabel = "FILE",
      description = "Values for `!secret NAME`: a YAML map or NAME=value lines.")
  private @Nullable Path secrets;

  @Option(
      names = "--secrets-command",
      paramLabel = "COMMAND",
      description = "A shell command that prints such a map, such as 'sops -d secrets.yaml'.")
  private @Nullable String secretsCommand;

  @Option(
      names = "--host-timeout",
      paramLabel = "DURATION",
      defaultValue = "2h",
      converter = DurationConverter.class,
      description =
          "How long one host may take in all (default: ${DEFAULT-VALUE}). Then no action is begun"
              + " there any more and a change that is not whole is taken back; five minutes later"
              + " the connection is cut.")
  private Duration hostTimeout = ApplyOptions.HOST_TIMEOUT;

  @Mixin private BecomeOptions become = new BecomeOptions();

  private int forks = FORKS;

  InputOptions() {}

  @Option(
      names = {"-f", "--forks"},
      paramLabel = "N",
      defaultValue = "" + FORKS,
      description =
          "How many hosts to talk to at once, 1 to 1000 (default: ${DEFAULT-VALUE}). The others"
              + " wait without a connection.")
  void forks(int number) {
    if (number < 1 || number > MOST_FORKS) {
      throw new ParameterException(
          spec.commandLine(), "--forks must be 1 to %d, found %d".formatted(MOST_FORKS, number));
    }
    forks = number;
  }

  Duration hostTimeout() {
    return hostTimeout;
  }

  Optional<Path> inventory() {
    return Optional.ofNullable(inventory);
  }

  Optional<String> limit() {
    return Optional.ofNullable(limit);
  }

  Optional<String> shard() {
    return Optional.ofNullable(shard);
  }

  Map<String, String> variables() {
    return variables;
  }

  Optional<Path> secrets() {
    return Optional.ofNullable(secrets);
  }

  Optional<String> secretsCommand() {
    return Optional.ofNullable(secretsCommand);
  }

  BecomeOptions become() {
    return become;
  }

  int forks() {
    return forks;
  }

  /** The parameter of the commands that take plans. */
  static final class Plans {
    @picocli.CommandLine.Parameters(
        arity = "1..*",
        paramLabel = "PLAN",
        description = "Plan files; of apply, or one saved plan.")
    private List<Path> files = List.of();

    Plans() {}

    List<Path> files() {
      return files;
    }
  }
}
