package io.gpurig.engine.report;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;

/** A change in plain lines: what differs, then what is done about it. */
final class ChangeText {
  private ChangeText() {}

  static String of(Change change) {
    StringBuilder text = new StringBuilder();
    for (Change.Field field : change.fields()) {
      FileDiff.of(change, field)
          .ifPresentOrElse(
              diff -> diff.forEach(line -> text.append(line).append('\n')),
              () -> text.append(field(field)).append('\n'));
    }
    int step = 1;
    for (Action action : change.actions()) {
      text.append(SafeText.line(step++ + ". " + action.describe())).append('\n');
    }
    return text.toString();
  }

  /** Returns the field on one line. */
  static String field(Change.Field field) {
    String after = field.after().orElse("(none)");
    return SafeText.line(
        field
            .before()
            .map(before -> "%s: %s -> %s".formatted(field.name(), before, after))
            .orElseGet(() -> field.name() + ": " + after));
  }
}
