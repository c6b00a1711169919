package io.gpurig.engine.report;

import static java.util.Objects.requireNonNull;

import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Severity;
import java.util.List;
import java.util.stream.Stream;

/**
 * The outcome of a run for one host.
 *
 * @param host its inventory name
 * @param status how it ended
 * @param changes what was planned, and what became of it
 * @param problems what is wrong
 * @param roundTrips what it cost
 */
public record HostReport(
    String host,
    Status status,
    List<ChangeReport> changes,
    List<Problem> problems,
    RoundTrips roundTrips) {

  public HostReport {
    requireNonNull(host, "host is null");
    requireNonNull(status, "status is null");
    changes = List.copyOf(changes);
    problems = List.copyOf(problems);
    requireNonNull(roundTrips, "roundTrips is null");
  }

  /** Returns the report of a host to which nothing could be done. */
  public static HostReport failed(String host, List<Problem> problems, RoundTrips roundTrips) {
    boolean refused =
        problems.stream().filter(Problem::blocks).allMatch(p -> p.severity() == Severity.REFUSED);
    return new HostReport(
        host, refused ? Status.REFUSED : Status.FAILED, List.of(), problems, roundTrips);
  }

  /** Returns the report of a host whose turn did not come. */
  public static HostReport skipped(String host, String why) {
    Problem problem =
        Problem.warning("rollout/not-started", "was not started, because " + why)
            .suggest("see to that, then go on with these hosts: --limit @failed");
    return new HostReport(host, Status.SKIPPED, List.of(), List.of(problem), RoundTrips.NONE);
  }

  /** Returns this report with another status. */
  public HostReport with(Status other) {
    return new HostReport(host, other, changes, problems, roundTrips);
  }

  /** Returns this report with these problems before its own. */
  public HostReport with(List<Problem> first) {
    List<Problem> all = Stream.concat(first.stream(), problems.stream()).toList();
    return new HostReport(host, status, changes, all, roundTrips);
  }

  /** Returns whether the host is as the plan asks. */
  public boolean isDesired() {
    return status == Status.UNCHANGED || status == Status.CHANGED;
  }

  /** How a run ended for a host. */
  public enum Status {
    /** It was as the plan asks before anything was done. */
    UNCHANGED,
    /** Changes are pending. */
    PENDING,
    /** It was changed, and then read again and found as the plan asks. */
    CHANGED,
    /** It was not started: the rollout had stopped before its turn came. */
    SKIPPED,
    /** Nothing was done: it is not what it was when the plan was saved. */
    STALE,
    /** Nothing was done, to protect what runs on it. */
    REFUSED,
    /** It could not be reached, or a change failed, or did not hold. */
    FAILED
  }

  /**
   * What a run cost on the network.
   *
   * @param connections SSH connections opened
   * @param execs commands run over them
   * @param channels byte streams opened to Docker's socket
   * @param dockerRequests requests to Docker's API
   */
  public record RoundTrips(int connections, int execs, int channels, int dockerRequests) {
    /** Nothing was asked of the host. */
    public static final RoundTrips NONE = new RoundTrips(0, 0, 0, 0);

    /** Returns what both cost together. */
    public RoundTrips and(RoundTrips other) {
      return new RoundTrips(
          connections + other.connections,
          execs + other.execs,
          channels + other.channels,
          dockerRequests + other.dockerRequests);
    }
  }
}
