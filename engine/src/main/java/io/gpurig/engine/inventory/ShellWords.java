package io.gpurig.engine.inventory;

import java.util.ArrayList;
import java.util.List;

/** Splits a line as Python's {@code shlex.split(line, comments=True)} does. */
final class ShellWords {
  private final String line;
  private final List<Word> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private int begin = -1;

  private ShellWords(String line) {
    this.line = line;
  }

  /**
   * A word.
   *
   * @param text without its quotes
   * @param begin where it begins in the line
   * @param end where it ends
   */
  record Word(String text, int begin, int end) {}

  /** A quote or a backslash has nothing that it belongs to. */
  static final class UnbalancedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int at;

    UnbalancedException(String message, int at) {
      super(message);
      this.at = at;
    }

    int at() {
      return at;
    }

    String reason() {
      return String.valueOf(getMessage());
    }
  }

  static List<Word> split(String line) throws UnbalancedException {
    return new ShellWords(line).split();
  }

  private List<Word> split() throws UnbalancedException {
    int i = 0;
    while (i < line.length() && line.charAt(i) != '#') {
      char c = line.charAt(i);
      if (" \t\r\n".indexOf(c) >= 0) {
        end(i);
        i++;
        continue;
      }
      if (begin < 0) {
        begin = i;
      }
      i =
          switch (c) {
            case '\'', '"' -> quoted(i);
            case '\\' -> escaped(i);
            default -> plain(i);
          };
    }
    end(i);
    return words;
  }

  private int plain(int at) {
    word.append(line.charAt(at));
    return at + 1;
  }

  private int escaped(int at) throws UnbalancedException {
    if (at + 1 == line.length()) {
      throw new UnbalancedException("nothing follows this backslash", at);
    }
    word.append(line.charAt(at + 1));
    return at + 2;
  }

  private int quoted(int start) throws UnbalancedException {
    char quote = line.charAt(start);
    int i = start + 1;
    while (i < line.length() && line.charAt(i) != quote) {
      boolean escape = quote == '"' && line.charAt(i) == '\\' && i + 1 < line.length();
      if (escape && "\"\\".indexOf(line.charAt(i + 1)) >= 0) {
        i++;
      } else if (escape) {
        word.append('\\');
        i++;
      }
      word.append(line.charAt(i));
      i++;
    }
    if (i == line.length()) {
      throw new UnbalancedException("the quote that begins here is not closed", start);
    }
    return i + 1;
  }

  private void end(int at) {
    if (begin >= 0) {
      words.add(new Word(word.toString(), begin, at));
    }
    word.setLength(0);
    begin = -1;
  }
}
