package io.gpurig.engine.inventory;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The options in {@code ansible_ssh_common_args} and the like.
 *
 * @param options what {@code -o} and the short options for the same set, in order
 * @param configFile what {@code -F} names
 * @param refused the words that gpurig can do nothing with
 */
record SshOptions(List<Option> options, Optional<String> configFile, List<String> refused) {
  /** Short options with a value that {@code -o} has a name for. */
  private static final Map<Character, String> SHORT =
      Map.of('J', "ProxyJump", 'p', "Port", 'l', "User", 'i', "IdentityFile");

  /** Short options that change nothing here: compression, forwarding, terminals, messages. */
  private static final String WITHOUT_EFFECT = "-[CaAxXYTtqv46knN]+";

  /**
   * One option.
   *
   * @param keyword in small letters
   * @param value as it is written after the keyword
   */
  record Option(String keyword, String value) {
    /** Returns the option as a line of a configuration. */
    String line() {
      return keyword + "=" + value;
    }
  }

  SshOptions {
    options = List.copyOf(options);
    refused = List.copyOf(refused);
  }

  /** Returns the value of an option, the first if it is set several times. */
  Optional<String> value(String keyword) {
    return options.stream()
        .filter(option -> option.keyword.equals(keyword))
        .map(option -> unquote(option.value))
        .findFirst();
  }

  static SshOptions parse(String arguments) {
    List<Option> options = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    Optional<String> configFile = Optional.empty();
    List<String> words = words(arguments);
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      char letter = word.length() > 1 && word.startsWith("-") ? word.charAt(1) : 0;
      if (letter == 0 || !(SHORT.containsKey(letter) || letter == 'o' || letter == 'F')) {
        if (!word.matches(WITHOUT_EFFECT)) {
          refused.add(word);
        }
        continue;
      }
      String value = word.substring(2).strip();
      if (value.isEmpty() && i + 1 < words.size()) {
        i++;
        value = words.get(i).strip();
      }
      if (letter == 'F') {
        configFile = Optional.of(value);
      } else if (SHORT.containsKey(letter)) {
        String keyword = SHORT.getOrDefault(letter, "").toLowerCase(Locale.ROOT);
        options.add(new Option(keyword, keyword.equals("proxyjump") ? value : quote(value)));
      } else {
        // OpenSSH takes `key=value` and `key value`
        String[] parts = value.split("\\s*=\\s*|\\s+", 2);
        if (parts.length == 2) {
          options.add(new Option(parts[0].toLowerCase(Locale.ROOT), parts[1]));
        } else {
          refused.add(word);
        }
      }
    }
    return new SshOptions(options, configFile, refused);
  }

  /** Returns a value as one word of a configuration line. */
  static String quote(String value) {
    return value.matches("[\\w@%+=:,./~-]+")
        ? value
        : '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static String unquote(String value) {
    boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
    return quoted ? value.substring(1, value.length() - 1) : value;
  }

  /** Splits as a shell does: at spaces that no quote or backslash protects. */
  static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean inWord = false;
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0 && c == quote) {
        quote = 0;
      } else if (c == '\\' && quote != '\'' && i + 1 < text.length()) {
        i++;
        word.append(text.charAt(i));
        inWord = true;
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
        inWord = true;
      } else if (quote == 0 && Character.isWhitespace(c)) {
        if (inWord) {
          words.add(word.toString());
        }
        word.setLength(0);
        inWord = false;
      } else {
        word.append(c);
        inWord = true;
      }
    }
    if (inWord) {
      words.add(word.toString());
    }
    return words;
  }
}
