package io.gpurig.engine.fact;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The one place where strings become words of a POSIX shell. */
public final class Shell {
  private Shell() {}

  /**
   * Returns the shell word that stands for exactly this string. A string of harmless characters
   * stays as it is, so that command lines read well.
   *
   * @throws IllegalArgumentException if the string has a NUL character, which no shell word can
   *     hold
   */
  public static String quote(String word) {
    if (word.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a shell word cannot hold a NUL character");
    }
    if (!word.isEmpty() && word.chars().allMatch(Shell::isHarmless)) {
      return word;
    }
    return "'" + quoted(word) + "'";
  }

  private static String quoted(String word) {
    return word.replace("'", "'\\''");
  }

  /** Returns a command line of these words, each quoted. */
  public static String join(List<String> words) {
    // only before the command can NAME=VALUE mean an assignment
    String command = words.isEmpty() ? "" : words.getFirst();
    String first = command.contains("=") ? "'" + quoted(command) + "'" : quote(command);
    return Stream.concat(Stream.of(first), words.stream().skip(1).map(Shell::quote))
        .collect(Collectors.joining(" "));
  }

  /**
   * Returns a command line of these words, each quoted. A program that is named by its absolute
   * path is the host's, as {@link #path} says.
   */
  public static String command(List<String> words) {
    boolean named = !words.isEmpty() && words.getFirst().startsWith("/");
    return named
        ? Stream.concat(Stream.of(path(words.getFirst())), words.stream().skip(1).map(Shell::quote))
            .collect(Collectors.joining(" "))
        : join(words);
  }

  /**
   * Returns the shell word for an absolute path on the host. {@code $R} is empty on a real host; a
   * host that sets {@code GPURIG_ROOT} is managed below that folder.
   */
  public static String path(String absolutePath) {
    return "\"$R\"" + quote(absolutePath);
  }

  private static boolean isHarmless(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "_-./:@,+%=".indexOf(c) >= 0;
  }
}
