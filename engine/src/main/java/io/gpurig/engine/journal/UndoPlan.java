package io.gpurig.engine.journal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What taking a run back means.
 *
 * @param steps what is taken back, in the order in which it was made
 * @param kept what cannot be taken back, each with the reason
 * @param conflicts later runs that touched the same, each with what
 */
public record UndoPlan(List<Step> steps, List<String> kept, List<String> conflicts) {
  public UndoPlan {
    steps = List.copyOf(steps);
    kept = List.copyOf(kept);
    conflicts = List.copyOf(conflicts);
  }

  /**
   * Returns what taking a run back means.
   *
   * @param runs all runs of the host, the oldest first
   */
  public static UndoPlan of(RunRecord run, List<RunRecord> runs) {
    List<Step> steps = new ArrayList<>();
    List<String> kept = new ArrayList<>();
    for (List<Step> change : run.standing()) {
      Optional<Step> gone = change.stream().filter(Step::isFinal).findFirst();
      if (gone.isPresent()) {
        // half a change taken back would be neither the one state nor the other
        kept.add(
            "%s: nothing brings back what \"%s\" took away; apply the earlier plan instead"
                .formatted(gone.get().change(), gone.get().action()));
        continue;
      }
      steps.addAll(change);
      change.stream()
          .filter(step -> !step.canBeUndone())
          .forEach(step -> kept.add(step.change() + ": \"" + step.action() + "\" has no undo"));
    }
    return new UndoPlan(steps, kept, conflicts(run, steps, runs));
  }

  private static List<String> conflicts(RunRecord run, List<Step> steps, List<RunRecord> runs) {
    Set<String> touched = new HashSet<>();
    steps.forEach(step -> touched.addAll(step.touches()));
    List<String> conflicts = new ArrayList<>();
    boolean later = false;
    for (RunRecord other : runs) {
      if (later) {
        other.steps().stream()
            .filter(step -> !other.undone().contains(step.step()))
            .flatMap(step -> step.touches().stream())
            .filter(touched::contains)
            .distinct()
            .forEach(what -> conflicts.add("run %s: %s".formatted(other.id(), what)));
      }
      later = later || other.id().equals(run.id());
    }
    return conflicts;
  }
}
