package io.gpurig.engine.report;

import static io.gpurig.engine.report.HtmlPage.safe;

import io.gpurig.engine.report.HostReport.Status;
import java.util.List;
import java.util.stream.Collectors;

/** A report as one file for a browser: no script, nothing loaded from elsewhere. */
public final class HtmlReport {
  private static final List<Status> WORST_FIRST =
      List.of(
          Status.FAILED,
          Status.REFUSED,
          Status.STALE,
          Status.PENDING,
          Status.CHANGED,
          Status.UNCHANGED);

  private HtmlReport() {}

  /** Returns the reports as one page. */
  public static String render(List<Report> reports) {
    String title = reports.stream().map(HtmlReport::name).collect(Collectors.joining(", "));
    String body = reports.stream().map(HtmlReport::report).collect(Collectors.joining());
    return HtmlPage.render(title, "", body);
  }

  private static String name(Report report) {
    return report.plan().isEmpty() ? report.command() : report.plan();
  }

  private static String report(Report report) {
    StringBuilder html = new StringBuilder("<header>\n");
    html.append("<p class=\"command\">gpurig " + safe(report.command()) + "</p>\n");
    html.append("<h1>" + safe(name(report)) + "</h1>\n");
    if (report.hosts().isEmpty()) {
      html.append("<p class=\"verdict\">" + safe(Words.summary(report)) + "</p>\n");
    } else {
      counts(html, report);
    }
    html.append("</header>\n");
    if (!report.problems().isEmpty()) {
      boolean blocked = report.exitCode() == ExitCode.INPUT_WRONG;
      html.append("<section class=\"card %s\">\n".formatted(blocked ? "failed" : "pending"));
      report.problems().forEach(problem -> HtmlCard.problem(html, problem));
      html.append("</section>\n");
    }
    HostGroup.worstFirst(report).forEach(group -> HtmlCard.write(html, group));
    return html.toString();
  }

  private static void counts(StringBuilder html, Report report) {
    html.append("<ul class=\"counts\">\n");
    html.append(
        "<li><b>%d</b> %s</li>\n"
            .formatted(report.hosts().size(), report.hosts().size() == 1 ? "host" : "hosts"));
    StringBuilder bar = new StringBuilder();
    for (Status status : WORST_FIRST) {
      long count = report.count(status);
      if (count > 0) {
        String name = Words.name(status);
        html.append(
            "<li class=\"%s\"><b>%d</b> %s</li>\n".formatted(name, count, Words.counted(status)));
        bar.append("<span class=\"%s\" style=\"flex-grow:%d\"></span>".formatted(name, count));
      }
    }
    html.append("</ul>\n<div class=\"bar\" aria-hidden=\"true\">" + bar + "</div>\n");
  }
}
