package io.gpurig.modules.config;

/** A configuration file cannot be edited as it is. */
public final class ConfigSyntaxException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int line;
  private final int column;

  /**
   * Creates an exception.
   *
   * @param line from 1
   * @param column from 1, in characters
   */
  public ConfigSyntaxException(int line, int column, String message) {
    super(message);
    this.line = line;
    this.column = column;
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
