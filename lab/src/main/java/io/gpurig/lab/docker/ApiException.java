package io.gpurig.lab.docker;

import java.io.Serial;

/** A request the engine turns down, with the status and the message Docker gives. */
final class ApiException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final int status;

  ApiException(int status, String message) {
    super(message);
    this.status = status;
  }

  int status() {
    return status;
  }

  /** Docker answers so, without a message, when there is nothing to do. */
  static ApiException notModified() {
    return new ApiException(304, "");
  }
}
