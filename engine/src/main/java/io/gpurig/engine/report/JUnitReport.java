package io.gpurig.engine.report;

import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.HostReport.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A report as the test results that CI servers show: each host a suite, each change a case that
 * fails as long as the host is not as the plan asks. The dialect is that of Jenkins.
 */
public final class JUnitReport {
  private JUnitReport() {}

  /** What a case ended with. */
  private enum Kind {
    PASSED,
    FAILURE,
    ERROR,
    SKIPPED
  }

  /**
   * A case.
   *
   * @param group the class name, by which servers group cases
   * @param type what kind of failure it is
   */
  private record Case(
      String group, String name, Kind kind, String type, String message, String details) {}

  /** A suite. */
  private record Suite(String name, List<Case> cases) {
    long count(Kind kind) {
      return cases.stream().filter(c -> c.kind() == kind).count();
    }
  }

  /** Returns the reports as one document. */
  public static String render(List<Report> reports) {
    List<Suite> suites = reports.stream().flatMap(report -> suites(report).stream()).toList();
    Xml xml = new Xml();
    xml.open(
        "testsuites",
        "name",
        "gpurig " + reports.stream().map(Report::command).distinct().collect(Collectors.joining()),
        "tests",
        suites.stream().mapToInt(suite -> suite.cases().size()).sum(),
        "failures",
        suites.stream().mapToLong(suite -> suite.count(Kind.FAILURE)).sum(),
        "errors",
        suites.stream().mapToLong(suite -> suite.count(Kind.ERROR)).sum());
    suites.forEach(suite -> suite(xml, suite));
    return xml.close("testsuites").toString();
  }

  private static List<Suite> suites(Report report) {
    List<Suite> suites = new ArrayList<>();
    if (!report.problems().isEmpty() || report.hosts().isEmpty()) {
      suites.add(input(report));
    }
    report.hosts().forEach(host -> suites.add(host(report, host)));
    return suites;
  }

  private static Suite input(Report report) {
    String name = report.plan().isEmpty() ? report.command() : report.plan();
    List<Case> cases = new ArrayList<>();
    report.problems().forEach(problem -> cases.add(problem(report.command(), problem)));
    if (cases.isEmpty()) {
      cases.add(passed(report.command(), "nothing is wrong"));
    }
    return new Suite(name, cases);
  }

  private static Suite host(Report report, HostReport host) {
    List<Case> cases = new ArrayList<>();
    String plan = report.plan();
    host.changes().forEach(change -> cases.add(change(plan, change, host)));
    host.problems().forEach(problem -> cases.add(skipped(problem(plan, problem), host)));
    if (cases.isEmpty()) {
      cases.add(passed(plan, Words.status(host)));
    }
    return new Suite(host.host(), cases);
  }

  private static Case passed(String group, String name) {
    return new Case(group, name, Kind.PASSED, "", "", "");
  }

  private static Case problem(String group, Problem problem) {
    String name = problem.code() + ": " + problem.message();
    Kind kind =
        switch (problem.severity()) {
          case NOTE, WARNING -> Kind.PASSED;
          case REFUSED -> Kind.FAILURE;
          case ERROR -> Kind.ERROR;
        };
    return new Case(
        group, name, kind, problem.code(), problem.message(), ProblemText.of("", problem));
  }

  /** Of a host that was not started nothing has passed. */
  private static Case skipped(Case found, HostReport host) {
    return host.status() == Status.SKIPPED
        ? new Case(found.group(), found.name(), Kind.SKIPPED, found.type(), found.message(), "")
        : found;
  }

  private static Case change(String group, ChangeReport reported, HostReport host) {
    Kind kind =
        switch (reported.outcome()) {
          case DONE -> Kind.PASSED;
          // of a host that failed, what came after the failure was not tried
          case PENDING -> host.status() == Status.FAILED ? Kind.SKIPPED : Kind.FAILURE;
          case UNDONE, FAILED -> Kind.FAILURE;
        };
    return new Case(
        group,
        reported.change().target(),
        kind,
        Words.name(reported.outcome()),
        reported.change().target() + ", because " + reported.change().reason(),
        ChangeText.of(reported.change()));
  }

  private static void suite(Xml xml, Suite suite) {
    xml.open(
        "testsuite",
        "name",
        suite.name(),
        "tests",
        suite.cases().size(),
        "failures",
        suite.count(Kind.FAILURE),
        "errors",
        suite.count(Kind.ERROR),
        "skipped",
        suite.count(Kind.SKIPPED));
    for (Case one : suite.cases()) {
      xml.open("testcase", "classname", one.group(), "name", one.name());
      switch (one.kind()) {
        case PASSED -> {
          if (!one.details().isEmpty()) {
            xml.text("system-out", one.details());
          }
        }
        case FAILURE ->
            xml.text("failure", one.details(), "message", one.message(), "type", one.type());
        case ERROR ->
            xml.text("error", one.details(), "message", one.message(), "type", one.type());
        case SKIPPED ->
            xml.empty(
                "skipped", "message", one.type().equals("pending") ? "not reached" : one.message());
      }
      xml.close("testcase");
    }
    xml.close("testsuite");
  }
}
