package io.gpurig.engine.inventory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The options in {@code ansible_ssh_common_args} and the like.
 *
 * @param options what {@code -o} sets, the first value of each, keys in small letters
 * @param others the words that are no {@code -o} options
 */
record SshOptions(Map<String, String> options, List<String> others) {

  static SshOptions parse(String arguments) {
    Map<String, String> options = new LinkedHashMap<>();
    List<String> others = new ArrayList<>();
    List<String> words = words(arguments);
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      String option = word.startsWith("-o") ? word.substring(2).strip() : "";
      if (word.equals("-o") && i + 1 < words.size()) {
        i++;
        option = words.get(i).strip();
      }
      // OpenSSH takes `key=value` and `key value`
      String[] parts = option.split("\\s*=\\s*|\\s+", 2);
      if (parts.length == 2) {
        options.putIfAbsent(parts[0].toLowerCase(Locale.ROOT), unquote(parts[1]));
      } else {
        others.add(word);
      }
    }
    return new SshOptions(options, others);
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
