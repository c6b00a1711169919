package io.gpurig.engine.docker;

import static java.util.Objects.requireNonNull;

import io.gpurig.engine.problem.Problem;
import java.io.IOException;

/** Docker could not be reached, or refused; carries the problem to show. */
public final class DockerException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  public DockerException(Problem problem) {
    super(problem.message());
    this.problem = requireNonNull(problem, "problem is null");
  }

  DockerException(Problem problem, Throwable cause) {
    this(problem);
    initCause(cause);
  }

  /** Returns what to tell the user. */
  public Problem problem() {
    return problem;
  }
}
