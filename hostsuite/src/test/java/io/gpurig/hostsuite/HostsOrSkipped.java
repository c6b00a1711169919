package io.gpurig.hostsuite;

import java.io.IOException;
import java.io.UncheckedIOException;
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
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    context
        .getRoot()
        .getStore(ExtensionContext.Namespace.create(HostsOrSkipped.class))
        .computeIfAbsent("hosts", key -> new Hosts());
  }

  /** What is shared by all classes of a run: made before the first, ended after the last. */
  private static final class Hosts implements AutoCloseable {
    Hosts() {
      try {
        // a run that was killed may have left hosts behind
        RealHost.downAll();
        RealHost.prepare();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      RealHost.downAll();
    }
  }
}
