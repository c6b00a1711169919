package io.gpurig.engine.rollout;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.plan.Section;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a host must pass after it was changed.
 *
 * @param command run on the host; empty if none is
 * @param http the address that is asked from here
 * @param timeout of one attempt
 * @param retries how many attempts there are
 * @param interval between two attempts
 */
public record HealthCheck(
    List<String> command, Optional<String> http, Duration timeout, int retries, Duration interval) {
  public HealthCheck {
    command = List.copyOf(command);
    requireNonNull(http, "http is null");
    requireNonNull(timeout, "timeout is null");
    requireNonNull(interval, "interval is null");
  }

  /** Returns the check that a plan asks for. */
  public static Optional<HealthCheck> of(Section rollout) {
    return Optional.ofNullable(rollout.node().get("healthCheck"))
        .filter(JsonNode::isObject)
        .map(node -> of(rollout.pointer("healthCheck"), node));
  }

  private static HealthCheck of(String pointer, JsonNode node) {
    Section check = new Section(pointer, node);
    List<String> command = new ArrayList<>();
    JsonNode words = node.path("command");
    words.forEach(word -> command.add(word.asText()));
    if (words.isTextual()) {
      command.addAll(List.of("sh", "-c", words.asText()));
    }
    return new HealthCheck(
        command,
        check.optionalText("http"),
        check.duration("timeout"),
        node.path("retries").asInt(),
        check.duration("interval"));
  }
}
