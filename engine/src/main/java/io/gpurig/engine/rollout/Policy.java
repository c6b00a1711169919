package io.gpurig.engine.rollout;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.plan.Section;
import java.util.ArrayList;
import java.util.List;

/**
 * How a plan is brought to its hosts: what must be the same for all of them.
 *
 * @param batch the sizes of the batches, of which the last is repeated; at least one
 * @param maxFailures beyond it no batch begins
 * @param pause what comes between two batches
 */
public record Policy(List<Amount> batch, Amount maxFailures, Pause pause) {
  public Policy {
    batch = List.copyOf(batch);
    requireNonNull(maxFailures, "maxFailures is null");
    requireNonNull(pause, "pause is null");
    if (batch.isEmpty()) {
      throw new IllegalArgumentException("a rollout has at least one batch");
    }
  }

  /** Returns what a plan says. */
  public static Policy of(Section rollout) {
    List<Amount> batch = new ArrayList<>();
    JsonNode sizes = rollout.node().path("batch");
    sizes.forEach(size -> batch.add(Amount.of(size)));
    if (sizes.isValueNode()) {
      batch.add(Amount.of(sizes));
    }
    Pause pause =
        rollout.text("pause").equals("prompt")
            ? new Pause.Prompt()
            : new Pause.Time(rollout.duration("pause"));
    return new Policy(batch, Amount.of(rollout.node().path("maxFailures")), pause);
  }

  /** Returns the hosts in batches, in their order. */
  public List<List<String>> batches(List<String> hosts) {
    List<List<String>> batches = new ArrayList<>();
    int start = 0;
    while (start < hosts.size()) {
      Amount size = batch.get(Math.min(batches.size(), batch.size() - 1));
      int end = (int) Math.min(hosts.size(), (long) start + size.batchOf(hosts.size()));
      batches.add(List.copyOf(hosts.subList(start, end)));
      start = end;
    }
    return batches;
  }
}
