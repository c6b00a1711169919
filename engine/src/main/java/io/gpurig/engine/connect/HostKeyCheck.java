package io.gpurig.engine.connect;

/** OpenSSH's StrictHostKeyChecking. */
enum HostKeyCheck {
  /** The key must be known. */
  STRICT,
  /** A key seen for the first time is shown to the user; without one it is refused. */
  ASK,
  /**
   * A key seen for the first time is added to the first known_hosts file; a changed key is refused.
   */
  ACCEPT_NEW,
  /** Any key is accepted, but for revoked ones. */
  OFF
}
