package io.gpurig.engine.report;

import static java.util.Objects.requireNonNull;

import io.gpurig.engine.problem.Problem;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The outcome of a run. Everything that a person is shown at its end is rendered from this.
 *
 * @param command {@code validate}, {@code plan} or {@code apply}
 * @param plan the plan's name; empty when the plans could not be read
 * @param hosts one report a host, in the order of the inventory
 * @param problems what is wrong with the plans and the inventory themselves
 * @param shard the part of the hosts that this run was for; empty for all of them
 */
public record Report(
    String command,
    String plan,
    List<HostReport> hosts,
    List<Problem> problems,
    Optional<Shard> shard) {
  public Report {
    requireNonNull(command, "command is null");
    requireNonNull(plan, "plan is null");
    hosts = List.copyOf(hosts);
    problems = List.copyOf(problems);
    requireNonNull(shard, "shard is null");
  }

  /** Creates the report of a run for all hosts. */
  public Report(String command, String plan, List<HostReport> hosts, List<Problem> problems) {
    this(command, plan, hosts, problems, Optional.empty());
  }

  /** Returns how many hosts ended so. */
  public long count(HostReport.Status status) {
    return hosts.stream().filter(host -> host.status() == status).count();
  }

  /** Returns the exit code that says how it went. */
  public ExitCode exitCode() {
    if (problems.stream().anyMatch(Problem::blocks)) {
      return ExitCode.INPUT_WRONG;
    }
    Set<ExitCode> codes = new TreeSet<>();
    hosts.forEach(host -> codes.add(code(host.status())));
    return codes.isEmpty() ? ExitCode.DESIRED_STATE : codes.iterator().next();
  }

  private static ExitCode code(HostReport.Status status) {
    return switch (status) {
      case FAILED, SKIPPED -> ExitCode.HOST_FAILED;
      case REFUSED -> ExitCode.REFUSED;
      case PENDING, STALE -> ExitCode.CHANGES_PENDING;
      case UNCHANGED, CHANGED -> ExitCode.DESIRED_STATE;
    };
  }
}
