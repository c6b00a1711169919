package io.gpurig.engine.run;

import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.Basis;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.module.Diff;
import io.gpurig.engine.module.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is to be done to one host.
 *
 * @param changes in the order in which to make them
 * @param findings what the modules have to say
 * @param before the facts as they were read
 * @param projected the facts as they will be after the changes
 * @param basis what the changes rest on, if that was noted
 */
record HostPlan(
    List<Change> changes,
    List<Finding> findings,
    Facts before,
    Facts projected,
    Map<String, Basis.Answer> basis) {

  /**
   * Asks each module in turn, on the facts as they will be after the changes before it, so that a
   * bare host previews to the end. A module that is blocked blocks those after it: what they would
   * say rests on what will not happen. A module that is there twice says a thing once.
   *
   * @param basis gets what the changes rest on
   */
  static HostPlan of(
      List<Bound<?>> modules, Facts facts, Basis basis, Disruption allowed, Drain drain) {
    List<Change> changes = new ArrayList<>();
    List<Finding> findings = new ArrayList<>();
    Facts projected = facts.noting(basis);
    for (Bound<?> module : modules) {
      Diff diff = drain.diff(module, projected);
      diff.findings().stream().filter(f -> !findings.contains(f)).forEach(findings::add);
      for (Change change : diff.changes()) {
        changes.add(change);
        if (change.disruption().compareTo(allowed) > 0) {
          findings.add(tooDisruptive(change, allowed));
        }
        for (Effect effect : change.effects()) {
          projected = effect.on(projected);
        }
      }
      if (diff.findings().stream().anyMatch(HostPlan::blocks)) {
        break;
      }
    }
    return new HostPlan(
        rebootingFirst(changes), List.copyOf(findings), facts, projected, basis.answers());
  }

  /**
   * Returns the changes that need a reboot as early as what comes before the first of them allows,
   * so that one reboot serves all of them.
   */
  private static List<Change> rebootingFirst(List<Change> changes) {
    List<Change> before = changes.stream().takeWhile(c -> !c.needsReboot()).toList();
    List<Change> after = changes.subList(before.size(), changes.size());
    List<Change> ordered = new ArrayList<>(before);
    after.stream().filter(Change::needsReboot).forEach(ordered::add);
    after.stream().filter(c -> !c.needsReboot()).forEach(ordered::add);
    return List.copyOf(ordered);
  }

  /** Returns the changes up to the last that needs a reboot; all if none does. */
  List<Change> untilReboot() {
    int last = changes.size();
    while (last > 0 && !changes.get(last - 1).needsReboot()) {
      last--;
    }
    return last == 0 ? changes : changes.subList(0, last);
  }

  /** Returns whether nothing may be done to the host. */
  boolean blocked() {
    return findings.stream().anyMatch(HostPlan::blocks);
  }

  private static boolean blocks(Finding finding) {
    return finding.severity().blocks();
  }

  private static Finding tooDisruptive(Change change, Disruption allowed) {
    String affected =
        change.affected().isEmpty() ? "" : " and hits " + String.join(", ", change.affected());
    return Finding.refused(
        "rollout/too-disruptive",
        "/rollout/allowDisruption",
        "changing the %s means a %s%s, but the plan allows %s"
            .formatted(change.target(), change.disruption().word(), affected, allowed.word()),
        "set rollout.allowDisruption: %s if that is meant".formatted(change.disruption().word()));
  }
}
