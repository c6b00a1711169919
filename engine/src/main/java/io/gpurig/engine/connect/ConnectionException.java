package io.gpurig.engine.connect;

import static java.util.Objects.requireNonNull;

import io.gpurig.engine.problem.Problem;
import java.io.IOException;

/** A host could not be reached, or was lost; carries the problem to show. */
public final class ConnectionException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  public ConnectionException(Problem problem) {
    super(problem.message());
    this.problem = requireNonNull(problem, "problem is null");
  }

  /** Returns what to tell the user. */
  public Problem problem() {
    return problem;
  }

  /** Returns whether a connection that was there is gone, so that another may be tried. */
  public boolean isLost() {
    return problem.code().equals("connect/lost");
  }
}
