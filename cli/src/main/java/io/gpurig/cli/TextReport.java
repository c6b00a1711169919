package io.gpurig.cli;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.ChangeReport;
import io.gpurig.engine.report.HostReport;
import io.gpurig.engine.report.HostReport.Status;
import io.gpurig.engine.report.Report;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A report for people. Hosts with the same outcome stand together. */
final class TextReport {
  private final PrintWriter out;
  private final boolean colour;
  private final boolean verbose;

  TextReport(Console console, boolean verbose) {
    this.out = console.out();
    this.colour = console.colour();
    this.verbose = verbose;
  }

  void print(Report report) {
    out.println(bold(Printable.line(report.plan())));
    Map<Object, List<HostReport>> alike = new LinkedHashMap<>();
    for (HostReport host : report.hosts()) {
      List<Object> outcome = List.of(host.status(), host.changes(), host.problems());
      alike.computeIfAbsent(outcome, key -> new ArrayList<>()).add(host);
    }
    alike.values().forEach(this::hosts);
    out.println();
    out.println(summary(report));
  }

  private void hosts(List<HostReport> alike) {
    HostReport first = alike.getFirst();
    String names = String.join(", ", alike.stream().map(HostReport::host).toList());
    out.println();
    out.println(bold(Printable.line(names)) + ": " + status(first));
    first.changes().forEach(change -> change(change, first.status()));
    for (Problem problem : first.problems()) {
      out.println();
      ProblemText.print(out, problem.source().isPresent() ? "" : first.host(), problem);
    }
    if (verbose) {
      for (HostReport host : alike) {
        HostReport.RoundTrips cost = host.roundTrips();
        out.printf(
            "  %s: %d SSH connection(s), %d exec(s), %d channel(s) to Docker, %d Docker"
                + " request(s)%n",
            host.host(), cost.connections(), cost.execs(), cost.channels(), cost.dockerRequests());
      }
    }
  }

  private static String status(HostReport host) {
    int changes = host.changes().size();
    return switch (host.status()) {
      case UNCHANGED -> "as the plan asks, nothing to change";
      case PENDING -> changes + (changes == 1 ? " change" : " changes");
      case CHANGED -> "changed, read again, and as the plan asks";
      case STALE -> "not as it was when the plan was saved, nothing was touched";
      case REFUSED -> "refused, nothing was touched";
      case FAILED -> "failed";
    };
  }

  private void change(ChangeReport report, Status status) {
    Change change = report.change();
    out.println(
        "  %s %s, because %s%s"
            .formatted(
                sign(change.kind()),
                Printable.line(change.target()),
                Printable.line(change.reason()),
                status == Status.FAILED ? outcome(report) : ""));
    for (Change.Field field : change.fields()) {
      String before = field.before().orElse("(none)");
      String after = field.after().orElse("(none)");
      out.println(
          Printable.line(
              field.before().isEmpty()
                  ? "      %s: %s".formatted(field.name(), after)
                  : "      %s: %s -> %s".formatted(field.name(), before, after)));
    }
    if (change.disruption() != Disruption.NONE) {
      out.println(
          Printable.line(
              "      %s: %s"
                  .formatted(change.disruption().word(), String.join(", ", change.affected()))));
    }
    if (status == Status.PENDING || status == Status.REFUSED) {
      int step = 1;
      for (Action action : change.actions()) {
        out.println(Printable.line("      %d. %s".formatted(step++, action.describe())));
      }
    }
  }

  private static String outcome(ChangeReport report) {
    return switch (report.outcome()) {
      case PENDING -> ": not reached";
      case DONE -> ": done";
      case UNDONE -> ": failed and taken back";
      case FAILED -> ": failed, and not all could be taken back";
    };
  }

  private String sign(Change.Kind kind) {
    return switch (kind) {
      case CREATE -> paint("32", "+");
      case UPDATE -> paint("33", "~");
      case REPLACE -> paint("33", "±");
      case REMOVE -> paint("31", "-");
    };
  }

  private String summary(Report report) {
    List<String> parts = new ArrayList<>();
    count(parts, report, Status.CHANGED, "changed and proven");
    count(parts, report, Status.PENDING, "with changes pending");
    count(parts, report, Status.UNCHANGED, "as the plan asks");
    count(parts, report, Status.STALE, "stale");
    count(parts, report, Status.REFUSED, "refused");
    count(parts, report, Status.FAILED, "failed");
    int hosts = report.hosts().size();
    return "%d %s: %s".formatted(hosts, hosts == 1 ? "host" : "hosts", String.join(", ", parts));
  }

  private static void count(List<String> parts, Report report, Status status, String words) {
    long count = report.count(status);
    if (count > 0) {
      parts.add(count + " " + words);
    }
  }

  private String bold(String text) {
    return paint("1", text);
  }

  private String paint(String code, String text) {
    return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
