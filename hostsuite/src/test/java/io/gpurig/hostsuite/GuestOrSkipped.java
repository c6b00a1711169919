package io.gpurig.hostsuite;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips a class, naming the reason, where this machine cannot run the guest. */
final class GuestOrSkipped implements ExecutionCondition {
  GuestOrSkipped() {}

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    try {
      Optional<String> reason = Guest.impossible();
      reason.ifPresent(why -> System.out.println("kernel suite skipped: " + why));
      return reason
          .map(ConditionEvaluationResult::disabled)
          .orElseGet(() -> ConditionEvaluationResult.enabled("the guest can run"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
