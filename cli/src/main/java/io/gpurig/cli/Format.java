package io.gpurig.cli;

import io.gpurig.engine.report.HtmlReport;
import io.gpurig.engine.report.JUnitReport;
import io.gpurig.engine.report.MarkdownReport;
import io.gpurig.engine.report.Report;
import io.gpurig.engine.report.ReportJson;
import io.gpurig.engine.report.SarifReport;
import io.gpurig.engine.report.TextReport;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The forms that reports can be shown in. */
enum Format {
  TEXT,
  JSON,
  MARKDOWN,
  JUNIT,
  SARIF,
  HTML;

  /** Returns the names that users write. */
  static List<String> words() {
    return Arrays.stream(values()).map(Format::word).toList();
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the reports in this form; the style is for text alone. */
  String render(List<Report> reports, TextReport.Style style) {
    return switch (this) {
      case TEXT ->
          reports.stream().map(r -> TextReport.render(r, style)).collect(Collectors.joining("\n"));
      // a document a plan, one after the other, as jq reads them
      case JSON -> reports.stream().map(ReportJson::render).collect(Collectors.joining());
      case MARKDOWN -> MarkdownReport.render(reports);
      case JUNIT -> JUnitReport.render(reports);
      case SARIF -> SarifReport.render(reports, Version.number());
      case HTML -> HtmlReport.render(reports);
    };
  }
}
