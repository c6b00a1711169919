package io.gpurig.engine.connect.config;

import java.io.IOException;

/** The configuration of OpenSSH's client cannot be used; the message says where and why. */
public final class SshConfigException extends IOException {
  private static final long serialVersionUID = 1L;

  SshConfigException(String message) {
    super(message);
  }
}
