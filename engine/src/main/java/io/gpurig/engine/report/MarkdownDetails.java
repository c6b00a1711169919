package io.gpurig.engine.report;

import static io.gpurig.engine.report.MarkdownText.fenced;
import static io.gpurig.engine.report.MarkdownText.prose;
import static io.gpurig.engine.report.MarkdownText.span;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Source;
import java.util.List;
import java.util.Optional;

/** What is folded in a Markdown report: the changes and problems of a group of hosts. */
final class MarkdownDetails {
  private MarkdownDetails() {}

  static String of(HostGroup group) {
    StringBuilder text = new StringBuilder();
    HostReport host = group.first();
    host.changes().forEach(change -> change(text, change, host));
    host.problems().forEach(problem -> text.append("- ").append(problem(problem)));
    return text.toString();
  }

  private static void change(StringBuilder text, ChangeReport reported, HostReport host) {
    Change change = reported.change();
    String outcome =
        Words.outcomeMatters(host) ? ": **" + Words.outcome(reported.outcome()) + "**" : "";
    text.append(
        "- %s %s, because %s%s\n"
            .formatted(
                span(Words.sign(change.kind())),
                span(change.target()),
                prose(change.reason()),
                outcome));
    if (change.disruption() != Disruption.NONE) {
      text.append(
          "  - ⚠️ %s: %s\n"
              .formatted(
                  prose(change.disruption().word()), span(String.join(", ", change.affected()))));
    }
    change.fields().forEach(field -> field(text, change, field));
    int step = 1;
    for (Action action : change.actions()) {
      text.append("  %d. %s\n".formatted(step++, span(action.describe())));
    }
  }

  private static void field(StringBuilder text, Change change, Change.Field field) {
    Optional<List<String>> diff = FileDiff.of(change, field);
    if (diff.isPresent()) {
      text.append("\n").append(fenced("diff", diff.get()).indent(2)).append("\n");
      return;
    }
    String before = field.before().map(value -> span(value) + " → ").orElse("");
    String after = field.after().map(MarkdownText::span).orElse("(none)");
    text.append("  - %s: %s%s\n".formatted(prose(field.name()), before, after));
  }

  /** Returns a problem as what follows the sign of a list. */
  static String problem(Problem problem) {
    String where = problem.source().map(Source::position).map(p -> span(p) + " ").orElse("");
    StringBuilder text = new StringBuilder();
    text.append(
        "**%s** %s%s %s\n"
            .formatted(
                Words.name(problem.severity()),
                where,
                span(problem.code()),
                prose(problem.message())));
    block(text, ProblemText.excerpt(problem));
    problem
        .suggestion()
        .ifPresent(
            suggestion -> {
              // the first line says what to do; what follows it is a log
              int end = suggestion.indexOf('\n');
              String first = end < 0 ? suggestion : suggestion.substring(0, end);
              text.append("  → " + prose(first) + "\n");
              block(text, end < 0 ? "" : suggestion.substring(end + 1));
            });
    return text.toString();
  }

  private static void block(StringBuilder text, String block) {
    if (!block.isBlank()) {
      List<String> lines = block.stripTrailing().lines().toList();
      text.append("\n").append(fenced("text", lines).indent(2)).append("\n");
    }
  }
}
