package io.gpurig.engine.report;

import static io.gpurig.engine.report.HtmlCard.safe;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpurig.engine.report.HostReport.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** A report as one file for a browser: no script, nothing loaded from elsewhere. */
public final class HtmlReport {
  private static final List<Status> WORST_FIRST =
      List.of(
          Status.FAILED,
          Status.REFUSED,
          Status.STALE,
          Status.SKIPPED,
          Status.PENDING,
          Status.CHANGED,
          Status.UNCHANGED);

  private HtmlReport() {}

  /** Returns the reports as one page. */
  public static String render(List<Report> reports) {
    String title = reports.stream().map(HtmlReport::name).collect(Collectors.joining(", "));
    String body = reports.stream().map(HtmlReport::report).collect(Collectors.joining());
    // the policy is a second lock: should a hostile text ever break out, it could load nothing
    return """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
    <title>\
    """
        + safe(title)
        + " · gpurig</title>\n<style>\n"
        + css()
        + "</style>\n</head>\n<body>\n<main>\n"
        + body
        + "</main>\n</body>\n</html>\n";
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

  private static String css() {
    try (InputStream css = HtmlReport.class.getResourceAsStream("report.css")) {
      return new String(Objects.requireNonNull(css, "report.css").readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
