package io.gpurig.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which hosts, and with which variables. */
final class InputOptions {
  @Option(
      names = {"-i", "--inventory"},
      paramLabel = "FILE",
      description = "The Ansible inventory. Without one the only host is localhost.")
  private @Nullable Path inventory;

  @Option(
      names = {"-l", "--limit"},
      paramLabel = "PATTERN",
      description = "Only those hosts of the plan that this host pattern selects too.")
  private @Nullable String limit;

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
      names = {"-f", "--forks"},
      paramLabel = "N",
      defaultValue = "32",
      description = "How many hosts to talk to at once (default: ${DEFAULT-VALUE}).")
  private int forks;

  @Option(
      names = {"-K", "--ask-become-pass"},
      description = "Ask for the password of sudo, for hosts whose inventory has none.")
  private boolean askBecomePassword;

  @Option(
      names = {"--become-password-file", "--become-pass-file"},
      paramLabel = "FILE",
      description = "A file with that password, or a program that prints it; `-` reads it here.")
  private @Nullable Path becomePasswordFile;

  InputOptions() {}

  Optional<Path> inventory() {
    return Optional.ofNullable(inventory);
  }

  Optional<String> limit() {
    return Optional.ofNullable(limit);
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

  boolean askBecomePassword() {
    return askBecomePassword;
  }

  Optional<Path> becomePasswordFile() {
    return Optional.ofNullable(becomePasswordFile);
  }

  int forks() {
    return Math.max(1, forks);
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
