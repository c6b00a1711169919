package io.gpurig.modules.gvisor;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Change.Field;
import io.gpurig.engine.change.Change.Kind;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.engine.fact.Shell;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The script by which nvidia-container-runtime gives runsc its flags: in its configuration a
 * runtime is a program and nothing else.
 */
final class Wrapper {
  static final String PATH = "/usr/local/sbin/gpurig-runsc";

  private static final String MODE = "0755";

  private Wrapper() {}

  static String text(String program, List<String> flags) {
    return """
    #!/bin/sh
    # Made by gpurig: runs runsc below nvidia-container-runtime.
    exec %s %s "$@"
    """
        .formatted(
            Shell.quote(program),
            flags.stream().map(Shell::quote).collect(Collectors.joining(" ")));
  }

  /** Returns the change that puts the script in place. */
  static Optional<Change> placed(String text, Facts facts) {
    FileFact file = new FileFact(FileFact.Type.FILE, MODE, "0:0", text, false, Optional.empty());
    Optional<FileFact> there = facts.file(PATH);
    boolean right =
        there.filter(f -> f.content().equals(text) && f.mode().equals(MODE)).isPresent();
    return right
        ? Optional.empty()
        : Optional.of(
            change(
                there.isPresent() ? Kind.UPDATE : Kind.CREATE,
                there.isPresent() ? "it differs" : "nvidia-container-runtime can give no flags",
                there.isPresent()
                    ? Field.of("script", "another", "ours")
                    : new Field("script", Optional.empty(), Optional.of("ours")),
                new Action.WriteFile(PATH, text, Optional.of(MODE)),
                new Effect.FileBecomes(PATH, file)));
  }

  /** Returns the change that takes the script away. */
  static Optional<Change> gone(Facts facts) {
    return facts
        .file(PATH)
        .filter(file -> file.content().contains("Made by gpurig"))
        .map(
            file ->
                change(
                    Kind.REMOVE,
                    "the plan does not want it",
                    new Field("script", Optional.of("ours"), Optional.empty()),
                    new Action.RemoveFile(PATH),
                    new Effect.FileGone(PATH)));
  }

  private static Change change(
      Kind kind, String reason, Field field, Action action, Effect effect) {
    return new Change(
        GvisorModule.SECTION,
        kind,
        "file " + PATH,
        reason,
        List.of(field),
        Disruption.NONE,
        List.of(),
        List.of(action),
        List.of(effect));
  }
}
