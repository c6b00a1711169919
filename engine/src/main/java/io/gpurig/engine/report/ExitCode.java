package io.gpurig.engine.report;

/** The exit codes of the command, most serious first: the one that a run with several ends with. */
public enum ExitCode {
  /** The input is wrong; nothing was done. */
  INPUT_WRONG(2),
  /** A host failed, or was not started because others did. */
  HOST_FAILED(1),
  /** Refused for safety. */
  REFUSED(4),
  /** Changes are pending, or a saved plan is stale. */
  CHANGES_PENDING(3),
  /** In the desired state, or applied and proven. */
  DESIRED_STATE(0);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  /** Returns the number that the process ends with. */
  public int code() {
    return code;
  }
}
