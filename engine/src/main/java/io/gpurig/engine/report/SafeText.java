package io.gpurig.engine.report;

/**
 * Text of hosts and plans, made safe to show: it cannot move a cursor, change colours or turn the
 * direction of writing. Every renderer sends what it did not write itself through here.
 */
public final class SafeText {
  private static final char REPLACEMENT = '\uFFFD';

  private SafeText() {}

  /** Returns the text on one line. */
  public static String line(String text) {
    return clean(text, false);
  }

  /** Returns the text with its line ends. */
  public static String lines(String text) {
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
              } else if (isUnsafe(c)) {
                clean.append(REPLACEMENT);
              } else {
                clean.appendCodePoint(c);
              }
            });
    return clean.toString();
  }

  private static boolean isUnsafe(int c) {
    return switch (Character.getType(c)) {
      // half a character, and what XML forbids or a terminal obeys
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> (c & 0xFFFE) == 0xFFFE;
    };
  }
}
