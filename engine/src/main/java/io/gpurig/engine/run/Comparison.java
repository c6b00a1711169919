package io.gpurig.engine.run;

import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.connect.ConnectionException;
import io.gpurig.engine.fact.Basis;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.module.Finding;
import io.gpurig.engine.module.Module;
import io.gpurig.engine.plan.ResolvedPlan;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.ChangeReport;
import io.gpurig.engine.report.ChangeReport.Outcome;
import io.gpurig.engine.report.HostReport;
import io.gpurig.engine.report.HostReport.RoundTrips;
import io.gpurig.engine.report.HostReport.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Compares hosts with their plans. Plan and apply share it: what a plan shows is what an apply
 * makes.
 *
 * @param modules in the order in which they depend on each other
 * @param noting whether to note what the changes rest on, which only saved plans need
 */
record Comparison(List<Module<?>> modules, boolean noting) {
  /** Reads a host and compares it. */
  HostPlan live(ResolvedPlan plan, HostSession session) throws ConnectionException {
    return live(plan, session, "");
  }

  /**
   * The same, with a script before that says nothing.
   *
   * @param first what must have happened before the host is read
   */
  HostPlan live(ResolvedPlan plan, HostSession session, String first) throws ConnectionException {
    List<Bound<?>> bound = Bound.all(modules, plan);
    List<Read> reads = new ArrayList<>(reads(bound, plan));
    reads.add(UnfinishedRun.READ);
    reads.addAll(OwedReboot.READS);
    return compare(bound, plan, session.read(reads, first));
  }

  /** Compares a host by the facts that stand in for it. */
  Planned recorded(Target.Recorded target) {
    List<Bound<?>> bound = Bound.all(modules, target.plan());
    HostPlan plan = compare(bound, target.plan(), target.facts());
    List<Problem> problems = problems(target.plan(), plan.findings());
    List<Read> missing =
        target
            .facts()
            .missing(reads(bound.stream().filter(Bound::changes).toList(), target.plan()));
    if (!missing.isEmpty()) {
      problems.add(incomplete(target.host(), missing));
    }
    HostReport report = report(target.host(), plan, problems, RoundTrips.NONE);
    return new Planned(target, report, plan.basis());
  }

  private HostPlan compare(List<Bound<?>> bound, ResolvedPlan plan, Facts facts) {
    Facts masked = new Secrecy(plan).masked(facts);
    Basis basis = noting ? new Basis() : Basis.NONE;
    return HostPlan.of(bound, masked, basis, allowed(plan), Drain.of(plan));
  }

  /** Returns what is to be done to a host that was read. */
  static HostReport report(Target.Live target, HostSession session, HostPlan plan) {
    List<Problem> problems = problems(target.plan(), plan.findings());
    return report(target.host(), plan, problems, session.roundTrips());
  }

  private static HostReport report(
      String host, HostPlan plan, List<Problem> problems, RoundTrips roundTrips) {
    List<ChangeReport> changes =
        plan.changes().stream().map(change -> new ChangeReport(change, Outcome.PENDING)).toList();
    Status status =
        plan.blocked()
            ? HostReport.failed(host, problems, roundTrips).status()
            : changes.isEmpty() ? Status.UNCHANGED : Status.PENDING;
    return new HostReport(host, status, changes, problems, roundTrips);
  }

  /** Returns all that is asked of a host for a plan. */
  static List<Read> reads(List<Bound<?>> bound, ResolvedPlan plan) {
    List<Read> drain = Drain.of(plan).isEmpty() ? List.of() : List.of(new Read.Docker());
    return Stream.concat(bound.stream().flatMap(module -> module.reads().stream()), drain.stream())
        .distinct()
        .toList();
  }

  /** Returns the most that a plan may do to what runs. */
  static Disruption allowed(ResolvedPlan plan) {
    return Disruption.of(plan.rollout().text("allowDisruption"));
  }

  /** Gives each finding its place in the user's files. */
  static List<Problem> problems(ResolvedPlan plan, List<Finding> findings) {
    List<Problem> problems = new ArrayList<>();
    for (Finding finding : findings) {
      problems.add(
          new Problem(
              finding.severity(),
              finding.code(),
              Optional.of(plan.document().value(finding.pointer())),
              finding.message(),
              finding.suggestion()));
    }
    return problems;
  }

  private static Problem incomplete(String host, List<Read> missing) {
    List<String> names = missing.stream().map(Comparison::name).toList();
    return Problem.warning(
            "facts/incomplete",
            "the facts of %s hold no answer to: %s".formatted(host, String.join(", ", names)))
        .suggest(
            "record them with `gpurig facts --save`: without them this plan may differ from the"
                + " host");
  }

  private static String name(Read read) {
    return switch (read) {
      case Read.File(String path) -> path;
      case Read.Folder(String path) -> "the files in " + path;
      case Read.Command command -> "`" + command.line() + "`";
      case Read.Pci() -> "the PCI bus";
      case Read.DeviceUsers(String prefix) -> "the users of " + prefix;
      case Read.Docker() -> "Docker";
      case Read.Image(String reference) -> "image " + reference;
      case Read.Distribution(String reference) -> "what its registry has as " + reference;
      case Read.ImagesOf(String label) -> "the images of containers with " + label;
    };
  }
}
