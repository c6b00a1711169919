package io.gpurig.engine.run;

import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.journal.JournalScript;
import io.gpurig.engine.problem.Problem;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A run that a host says was begun and never ended.
 *
 * @param change what it was changing; absent if it was between changes
 */
record UnfinishedRun(String id, String who, String plan, Optional<String> change) {
  /** What tells of it. */
  static final Read READ = new Read.File(JournalScript.UNFINISHED);

  static Optional<UnfinishedRun> of(Facts facts) {
    return facts.files().getOrDefault(JournalScript.UNFINISHED, Optional.empty()).stream()
        .map(FileFact::content)
        .map(UnfinishedRun::parse)
        .filter(run -> run.id().matches("[0-9A-Za-z-]{1,64}"))
        .findFirst();
  }

  private static UnfinishedRun parse(String text) {
    Map<String, String> values = new HashMap<>();
    text.lines()
        .filter(line -> line.contains(" "))
        .forEach(
            line -> {
              int blank = line.indexOf(' ');
              values.put(line.substring(0, blank), line.substring(blank + 1));
            });
    return new UnfinishedRun(
        values.getOrDefault("run", ""),
        values.getOrDefault("who", "somebody"),
        values.getOrDefault("plan", "?"),
        Optional.ofNullable(values.get("change")));
  }

  String describe() {
    return "run %s of %s (plan %s)".formatted(id, who, plan);
  }

  /** Returns what a plan says of it: what apply does first. */
  Optional<Problem> warning() {
    return change.map(
        target ->
            Problem.warning(
                "journal/unfinished",
                ("%s is unfinished: it is under way, or was cut off while it changed %s; apply"
                        + " takes that back first, or brings it to its end, and then compares anew")
                    .formatted(describe(), target)));
  }
}
