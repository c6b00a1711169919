package io.gpurig.engine.fact;

/** What a host sent is not an answer to the read script. */
public final class UnreadableAnswerException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;

  UnreadableAnswerException(String reason) {
    super(reason);
    this.reason = reason;
  }

  /** Returns in what way it is none, as a clause. */
  public String reason() {
    return reason;
  }
}
