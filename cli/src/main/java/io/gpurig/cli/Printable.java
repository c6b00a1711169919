package io.gpurig.cli;

/**
 * Text of hosts and plans, made safe for a terminal: it cannot move the cursor or change colours.
 */
final class Printable {
  private Printable() {}

  /** Returns the text on one line. */
  static String line(String text) {
    return clean(text, false);
  }

  /** Returns the text with its line ends. */
  static String lines(String text) {
    return clean(text, true);
  }

  private static String clean(String text, boolean keepLineEnds) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (c == '\n' && keepLineEnds) {
                clean.append('\n');
              } else if (c == '\t') {
                clean.append("  ");
              } else if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                clean.append('\uFFFD');
              } else {
                clean.appendCodePoint(c);
              }
            });
    return clean.toString();
  }
}
