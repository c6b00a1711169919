package io.gpurig.engine.problem;

import static java.util.Objects.requireNonNull;

/**
 * A place in a document that the user wrote.
 *
 * @param file the path as the user gave it
 * @param line the line, from 1
 * @param column the column in characters, from 1
 * @param length how many characters are meant, at least 1
 * @param text the whole line, without its line end
 */
public record Source(String file, int line, int column, int length, String text) {
  public Source {
    requireNonNull(file, "file is null");
    requireNonNull(text, "text is null");
    if (line < 1 || column < 1 || length < 1) {
      throw new IllegalArgumentException("line, column and length start at 1");
    }
  }

  /** Returns {@code file:line:column}, the form that editors and terminals make clickable. */
  public String position() {
    return file + ":" + line + ":" + column;
  }
}
