package io.gpurig.cli;

import io.gpurig.engine.report.SafeText;

/** Text of hosts and plans, made safe for a terminal. */
final class Printable {
  private Printable() {}

  /** Returns the text on one line. */
  static String line(String text) {
    return SafeText.line(text);
  }
}
