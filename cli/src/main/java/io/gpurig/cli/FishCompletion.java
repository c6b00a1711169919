package io.gpurig.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** A completion script for fish, made from the commands themselves. */
final class FishCompletion {
  private final StringBuilder script = new StringBuilder();
  private final String name;

  private FishCompletion(String name) {
    this.name = name;
  }

  static String script(CommandLine root) {
    FishCompletion fish = new FishCompletion(root.getCommandName());
    fish.script.append("complete -c %s -f\n".formatted(fish.name));
    fish.command(root, List.of());
    return fish.script.toString();
  }

  /**
   * Adds what can follow a command.
   *
   * @param path the words of the command, without the first
   */
  private void command(CommandLine command, List<String> path) {
    CommandSpec spec = command.getCommandSpec();
    Map<String, CommandLine> subcommands = command.getSubcommands();
    String here = at(path, subcommands.keySet().stream().toList());
    subcommands.forEach(
        (word, subcommand) ->
            add(here, "-a " + quote(word) + describe(subcommand.getCommandSpec())));
    spec.options().forEach(option -> option(here, option));
    spec.positionalParameters().forEach(parameter -> values(here, parameter));
    subcommands.forEach(
        (word, subcommand) -> {
          List<String> deeper = new ArrayList<>(path);
          deeper.add(word);
          command(subcommand, deeper);
        });
  }

  private void option(String here, OptionSpec option) {
    StringBuilder line = new StringBuilder();
    for (String word : option.names()) {
      line.append(word.startsWith("--") ? "-l " + word.substring(2) : "-s " + word.substring(1));
      line.append(' ');
    }
    if (option.arity().max() > 0) {
      line.append("-r ");
      line.append(isFile(option) ? "-F " : "");
      line.append(option.completionCandidates() == null ? "" : "-a " + candidates(option) + " ");
    }
    add(here, line + "-d " + quote(String.join(" ", option.description())));
  }

  private void values(String here, ArgSpec parameter) {
    if (isFile(parameter)) {
      add(here, "-F");
    } else if (parameter.completionCandidates() != null) {
      add(here, "-a " + candidates(parameter));
    }
  }

  private static boolean isFile(ArgSpec argument) {
    return Arrays.stream(
            argument.typeInfo().isMultiValue()
                ? argument.auxiliaryTypes()
                : new Class<?>[] {argument.type()})
        .anyMatch(type -> type == java.nio.file.Path.class);
  }

  private static String candidates(ArgSpec argument) {
    List<String> words =
        StreamSupport.stream(argument.completionCandidates().spliterator(), false).toList();
    return quote(String.join(" ", words));
  }

  /** The condition that the words so far are this command, and none of its subcommands yet. */
  private static String at(List<String> path, List<String> subcommands) {
    List<String> conditions = new ArrayList<>();
    path.forEach(word -> conditions.add("__fish_seen_subcommand_from " + word));
    if (!subcommands.isEmpty()) {
      conditions.add("not __fish_seen_subcommand_from " + String.join(" ", subcommands));
    }
    return String.join("; and ", conditions);
  }

  private static String describe(CommandSpec command) {
    String[] description = command.usageMessage().description();
    return description.length == 0 ? "" : " -d " + quote(String.join(" ", description));
  }

  private void add(String condition, String what) {
    script.append("complete -c %s -n %s %s\n".formatted(name, quote(condition), what));
  }

  private static String quote(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
