package io.gpurig.engine.fact;

import static java.util.Objects.requireNonNull;

/**
 * What a command answered.
 *
 * @param exit its exit status; 127 when there is no such command, 124 when it took too long
 * @param stdout its standard output; bytes that are not UTF-8 are replaced
 * @param stderr its standard error, likewise
 */
public record CommandFact(int exit, String stdout, String stderr) {
  /** The answer of a shell that knows no such command. */
  public static final CommandFact NOT_FOUND = new CommandFact(127, "", "");

  public CommandFact {
    requireNonNull(stdout, "stdout is null");
    requireNonNull(stderr, "stderr is null");
  }

  /** Returns whether the command ended with status 0. */
  public boolean succeeded() {
    return exit == 0;
  }
}
