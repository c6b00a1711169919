package io.gpurig.cli;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.report.HostReport.Status;
import io.gpurig.engine.run.Event;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How far a run is. Immutable; {@link #after} returns what an event makes of it.
 *
 * @param total how many hosts there are
 * @param ended how many hosts have ended so
 * @param active the hosts that are worked on, those that were started first come first
 * @param batch such as {@code batch 2/3}; empty if there is one alone
 * @param held what the rollout waits for; empty if it does not
 * @param started when it began, in nanoseconds
 */
record FleetState(
    int total,
    Map<Status, Integer> ended,
    Map<String, HostState> active,
    String batch,
    String held,
    long started) {
  private static final int TAIL = 3;

  FleetState {
    ended = Collections.unmodifiableMap(new LinkedHashMap<>(ended));
    active = Collections.unmodifiableMap(new LinkedHashMap<>(active));
  }

  /** Returns the state before anything has happened. */
  static FleetState before(long now) {
    return new FleetState(0, Map.of(), Map.of(), "", "", now);
  }

  /**
   * What one host is at.
   *
   * @param change what is being changed; empty before the first change
   * @param step what is being done
   * @param tail what was last said of it, oldest first
   * @param started when its turn came, in nanoseconds
   */
  record HostState(String change, String step, List<String> tail, long started) {
    HostState {
      tail = List.copyOf(tail);
    }

    private HostState at(String nextStep) {
      return new HostState(change, nextStep, List.of(), started);
    }

    private HostState changing(String target) {
      return new HostState(target, "", List.of(), started);
    }

    private HostState saying(String line) {
      List<String> lines = new ArrayList<>(tail);
      // of a download there are many lines, and the last of each layer counts
      lines.removeIf(other -> subject(other).equals(subject(line)));
      lines.add(line);
      return new HostState(
          change, step, lines.subList(Math.max(0, lines.size() - TAIL), lines.size()), started);
    }

    private static String subject(String line) {
      int colon = line.indexOf(": ");
      return colon < 0 ? line : line.substring(0, colon);
    }
  }

  /** Returns the state after an event that came at this time. */
  FleetState after(Event event, long now) {
    return switch (event) {
      case Event.FleetStarted(int hosts) -> new FleetState(hosts, Map.of(), Map.of(), "", "", now);
      case Event.BatchStarted(int number, int batches, int hosts) ->
          new FleetState(total, ended, active, "batch " + number + "/" + batches, "", started);
      case Event.RolloutHeld(String text) ->
          new FleetState(total, ended, active, batch, text, started);
      case Event.HostStarted(String host) ->
          with(host, Optional.of(new HostState("", "connecting and reading", List.of(), now)));
      case Event.ChangeStarted(String host, var change) ->
          with(host, host(host, now).changing(change.target()));
      case Event.ActionStarted(String host, Action action) ->
          with(host, host(host, now).at(action.describe()));
      case Event.Progress(String host, String text) -> with(host, host(host, now).saying(text));
      case Event.Output(String host, String line) -> with(host, host(host, now).saying(line));
      case Event.Undoing(String host, Action action) ->
          with(host, host(host, now).at("undo: " + action.describe()));
      case Event.ChangeDone(String host, var change) ->
          with(host, host(host, now).at("reading again"));
      case Event.HostDone(String host, var report) ->
          with(host, Optional.empty()).counting(report.status(), 1);
      case Event.HealthCheckStarted(String host) ->
          with(host, Optional.of(new HostState("", "health check", List.of(), now)));
      case Event.HealthCheckDone(String host, var problem) -> {
        FleetState done = with(host, Optional.empty());
        // it had been counted among the changed ones
        yield problem.isEmpty()
            ? done
            : done.counting(Status.CHANGED, -1).counting(Status.FAILED, 1);
      }
    };
  }

  private HostState host(String host, long now) {
    return active.getOrDefault(host, new HostState("", "", List.of(), now));
  }

  private FleetState with(String host, HostState state) {
    return with(host, Optional.of(state));
  }

  private FleetState with(String host, Optional<HostState> state) {
    Map<String, HostState> hosts = new LinkedHashMap<>(active);
    state.ifPresentOrElse(s -> hosts.put(host, s), () -> hosts.remove(host));
    return new FleetState(total, ended, hosts, batch, held, started);
  }

  private FleetState counting(Status status, int more) {
    Map<Status, Integer> counts = new EnumMap<>(Status.class);
    counts.putAll(ended);
    counts.merge(status, more, Integer::sum);
    return new FleetState(total, counts, active, batch, held, started);
  }

  /** Returns how many hosts have ended. */
  int done() {
    return ended.values().stream().mapToInt(Integer::intValue).sum();
  }
}
