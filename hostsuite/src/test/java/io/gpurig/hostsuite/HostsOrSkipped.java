package io.gpurig.hostsuite;

import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips a class, naming the reason, where this machine cannot make hosts; else prepares them. */
final class HostsOrSkipped implements ExecutionCondition, BeforeAllCallback {
  HostsOrSkipped() {}

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    try {
      Optional<String> reason = RealHost.impossible();
      reason.ifPresent(why -> System.out.println("host suite skipped: " + why));
      return reason
          .map(ConditionEvaluationResult::disabled)
          .orElseGet(() -> ConditionEvaluationResult.enabled("hosts can be made"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException, InterruptedException {
    RealHost.prepare();
  }
}
