package io.gpurig.engine.inventory;

import io.gpurig.engine.problem.Source;

/**
 * A line of an INI file.
 *
 * @param file how problems name the file
 * @param number from 1
 * @param text the whole line
 */
record IniLine(String file, int number, String text) {

  /** Returns the line without the white space around it. */
  String content() {
    return text.strip();
  }

  /** Returns where a part of {@link #content()} stands. */
  Source source(int begin, int end) {
    int indent = text.length() - text.stripLeading().length();
    int column = text.codePointCount(0, indent + begin) + 1;
    int length = Math.max(1, text.codePointCount(indent + begin, indent + end));
    return new Source(file, number, column, length, text);
  }

  /** Returns where the content stands. */
  Source source() {
    return source(0, content().length());
  }

  /** Returns where a text stands in a part of the content, or that part if it cannot be found. */
  Source source(String piece, int begin, int end) {
    int at = content().indexOf(piece, begin);
    return at < 0 || at + piece.length() > end
        ? source(begin, end)
        : source(at, at + piece.length());
  }
}
