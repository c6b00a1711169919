package io.gpurig.engine.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.gpurig.engine.connect.Password;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.yaml.Kinds;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The values of a host's connection variables, each of the kind that is asked for. */
final class ConnectionValues {
  private static final String CODE = "inventory/connection";
  private static final String UNSUPPORTED = "inventory/unsupported-variable";
  private static final Set<String> TRUE = Set.of("yes", "true", "on", "1", "y", "t");
  private static final Set<String> FALSE = Set.of("no", "false", "off", "0", "n", "f");

  private final Host host;
  private final Path home;
  private final Problems problems;
  private final Variables variables;

  ConnectionValues(Host host, Path home, Problems problems) {
    this.host = host;
    this.home = home;
    this.problems = problems;
    this.variables = new Variables(host.variables(), Map.of(), Map.of());
  }

  /** Returns the first of some variables that is set, as a number within bounds. */
  Optional<Integer> number(int least, int most, String... names) {
    Optional<String> text = text(names);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    String digits = text.get().strip();
    int number = digits.matches("[0-9]{1,9}") ? Integer.parseInt(digits) : -1;
    if (number < least || number > most) {
      wrong(written(names), "must be a whole number from " + least + " to " + most, text.get());
      return Optional.empty();
    }
    return Optional.of(number);
  }

  /** Returns the first of some variables that is set, as a password; it is in no message. */
  Optional<Password> password(String... names) {
    return text(names)
        .flatMap(
            text -> {
              try {
                return Optional.of(new Password(text));
              } catch (IllegalArgumentException e) {
                String name = written(names);
                problem(name, "`" + name + "` must be one line of text");
                return Optional.empty();
              }
            });
  }

  /** Returns a variable as a boolean, in any of the words that Ansible takes for one. */
  Optional<Boolean> flag(String name) {
    return text(name).flatMap(text -> flag(name, text.strip()));
  }

  private Optional<Boolean> flag(String name, String text) {
    String word = text.toLowerCase(Locale.ROOT);
    if (!TRUE.contains(word) && !FALSE.contains(word)) {
      wrong(name, "must be true or false", text);
      return Optional.empty();
    }
    return Optional.of(TRUE.contains(word));
  }

  /** Returns the first of some variables that is set, as text. */
  Optional<String> text(String... names) {
    for (String name : names) {
      JsonNode written = host.variables().get(name);
      if (written == null || written.isNull()) {
        continue;
      }
      JsonNode value =
          variables.replace(
              written,
              "",
              (pointer, use, ordinal, fault) -> {
                String reason =
                    fault
                        .map(Variables.Fault::message)
                        .orElse("its variables need each other in a circle or too many times over");
                problem(name, "`" + name + "` cannot be used: " + reason);
              });
      if (value.isContainerNode()) {
        problem(name, "`" + name + "` must be one value, found " + Kinds.found(value));
        continue;
      }
      return Optional.of(value.asText());
    }
    return Optional.empty();
  }

  /**
   * Returns a file that a variable names; {@code ~} is the home directory.
   *
   * @param variable the variable that the name comes from
   */
  Path path(String variable, String file) {
    try {
      return file.equals("~") || file.startsWith("~/")
          ? home.resolve(file.substring(1).replaceFirst("^/+", ""))
          : Path.of(file);
    } catch (InvalidPathException e) {
      problem(variable, "\"" + e.getInput().replace("\0", "\\0") + "\" is not a file name");
      return home;
    }
  }

  /** Reports a value that makes no sense. */
  void wrong(String name, String expected, String found) {
    problem(name, "`" + name + "` " + expected + ", found \"" + found + "\"");
  }

  private void problem(String variable, String message) {
    problems.add(problem(CODE, variable, message));
  }

  /** Refuses what a variable asks for. */
  void refuse(String variable, String message, String suggestion) {
    problems.add(problem(UNSUPPORTED, variable, message).suggest(suggestion));
  }

  /** A problem where the variable is written; of many hosts that inherit it, it is then one. */
  private Problem problem(String code, String variable, String message) {
    return host.source(variable)
        .map(source -> Problem.error(code, source, message))
        .orElseGet(() -> Problem.error(code, "host `" + host.name() + "`: " + message));
  }

  /** Returns which of some variables is set, the first if none is. */
  String written(String... names) {
    return Stream.of(names)
        .filter(name -> !host.variables().getOrDefault(name, NullNode.instance).isNull())
        .findFirst()
        .orElse(names[0]);
  }
}
