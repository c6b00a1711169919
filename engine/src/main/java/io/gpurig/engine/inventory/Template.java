package io.gpurig.engine.inventory;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A string with {@code ${name}} in it, taken apart; a doubled dollar sign makes it literal. */
record Template(List<Part> parts) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  Template {
    parts = List.copyOf(parts);
  }

  /** A piece of the string. */
  sealed interface Part {
    /** Text that stands for itself. */
    record Literal(String text) implements Part {}

    /**
     * A variable.
     *
     * @param ordinal how many other beginnings of a variable come before in the string
     */
    record Reference(String name, int ordinal) implements Part {}

    /** Something that begins like a variable and is none. */
    record Malformed(String text, int ordinal) implements Part {}
  }

  static Template of(String text) {
    List<Part> parts = new ArrayList<>();
    int at = 0;
    int ordinal = 0;
    int next;
    while ((next = text.indexOf("${", at)) >= 0) {
      boolean escaped = next > at && text.charAt(next - 1) == '$';
      literal(text.substring(at, escaped ? next - 1 : next), parts);
      int end = text.indexOf('}', next);
      if (escaped) {
        literal("${", parts);
        at = next + 2;
      } else if (end >= 0 && NAME.matcher(text.substring(next + 2, end)).matches()) {
        parts.add(new Part.Reference(text.substring(next + 2, end), ordinal));
        at = end + 1;
      } else {
        int stop = end < 0 ? text.length() : end + 1;
        int inner = text.indexOf("${", next + 2);
        stop = inner < 0 ? stop : Math.min(stop, inner);
        parts.add(new Part.Malformed(text.substring(next, stop), ordinal));
        at = stop;
      }
      ordinal++;
    }
    literal(text.substring(at), parts);
    return new Template(parts);
  }

  /** Whether there is anything to replace, an escape included. */
  static boolean isIn(String text) {
    return text.contains("${");
  }

  private static void literal(String text, List<Part> parts) {
    if (!text.isEmpty()) {
      parts.add(new Part.Literal(text));
    }
  }
}
