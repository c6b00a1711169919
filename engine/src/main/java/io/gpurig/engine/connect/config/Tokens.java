package io.gpurig.engine.connect.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands for something else in values: {@code ~}, {@code %h} and the like, <code>${NAME}
 * </code> (ssh_config(5), TOKENS and ENVIRONMENT VARIABLES).
 */
public final class Tokens {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}]*)}");

  private Tokens() {}

  /** Replaces {@code %x} for the letters that are known and {@code %%}; others stay. */
  public static String percent(String value, Map<Character, String> tokens) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '%' && i + 1 < value.length()) {
        char letter = value.charAt(i + 1);
        String replacement = letter == '%' ? "%" : tokens.get(letter);
        if (replacement != null) {
          text.append(replacement);
          i++;
          continue;
        }
      }
      text.append(c);
    }
    return text.toString();
  }

  /** Replaces a {@code ~} at the start of a file name by the home folder. */
  public static String tilde(String value, Path home) {
    return value.equals("~") || value.startsWith("~/") ? home + value.substring(1) : value;
  }

  /** Replaces environment variables; those that are not set stay. */
  public static String variables(String value, Map<String, String> environment) {
    return VARIABLE
        .matcher(value)
        .replaceAll(
            use -> Matcher.quoteReplacement(environment.getOrDefault(use.group(1), use.group())));
  }
}
