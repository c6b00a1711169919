package io.gpurig.engine.report;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.HostReport.Status;
import java.util.List;
import java.util.Optional;

/** A report for people at a terminal. Hosts with the same outcome stand together. */
public final class TextReport {
  private final Report report;
  private final Style style;
  private final Wrapped text;

  private TextReport(Report report, Style style) {
    this.report = report;
    this.style = style;
    this.text = new Wrapped(style.width());
  }

  /**
   * How much is shown, and how.
   *
   * @param width in columns; what has no blank in it stays whole, so that it can be copied
   * @param colour whether the terminal shows colours
   * @param verbose whether to show what was done and what it cost as well
   * @param quiet whether to leave out the hosts that are as the plan asks
   */
  public record Style(int width, boolean colour, boolean verbose, boolean quiet) {
    /** The width where nothing is known of the terminal. */
    public static final int WIDTH = 100;

    /** As in a log. */
    public static final Style PLAIN = new Style(WIDTH, false, false, false);
  }

  /** Returns the report, each line of it ended. */
  public static String render(Report report, Style style) {
    return new TextReport(report, style).render();
  }

  private String render() {
    if (!report.plan().isEmpty()) {
      text.line("", bold(SafeText.line(report.plan())));
    }
    for (Problem problem : report.problems()) {
      text.line("", "");
      text.verbatim(ProblemText.of("", problem));
    }
    HostGroup.of(report).stream().filter(this::isShown).forEach(this::group);
    text.line("", "");
    text.line("", Words.summary(report));
    return text.toString();
  }

  private boolean isShown(HostGroup group) {
    return !style.quiet()
        || switch (group.status()) {
          case UNCHANGED, CHANGED -> false;
          case PENDING, SKIPPED, STALE, REFUSED, FAILED -> true;
        };
  }

  private void group(HostGroup group) {
    HostReport first = group.first();
    String names = SafeText.line(String.join(", ", group.names()));
    text.line("", "");
    text.line("", bold(names) + ": " + paint(colour(first.status()), Words.status(first)));
    first.changes().forEach(change -> change(change, first));
    for (Problem problem : first.problems()) {
      text.line("", "");
      text.verbatim(ProblemText.of(first.host(), problem));
    }
    if (style.verbose()) {
      group.hosts().forEach(this::cost);
    }
  }

  private void cost(HostReport host) {
    HostReport.RoundTrips cost = host.roundTrips();
    text.line(
        "  ",
        SafeText.line(
            "%s: %s, %s, %s to Docker, %s"
                .formatted(
                    host.host(),
                    Words.count(cost.connections(), "SSH connection"),
                    Words.count(cost.execs(), "exec"),
                    Words.count(cost.channels(), "channel"),
                    Words.count(cost.dockerRequests(), "Docker request"))));
  }

  private void change(ChangeReport reported, HostReport host) {
    Change change = reported.change();
    String outcome = Words.outcomeMatters(host) ? ": " + Words.outcome(reported.outcome()) : "";
    text.line(
        "  ",
        paint(colour(change.kind()), Words.sign(change.kind()))
            + SafeText.line(" " + change.target() + ", because " + change.reason() + outcome));
    change.fields().forEach(field -> field(change, field));
    if (change.disruption() != Disruption.NONE) {
      String affected = String.join(", ", change.affected());
      text.line("      ", SafeText.line(change.disruption().word() + ": " + affected));
    }
    if (!reported.undone().isEmpty()) {
      String undone = String.join(", ", reported.undone());
      text.line("      ", SafeText.line("taken back: " + undone));
    }
    boolean ahead = host.status() == Status.PENDING || host.status() == Status.REFUSED;
    if (ahead || style.verbose()) {
      int step = 1;
      for (Action action : change.actions()) {
        text.line("      ", SafeText.line(step++ + ". " + action.describe()));
      }
    }
  }

  private void field(Change change, Change.Field field) {
    Optional<List<String>> diff = FileDiff.of(change, field);
    if (diff.isPresent()) {
      // the first two lines name the file before and after
      diff.get().stream().limit(2).forEach(line -> text.verbatim("      " + bold(line) + "\n"));
      diff.get().stream().skip(2).forEach(line -> text.verbatim("      " + diffLine(line) + "\n"));
      return;
    }
    text.line("      ", ChangeText.field(field));
  }

  private String diffLine(String line) {
    return switch (line.charAt(0)) {
      case '+' -> paint("32", line);
      case '-' -> paint("31", line);
      case '@' -> paint("36", line);
      default -> line;
    };
  }

  private static String colour(Change.Kind kind) {
    return switch (kind) {
      case CREATE -> "32";
      case UPDATE, REPLACE -> "33";
      case REMOVE -> "31";
    };
  }

  private static String colour(Status status) {
    return switch (status) {
      case UNCHANGED, CHANGED -> "32";
      case PENDING, SKIPPED, STALE -> "33";
      case REFUSED, FAILED -> "31";
    };
  }

  private String bold(String text) {
    return paint("1", text);
  }

  private String paint(String code, String text) {
    return style.colour() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
