package io.gpurig.cli;

import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.HostReport;
import io.gpurig.engine.report.HostReport.Status;
import java.util.Optional;

/** How a host ended, in a line. */
final class HostEnd {
  private HostEnd() {}

  /** Returns the line for a host that ended so that it is worth one before the report. */
  static Optional<String> of(HostReport report) {
    return switch (report.status()) {
      case UNCHANGED, PENDING, SKIPPED -> Optional.empty();
      case CHANGED -> Optional.of("changed and proven");
      case STALE -> Optional.of("stale");
      case REFUSED -> Optional.of("refused" + why(report));
      case FAILED -> Optional.of("failed" + why(report));
    };
  }

  /** Returns whether a person should know before the run is over. */
  static boolean isBad(HostReport report) {
    return report.status() == Status.FAILED || report.status() == Status.REFUSED;
  }

  private static String why(HostReport report) {
    return report.problems().stream()
        .filter(Problem::blocks)
        .findFirst()
        .map(problem -> ": " + problem.message())
        .orElse("");
  }
}
