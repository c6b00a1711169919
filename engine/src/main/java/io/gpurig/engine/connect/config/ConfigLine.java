package io.gpurig.engine.connect.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One line of a configuration, taken apart as OpenSSH 9 does it (misc.c, {@code strdelim} and
 * {@code argv_split}).
 *
 * @param keyword in small letters
 * @param arguments the words after it, unquoted
 * @param rest all that follows the keyword, as it is written
 * @param place {@code file:line}, for messages
 */
record ConfigLine(String keyword, List<String> arguments, String rest, String place) {
  ConfigLine {
    arguments = List.copyOf(arguments);
  }

  /** Returns the first argument, empty text if there is none. */
  String first() {
    return arguments.isEmpty() ? "" : arguments.getFirst();
  }

  /** Returns what a line says, or nothing for empty lines and comments. */
  static Optional<ConfigLine> parse(String line, String place) throws SshConfigException {
    String text = line.strip();
    if (text.isEmpty() || text.startsWith("#")) {
      return Optional.empty();
    }
    int end = 0;
    String keyword;
    if (text.startsWith("\"")) {
      end = text.indexOf('"', 1);
      if (end < 0) {
        throw new SshConfigException(place + ": a quote is not closed");
      }
      keyword = text.substring(1, end++);
    } else {
      while (end < text.length() && !isBlank(text.charAt(end)) && text.charAt(end) != '=') {
        end++;
      }
      keyword = text.substring(0, end);
    }
    while (end < text.length() && isBlank(text.charAt(end))) {
      end++;
    }
    if (end < text.length() && text.charAt(end) == '=') {
      end++;
    }
    String rest = text.substring(end).strip();
    return Optional.of(
        new ConfigLine(keyword.toLowerCase(Locale.ROOT), words(rest, place), rest, place));
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\f';
  }

  private static List<String> words(String text, String place) throws SshConfigException {
    List<String> words = new ArrayList<>();
    int i = 0;
    while (true) {
      while (i < text.length() && isBlank(text.charAt(i))) {
        i++;
      }
      if (i == text.length() || text.charAt(i) == '#') {
        return words;
      }
      StringBuilder word = new StringBuilder();
      char quote = 0;
      for (; i < text.length() && (quote != 0 || !isBlank(text.charAt(i))); i++) {
        char c = text.charAt(i);
        if (c == '\\' && i + 1 < text.length() && isEscaped(text.charAt(i + 1), quote)) {
          word.append(text.charAt(++i));
        } else if (quote == 0 && (c == '"' || c == '\'')) {
          quote = c;
        } else if (quote != 0 && c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      }
      if (quote != 0) {
        throw new SshConfigException(place + ": a quote is not closed");
      }
      words.add(word.toString());
    }
  }

  private static boolean isEscaped(char c, char quote) {
    return c == '\'' || c == '"' || c == '\\' || (quote == 0 && c == ' ');
  }
}
