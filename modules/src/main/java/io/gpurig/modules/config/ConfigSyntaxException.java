package io.gpurig.modules.config;

import java.util.Optional;

/** A configuration file cannot be edited as it is. */
public final class ConfigSyntaxException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int line;
  private final int column;
  private final String file;

  /**
   * Creates an exception.
   *
   * @param line from 1
   * @param column from 1, in characters
   */
  public ConfigSyntaxException(int line, int column, String message) {
    this("", line, column, message);
  }

  private ConfigSyntaxException(String file, int line, int column, String message) {
    super(message);
    this.file = file;
    this.line = line;
    this.column = column;
  }

  /** Returns the same, known to be about this file. */
  public ConfigSyntaxException in(String path) {
    return new ConfigSyntaxException(path, line, column, String.valueOf(getMessage()));
  }

  /** Returns the file that it is about, if that is known. */
  public Optional<String> file() {
    return file.isEmpty() ? Optional.empty() : Optional.of(file);
  }

  static ConfigSyntaxException at(String text, int offset, String message) {
    String before = text.substring(0, Math.min(offset, text.length()));
    int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
    return new ConfigSyntaxException(line, before.length() - before.lastIndexOf('\n'), message);
  }

  /** Returns where and what, as {@code 3:14: a comma is missing}. */
  public String positioned() {
    return line + ":" + column + ": " + getMessage();
  }
}
