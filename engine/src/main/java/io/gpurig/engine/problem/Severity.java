package io.gpurig.engine.problem;

/** How bad a problem is, mildest first. */
public enum Severity {
  /** Worth knowing; nothing is held up by it. */
  WARNING,
  /** Possible, but refused to protect what runs on the host, until the plan allows it. */
  REFUSED,
  /** Wrong or impossible. */
  ERROR
}
