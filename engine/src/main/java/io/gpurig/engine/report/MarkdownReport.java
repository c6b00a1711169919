package io.gpurig.engine.report;

import io.gpurig.engine.report.HostReport.Status;
import java.util.List;

/**
 * A report for a pull request: the summary first, the details folded, those that need a person
 * before the others.
 */
public final class MarkdownReport {
  /** The characters that a comment on GitHub may have. */
  public static final int COMMENT = 65_536;

  private static final int MOST_ROWS = 25;
  private static final int MOST_LETTERS = 200;
  private static final int MOST_LETTERS_OF_NOTE = 200;

  private final StringBuilder text = new StringBuilder();
  private final int limit;
  private int leftOut;

  private MarkdownReport(int limit) {
    this.limit = limit - MOST_LETTERS_OF_NOTE;
  }

  /** Returns the reports as one comment. */
  public static String render(List<Report> reports) {
    return render(reports, COMMENT);
  }

  /** Returns the reports in at most so many characters. */
  static String render(List<Report> reports, int limit) {
    MarkdownReport markdown = new MarkdownReport(limit);
    reports.forEach(markdown::head);
    reports.forEach(markdown::details);
    return markdown.finish();
  }

  private void head(Report report) {
    String title = report.plan().isEmpty() ? report.command() : report.plan();
    add(
        "### %s %s\n\n**%s**\n\n"
            .formatted(
                icon(report.exitCode()), prose(title), MarkdownText.prose(Words.summary(report))));
    List<HostGroup> groups = HostGroup.worstFirst(report);
    if (groups.isEmpty()) {
      return;
    }
    add("| hosts | |\n|---|---|\n");
    groups.stream().limit(MOST_ROWS).forEach(this::row);
    if (groups.size() > MOST_ROWS) {
      add("| | and %d more outcomes |\n".formatted(groups.size() - MOST_ROWS));
    }
    add("\n");
  }

  private void row(HostGroup group) {
    add("| %s | %s %s |\n".formatted(names(group), icon(group.status()), state(group)));
  }

  private void details(Report report) {
    report.problems().forEach(problem -> add("- " + MarkdownDetails.problem(problem)));
    if (!report.problems().isEmpty()) {
      add("\n");
    }
    for (HostGroup group : HostGroup.worstFirst(report)) {
      if (group.first().changes().isEmpty() && group.first().problems().isEmpty()) {
        continue;
      }
      String summary =
          "%s %s: %s"
              .formatted(icon(group.status()), names(group), MarkdownText.prose(state(group)));
      add(
          "<details>\n<summary>%s</summary>\n\n%s\n</details>\n\n"
              .formatted(summary, MarkdownDetails.of(group)));
    }
  }

  private static String state(HostGroup group) {
    String count = group.hosts().size() == 1 ? "" : " each";
    return Words.status(group.first()) + (group.status() == Status.PENDING ? count : "");
  }

  private static String names(HostGroup group) {
    String names = String.join(", ", group.names());
    String shortened = MarkdownText.shorten(names, MOST_LETTERS);
    String count = shortened.equals(names) ? "" : " (" + group.hosts().size() + " hosts)";
    return MarkdownText.code(shortened) + count;
  }

  private static String prose(String text) {
    return MarkdownText.prose(MarkdownText.shorten(text, MOST_LETTERS));
  }

  /** Adds a part, if there is room for it. */
  private void add(String part) {
    if (text.length() + part.length() <= limit) {
      text.append(part);
    } else {
      leftOut++;
    }
  }

  private String finish() {
    if (leftOut > 0) {
      text.append(
          "\n_%s left out to fit into a comment; the JSON report has everything._\n"
              .formatted(leftOut == 1 ? "1 part was" : leftOut + " parts were"));
    }
    return text.toString().stripTrailing() + "\n";
  }

  private static String icon(ExitCode code) {
    return switch (code) {
      case DESIRED_STATE -> "✅";
      case CHANGES_PENDING -> "🟡";
      case REFUSED -> "⛔";
      case INPUT_WRONG, HOST_FAILED -> "❌";
    };
  }

  private static String icon(Status status) {
    return switch (status) {
      case UNCHANGED, CHANGED -> "✅";
      case PENDING, SKIPPED, STALE -> "🟡";
      case REFUSED -> "⛔";
      case FAILED -> "❌";
    };
  }
}
