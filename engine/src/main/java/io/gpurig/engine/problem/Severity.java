package io.gpurig.engine.problem;

/** How bad a problem is, mildest first. */
public enum Severity {
  /** Nothing is wrong: what is to be known of a host all the same. */
  NOTE,
  /** Worth knowing; nothing is held up by it. */
  WARNING,
  /** Possible, but refused to protect what runs on the host, until the plan allows it. */
  REFUSED,
  /** Wrong or impossible. */
  ERROR;

  /** Returns whether work cannot go on. */
  public boolean blocks() {
    return compareTo(WARNING) > 0;
  }
}
