package io.gpurig.engine.module;

import static java.util.Objects.requireNonNull;

import io.gpurig.engine.problem.Severity;
import java.util.Optional;

/**
 * A problem as a module sees it: about a value of the plan, wherever that stands in the user's
 * files.
 *
 * @param code a stable name, such as {@code driver/gpu-in-use}
 * @param pointer the JSON pointer of the value in the plan
 * @param message one sentence without a full stop
 * @param suggestion what to do about it
 */
public record Finding(
    Severity severity, String code, String pointer, String message, Optional<String> suggestion) {
  public Finding {
    requireNonNull(severity, "severity is null");
    requireNonNull(code, "code is null");
    requireNonNull(pointer, "pointer is null");
    requireNonNull(message, "message is null");
    requireNonNull(suggestion, "suggestion is null");
  }

  /** Returns a finding that holds up the host. */
  public static Finding error(String code, String pointer, String message, String suggestion) {
    return new Finding(Severity.ERROR, code, pointer, message, Optional.of(suggestion));
  }

  /** Returns a finding that holds up the host until the plan allows what would happen. */
  public static Finding refused(String code, String pointer, String message, String suggestion) {
    return new Finding(Severity.REFUSED, code, pointer, message, Optional.of(suggestion));
  }

  /** Returns what is to be known although nothing is wrong. */
  public static Finding note(String code, String pointer, String message) {
    return new Finding(Severity.NOTE, code, pointer, message, Optional.empty());
  }

  /** Returns a finding that holds up nothing. */
  public static Finding warning(String code, String pointer, String message, String suggestion) {
    return new Finding(Severity.WARNING, code, pointer, message, Optional.of(suggestion));
  }
}
