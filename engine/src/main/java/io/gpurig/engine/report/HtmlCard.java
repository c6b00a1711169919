package io.gpurig.engine.report;

import static io.gpurig.engine.report.HtmlPage.safe;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.HostReport.Status;
import java.util.List;
import java.util.Optional;

/** What a page shows of a group of hosts. */
final class HtmlCard {
  private HtmlCard() {}

  static void write(StringBuilder html, HostGroup group) {
    HostReport host = group.first();
    boolean details = !host.changes().isEmpty() || !host.problems().isEmpty();
    boolean open = group.status() == Status.FAILED || group.status() == Status.REFUSED;
    String state = Words.name(group.status());
    html.append("<article class=\"card %s\">\n".formatted(state));
    html.append(details ? "<details%s>\n<summary>".formatted(open ? " open" : "") : "<div>");
    html.append("<span class=\"names\">");
    group.names().forEach(name -> html.append("<code>" + safe(name) + "</code> "));
    if (group.hosts().size() > group.names().size()) {
      html.append("<small>" + Words.count(group.hosts().size(), "host") + "</small>");
    }
    html.append("</span><span class=\"state\">" + safe(Words.status(host)) + "</span>");
    html.append(details ? "</summary>\n" : "</div>\n");
    host.problems().forEach(problem -> problem(html, problem));
    if (!host.changes().isEmpty()) {
      html.append("<ol class=\"changes\">\n");
      host.changes().forEach(change -> change(html, change, host));
      html.append("</ol>\n");
    }
    html.append(details ? "</details>\n</article>\n" : "</article>\n");
  }

  static void problem(StringBuilder html, Problem problem) {
    html.append("<div class=\"problem %s\">\n<p>".formatted(Words.name(problem.severity())));
    html.append("<b>" + Words.name(problem.severity()) + "</b> ");
    html.append("<code>" + safe(problem.code()) + "</code> ");
    problem.source().ifPresent(s -> html.append("<code>" + safe(s.position()) + "</code> "));
    html.append("<br>" + safe(problem.message()) + "</p>\n");
    pre(html, ProblemText.excerpt(problem).stripTrailing());
    problem.suggestion().ifPresent(suggestion -> suggestion(html, suggestion));
    html.append("</div>\n");
  }

  /** The first line says what to do; what follows it is a log. */
  private static void suggestion(StringBuilder html, String suggestion) {
    int end = suggestion.indexOf('\n');
    String first = end < 0 ? suggestion : suggestion.substring(0, end);
    html.append("<p class=\"hint\">" + safe(first) + "</p>\n");
    pre(html, end < 0 ? "" : suggestion.substring(end + 1));
  }

  private static void pre(StringBuilder html, String text) {
    String safe = SafeText.lines(text);
    if (!safe.isBlank()) {
      // a browser drops a line end that comes first
      html.append("<pre>\n" + Xml.escape(safe) + "</pre>\n");
    }
  }

  private static void change(StringBuilder html, ChangeReport reported, HostReport host) {
    Change change = reported.change();
    html.append(
        "<li>\n<h2><span class=\"sign %s\">%s</span> %s <small>%s</small></h2>\n"
            .formatted(
                Words.name(change.kind()),
                Words.sign(change.kind()),
                safe(change.target()),
                safe(change.module())));
    html.append("<p>because " + safe(change.reason()) + "</p>\n");
    if (Words.outcomeMatters(host)) {
      html.append(
          "<p class=\"outcome %s\">%s</p>\n"
              .formatted(Words.name(reported.outcome()), Words.outcome(reported.outcome())));
    }
    if (change.disruption() != Disruption.NONE) {
      html.append(
          "<p class=\"disruption\">%s: %s</p>\n"
              .formatted(
                  safe(change.disruption().word()), safe(String.join(", ", change.affected()))));
    }
    change.fields().forEach(field -> field(html, change, field));
    if (!change.actions().isEmpty()) {
      html.append(
          "<details class=\"steps\"><summary>%s</summary>\n<ol>\n"
              .formatted(Words.count(change.actions().size(), "step")));
      for (Action action : change.actions()) {
        html.append("<li>" + safe(action.describe()) + "</li>\n");
      }
      html.append("</ol></details>\n");
    }
    html.append("</li>\n");
  }

  private static void field(StringBuilder html, Change change, Change.Field field) {
    Optional<List<String>> diff = FileDiff.of(change, field);
    if (diff.isPresent()) {
      html.append("<pre class=\"diff\">");
      // the first two lines name the file before and after
      diff.get().stream().limit(2).forEach(line -> html.append(diffLine("place", line)));
      diff.get().stream().skip(2).forEach(line -> html.append(diffLine(kind(line), line)));
      html.append("</pre>\n");
      return;
    }
    html.append("<p class=\"field\"><span>" + safe(field.name()) + "</span> ");
    field.before().ifPresent(value -> html.append("<del>" + safe(value) + "</del> "));
    html.append(
        field.after().map(v -> "<ins>" + safe(v) + "</ins>").orElse("<em>(none)</em>") + "</p>\n");
  }

  private static String kind(String line) {
    return switch (line.charAt(0)) {
      case '+' -> "added";
      case '-' -> "removed";
      case '@' -> "place";
      default -> "same";
    };
  }

  private static String diffLine(String kind, String line) {
    return "<span class=\"%s\">%s</span>\n".formatted(kind, safe(line));
  }
}
