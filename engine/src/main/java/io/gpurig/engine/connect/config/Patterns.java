package io.gpurig.engine.connect.config;

import java.util.Locale;

/** OpenSSH's patterns (match.c): {@code *}, {@code ?}, and lists with {@code !}. */
public final class Patterns {
  private Patterns() {}

  /** Returns whether a text matches a pattern, in linear space and without backtracking far. */
  public static boolean matches(String pattern, String text) {
    int p = 0;
    int t = 0;
    int star = -1;
    int mark = 0;
    while (t < text.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        mark = t;
      } else if (p < pattern.length()
          && (pattern.charAt(p) == '?' || pattern.charAt(p) == text.charAt(t))) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++mark;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  /**
   * Returns whether one of some patterns, separated by commas, matches and none after {@code !}.
   */
  public static boolean listMatches(String patterns, String text) {
    boolean found = false;
    for (String pattern : patterns.split(",")) {
      boolean negated = pattern.startsWith("!");
      if (matches(negated ? pattern.substring(1) : pattern, text)) {
        if (negated) {
          return false;
        }
        found = true;
      }
    }
    return found;
  }

  /** As {@link #listMatches}, for host names: these have no case. */
  static boolean hostMatches(String patterns, String host) {
    return listMatches(patterns.toLowerCase(Locale.ROOT), host.toLowerCase(Locale.ROOT));
  }
}
