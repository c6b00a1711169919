package io.gpurig.engine.inventory;

import java.util.regex.Pattern;

/** Shell globs as Ansible reads them: {@code *}, {@code ?}, {@code [abc]} and {@code [!abc]}. */
final class Glob {
  private Glob() {}

  static boolean isIn(String text) {
    return text.contains("*") || text.contains("?") || text.contains("[");
  }

  /** Returns a pattern that matches whole names. */
  static Pattern compile(String glob) {
    StringBuilder regex = new StringBuilder();
    int last = glob.lastIndexOf(']');
    int i = 0;
    while (i < glob.length()) {
      char c = glob.charAt(i);
      // a bracket that closes first thing is a member of the set; none is looked for in vain, which
      // a long pattern would have us do for each of its letters
      int close =
          c == '[' && i < last ? glob.indexOf(']', i + (glob.startsWith("!", i + 1) ? 3 : 2)) : -1;
      if (c == '*') {
        regex.append(".*");
      } else if (c == '?') {
        regex.append('.');
      } else if (c == '[' && close > 0) {
        regex.append(set(glob.substring(i + 1, close)));
        i = close;
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
      i++;
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  private static String set(String members) {
    boolean negated = members.startsWith("!");
    String escaped = members.substring(negated ? 1 : 0).replaceAll("[\\\\\\[\\]&~|^]", "\\\\$0");
    return "[" + (negated ? "^" : "") + escaped + "]";
  }
}
