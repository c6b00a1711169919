package io.gpurig.engine.report;

import io.gpurig.engine.change.Change;
import io.gpurig.engine.report.HostReport.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What every form of a report calls things. */
final class Words {
  private Words() {}

  /** Returns the number with its noun: {@code 1 host}, {@code 2 hosts}. */
  static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  static String sign(Change.Kind kind) {
    return switch (kind) {
      case CREATE -> "+";
      case UPDATE -> "~";
      case REPLACE -> "±";
      case REMOVE -> "-";
    };
  }

  static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** Returns what is said of a host, or of several that are alike. */
  static String status(HostReport host) {
    return switch (host.status()) {
      case UNCHANGED -> "as the plan asks, nothing to change";
      case PENDING ->
          host.changes().isEmpty()
              ? "an unfinished run to bring in order"
              : count(host.changes().size(), "change");
      case CHANGED -> "changed, read again, and as the plan asks";
      case SKIPPED -> "not started, nothing was touched";
      case STALE -> "not as it was when the plan was saved, nothing was touched";
      case REFUSED -> "refused, nothing was touched";
      case FAILED -> "failed";
    };
  }

  /** Returns what follows a number of hosts. */
  static String counted(Status status) {
    return switch (status) {
      case CHANGED -> "changed and proven";
      case PENDING -> "with changes pending";
      case UNCHANGED -> "as the plan asks";
      case SKIPPED -> "not started";
      case STALE -> "stale";
      case REFUSED -> "refused";
      case FAILED -> "failed";
    };
  }

  static String outcome(ChangeReport.Outcome outcome) {
    return switch (outcome) {
      case PENDING -> "not reached";
      case DONE -> "done";
      case UNDONE -> "failed and taken back";
      case FAILED -> "failed, and not all could be taken back";
    };
  }

  /** Returns whether a change's outcome says more than the status of its host does. */
  static boolean outcomeMatters(HostReport host) {
    return host.status() == Status.FAILED;
  }

  /** Returns the report in a line: {@code 3 hosts: 2 changed and proven, 1 failed}. */
  static String summary(Report report) {
    if (report.hosts().isEmpty()) {
      return report.problems().isEmpty()
          ? "nothing is wrong"
          : count(report.problems().size(), "problem");
    }
    List<String> parts = new ArrayList<>();
    for (Status status :
        List.of(
            Status.CHANGED,
            Status.PENDING,
            Status.UNCHANGED,
            Status.SKIPPED,
            Status.STALE,
            Status.REFUSED,
            Status.FAILED)) {
      long count = report.count(status);
      if (count > 0) {
        parts.add(count + " " + counted(status));
      }
    }
    return count(report.hosts().size(), "host") + ": " + String.join(", ", parts);
  }
}
