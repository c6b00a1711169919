package io.gpurig.engine.run;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.journal.JournalScript;
import io.gpurig.engine.problem.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A reboot that changes need which are made. The host remembers it until it has booted anew.
 *
 * @param boot the id of the boot that is to end
 * @param within how long it may take until the host can be reached again
 */
record OwedReboot(String boot, Duration within) {
  private static final Read BOOT = new Read.File(JournalScript.BOOT_ID);

  /** What tells of it. */
  static final List<Read> READS = List.of(new Read.File(JournalScript.REBOOT), BOOT);

  /** Returns what a host says that is owed. */
  static Optional<OwedReboot> of(Facts facts) {
    return noted(facts).filter(owed -> owed.boot().equals(boot(facts)));
  }

  /** Returns whether what was owed has happened, and is to be forgotten. */
  static boolean isDone(Facts facts) {
    return noted(facts).filter(owed -> !owed.boot().equals(boot(facts))).isPresent();
  }

  /** Returns what changes owe a host, if any of them needs a reboot. */
  static Optional<OwedReboot> of(List<Change> changes, Facts before) {
    return changes.stream()
        .flatMap(change -> change.actions().stream())
        .filter(Action.Reboot.class::isInstance)
        .map(action -> ((Action.Reboot) action).timeoutSeconds())
        .max(Integer::compare)
        .map(seconds -> new OwedReboot(boot(before), Duration.ofSeconds(seconds)));
  }

  /** Returns the id of the boot of a host, empty if it does not tell. */
  static String boot(Facts facts) {
    return content(facts, JournalScript.BOOT_ID).orElse("").strip();
  }

  private static Optional<OwedReboot> noted(Facts facts) {
    return content(facts, JournalScript.REBOOT)
        .map(text -> text.split("\\s+"))
        .filter(words -> words.length == 4 && words[3].matches("[0-9]{1,6}"))
        .map(words -> new OwedReboot(words[1], Duration.ofSeconds(Long.parseLong(words[3]))));
  }

  private static Optional<String> content(Facts facts, String path) {
    return facts.files().getOrDefault(path, Optional.empty()).map(FileFact::content);
  }

  /** What is told where the plan does not allow it. */
  static Problem warning(String host) {
    return Problem.warning(
            "reboot/owed", "%s has to be rebooted, as an earlier run left it".formatted(host))
        .suggest("reboot it, or set rollout.allowDisruption: reboot and apply again");
  }
}
