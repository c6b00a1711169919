package io.gpurig.engine.report;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import com.github.difflib.patch.ChangeDelta;
import com.github.difflib.patch.Chunk;
import com.github.difflib.patch.Patch;
import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The content of a file before and after, as a unified diff. */
final class FileDiff {
  private static final int CONTEXT = 3;
  private static final int MOST_COMPARED = 2_000;
  private static final String NO_LINE_END = "\\ No newline at end of file";

  private FileDiff() {}

  /** Returns the diff of a field, if it is one of whole lines: a file's content. */
  static Optional<List<String>> of(Change change, Change.Field field) {
    boolean content =
        field.name().equals("content")
            || field.before().filter(FileDiff::hasLines).isPresent()
            || field.after().filter(FileDiff::hasLines).isPresent();
    return content ? Optional.of(unified(path(change, field), field)) : Optional.empty();
  }

  private static boolean hasLines(String value) {
    return value.indexOf('\n') >= 0;
  }

  private static String path(Change change, Change.Field field) {
    List<String> paths =
        change.actions().stream().flatMap(action -> path(action).stream()).distinct().toList();
    return paths.size() == 1 ? paths.getFirst() : change.target() + " " + field.name();
  }

  private static Optional<String> path(Action action) {
    return switch (action) {
      case Action.WriteFile file -> Optional.of(file.path());
      case Action.RemoveFile file -> Optional.of(file.path());
      case Action.RunCommand _,
          Action.ReloadService _,
          Action.RestartService _,
          Action.PullImage _,
          Action.RefreshImage _,
          Action.CreateContainer _,
          Action.UpdateContainer _,
          Action.RunContainer _,
          Action.StartContainer _,
          Action.StopContainer _,
          Action.RenameContainer _,
          Action.RemoveContainer _,
          Action.WaitFor _,
          Action.BindDriver _,
          Action.Reboot _ ->
          Optional.empty();
    };
  }

  private static List<String> unified(String path, Change.Field field) {
    String name = SafeText.line(path);
    List<String> before = lines(field.before());
    List<String> after = lines(field.after());
    return UnifiedDiffUtils.generateUnifiedDiff(
            field.before().isPresent() ? name : "/dev/null",
            field.after().isPresent() ? name : "/dev/null",
            before,
            patch(before, after),
            CONTEXT)
        .stream()
        .flatMap(String::lines)
        .toList();
  }

  /**
   * Compares line by line what is between the first and the last difference. The time that takes
   * grows with the square of the lines that differ, so of very many all are replaced.
   */
  private static Patch<String> patch(List<String> before, List<String> after) {
    int shorter = Math.min(before.size(), after.size());
    int head = 0;
    while (head < shorter && before.get(head).equals(after.get(head))) {
      head++;
    }
    int tail = 0;
    while (tail < shorter - head
        && before.get(before.size() - 1 - tail).equals(after.get(after.size() - 1 - tail))) {
      tail++;
    }
    List<String> removed = before.subList(head, before.size() - tail);
    List<String> added = after.subList(head, after.size() - tail);
    if (removed.size() + added.size() <= MOST_COMPARED) {
      return DiffUtils.diff(before, after);
    }
    Patch<String> patch = new Patch<>();
    patch.addDelta(new ChangeDelta<>(new Chunk<>(head, removed), new Chunk<>(head, added)));
    return patch;
  }

  /** A last line that does not end is another line than one that does, as diff(1) shows it. */
  private static List<String> lines(Optional<String> content) {
    String text = SafeText.lines(content.orElse(""));
    List<String> lines = text.lines().toList();
    if (text.isEmpty() || text.endsWith("\n")) {
      return lines;
    }
    List<String> unended = new ArrayList<>(lines);
    unended.set(lines.size() - 1, lines.getLast() + "\n" + NO_LINE_END);
    return unended;
  }
}
