package io.gpurig.engine.fact;

/** What a host sent is not an answer to the read script. The message says in what way. */
public final class UnreadableAnswerException extends Exception {
  private static final long serialVersionUID = 1L;

  UnreadableAnswerException(String message) {
    super(message);
  }
}
