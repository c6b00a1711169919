package io.gpurig.cli;

import io.gpurig.engine.report.HostReport.Status;
import io.gpurig.engine.report.SafeText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a terminal shows of a run: a line for each host that is worked on, as far as there is room,
 * and a bar for all of them. A pure function of what is handed in.
 *
 * @param columns how wide a line may be
 * @param rows how many lines there may be
 * @param colour whether to use colours
 * @param tails whether to show what hosts last said below their lines
 */
record LiveView(int columns, int rows, boolean colour, boolean tails) {
  private static final int WIDEST_NAME = 30;
  private static final int BAR = 24;

  /** Returns the lines, none of them ended. */
  List<String> lines(FleetState state, long now) {
    List<String> lines = new ArrayList<>();
    int room = Math.max(0, rows - 1);
    int names =
        Math.min(
            WIDEST_NAME,
            state.active().keySet().stream().mapToInt(LiveView::width).max().orElse(0));
    int shown = 0;
    for (Map.Entry<String, FleetState.HostState> host : state.active().entrySet()) {
      List<String> block = block(host.getKey(), host.getValue(), names, now);
      int after = state.active().size() - shown - 1;
      // the line that counts the others needs room too
      if (lines.size() + block.size() + (after > 0 ? 1 : 0) > room) {
        break;
      }
      lines.addAll(block);
      shown++;
    }
    int hidden = state.active().size() - shown;
    if (hidden > 0 && lines.size() < room) {
      lines.add(dim(cut("… and " + hidden + " more " + (hidden == 1 ? "host" : "hosts"), columns)));
    }
    lines.add(bar(state, now));
    return lines;
  }

  private List<String> block(String name, FleetState.HostState host, int names, long now) {
    List<String> lines = new ArrayList<>();
    String what = host.change().isEmpty() ? host.step() : host.change() + ": " + host.step();
    String last = tails || host.tail().isEmpty() ? "" : " · " + host.tail().getLast();
    String clock = clock(now - host.started());
    String text =
        cut(
            pad(cut(name, names), names) + "  " + SafeText.line(what + last),
            columns - clock.length() - 1);
    lines.add(cut(pad(text, columns - clock.length() - 1) + " " + clock, columns));
    if (tails) {
      host.tail().forEach(line -> lines.add(dim(cut("    " + SafeText.line(line), columns))));
    }
    return lines;
  }

  private String bar(FleetState state, long now) {
    int total = Math.max(state.total(), 1);
    int filled = (int) ((long) BAR * Math.min(state.done(), total) / total);
    String bar =
        "["
            + "=".repeat(filled)
            + (filled < BAR ? ">" : "")
            + " ".repeat(Math.max(0, BAR - filled - 1))
            + "]";
    StringBuilder text = new StringBuilder();
    text.append(state.done()).append('/').append(state.total()).append(" hosts");
    if (!state.batch().isEmpty()) {
      text.append("  ").append(state.batch());
    }
    Map<Status, Integer> ended = new EnumMap<>(Status.class);
    ended.putAll(state.ended());
    ended.forEach(
        (status, count) -> {
          if (count > 0) {
            text.append("  ")
                .append(count)
                .append(' ')
                .append(status.name().toLowerCase(Locale.ROOT));
          }
        });
    text.append("  ").append(clock(now - state.started()));
    if (!state.held().isEmpty()) {
      text.append("  ").append(SafeText.line(state.held()));
    }
    boolean wide = columns >= BAR + 2 + 30;
    return cut(wide ? bar + " " + text : text.toString(), columns);
  }

  private String dim(String text) {
    return colour ? "\u001b[2m" + text + "\u001b[0m" : text;
  }

  /** Returns a length of time as {@code 0:07} or {@code 1:02:03}. */
  static String clock(long nanos) {
    Duration time = Duration.ofNanos(Math.max(0, nanos));
    return time.toHours() > 0
        ? "%d:%02d:%02d".formatted(time.toHours(), time.toMinutesPart(), time.toSecondsPart())
        : "%d:%02d".formatted(time.toMinutes(), time.toSecondsPart());
  }

  private static String pad(String text, int columns) {
    return text + " ".repeat(Math.max(0, columns - width(text)));
  }

  /** Returns as much of a text as fits, an ellipsis in place of what does not. */
  static String cut(String text, int columns) {
    if (width(text) <= columns) {
      return text;
    }
    StringBuilder cut = new StringBuilder();
    int used = 0;
    for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
      int c = text.codePointAt(i);
      if (used + width(c) > columns - 1) {
        break;
      }
      cut.appendCodePoint(c);
      used += width(c);
    }
    return columns > 0 ? cut + "…" : "";
  }

  static int width(String text) {
    return text.codePoints().map(LiveView::width).sum();
  }

  /** Chinese, Japanese, Korean and pictures take two columns, marks that combine take none. */
  private static int width(int c) {
    if (Character.getType(c) == Character.NON_SPACING_MARK) {
      return 0;
    }
    return Character.isIdeographic(c)
            || (c >= 0x1100 && c <= 0x115F)
            || (c >= 0x3000 && c <= 0x30FF)
            || (c >= 0xAC00 && c <= 0xD7A3)
            || (c >= 0xFF00 && c <= 0xFF60)
            || (c >= 0x1F300 && c <= 0x1FAFF)
        ? 2
        : 1;
  }
}
