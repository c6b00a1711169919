package io.gpurig.engine.report;

/** Lines of a terminal, broken at blanks where they are too long for it. */
final class Wrapped {
  private static final String HANGING = "    ";

  private final StringBuilder text = new StringBuilder();
  private final int width;

  Wrapped(int width) {
    this.width = width;
  }

  /** Adds a line; what is broken off goes on four columns further in. */
  void line(String indent, String line) {
    int column = 0;
    // the empty string has one word too: the empty line
    for (String word : line.split(" ", -1)) {
      int length = visible(word);
      if (column == 0) {
        text.append(line.isEmpty() ? "" : indent);
        column = indent.length();
      } else if (column + 1 + length > width && column > indent.length()) {
        text.append('\n').append(indent).append(HANGING);
        column = indent.length() + HANGING.length();
      } else {
        text.append(' ');
        column++;
      }
      text.append(word);
      column += length;
    }
    text.append('\n');
  }

  /** Adds lines as they are: what somebody will copy, and what is aligned by columns. */
  void verbatim(String lines) {
    text.append(lines);
  }

  /** Colours take no room. */
  private static int visible(String word) {
    int length = 0;
    boolean escape = false;
    for (int i = 0; i < word.length(); i = word.offsetByCodePoints(i, 1)) {
      int c = word.codePointAt(i);
      if (escape) {
        escape = c != 'm';
      } else if (c == '\u001b') {
        escape = true;
      } else {
        length++;
      }
    }
    return length;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
