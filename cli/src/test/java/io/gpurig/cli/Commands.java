package io.gpurig.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;

/** Runs commands as a user would, without a process. */
final class Commands {
  private Commands() {}

  /**
   * What a command left behind.
   *
   * @param exit its exit code
   */
  record Result(int exit, String out, String err) {
    /** Returns everything, for the message of an assertion. */
    String all() {
      return "exit code " + exit + "\n" + out + err;
    }
  }

  static Result gpurig(Object... arguments) {
    String state = Path.of("target", "state").toAbsolutePath().toString();
    return gpurig(Map.of("USER", "nobody", "XDG_STATE_HOME", state), arguments);
  }

  static Result gpurig(Map<String, String> environment, Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Console console =
        new Console(
            new PrintWriter(out),
            new PrintWriter(err),
            false,
            environment,
            Path.of("/nonexistent"));
    String[] words = new String[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      words[i] = arguments[i].toString();
    }
    return new Result(Gpurig.run(console, words), out.toString(), err.toString());
  }
}
