package io.gpurig.modules.runtime;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.modules.config.Backup;
import io.gpurig.modules.config.HostFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How edits of files are carried out.
 *
 * @param validate the command that must accept a file before it replaces the one that is there
 * @param owner of files that are new, as numbers
 */
public record Edits(List<String> validate, Optional<String> owner) {
  private static final String MODE = "0644";

  /** Returns the actions of an edit; what is kept comes before what it is kept for. */
  public List<Action> actions(HostFile.Edit edit) {
    HostFile file = edit.file();
    String beside = file.beside();
    List<Action> actions = new ArrayList<>();
    if (edit.changes()) {
      edit.keep()
          .ifPresent(
              keep ->
                  actions.add(
                      new Action.WriteFile(beside, keep.text(), file.mode(), owner, List.of())));
      actions.add(
          edit.text()
              .<Action>map(text -> write(file.path(), text))
              .orElseGet(() -> new Action.RemoveFile(file.path())));
    }
    if (edit.keep().isEmpty() && file.backup().isPresent()) {
      actions.add(new Action.RemoveFile(beside));
    }
    return actions;
  }

  /** Returns the action that writes a text. */
  public Action write(String path, String text) {
    return new Action.WriteFile(path, text, Optional.empty(), owner, validate);
  }

  /** Returns what the facts are after an edit. */
  public static List<Effect> effects(HostFile.Edit edit) {
    HostFile file = edit.file();
    String beside = file.beside();
    List<Effect> effects = new ArrayList<>();
    if (edit.changes()) {
      effects.add(becomes(file.path(), edit.text(), file.mode()));
    }
    if (edit.changes() || edit.keep().isEmpty()) {
      effects.add(becomes(beside, edit.keep().map(Backup::text), file.mode()));
    }
    return effects;
  }

  private static Effect becomes(String path, Optional<String> text, Optional<String> mode) {
    return text.<Effect>map(
            content ->
                new Effect.FileBecomes(
                    path,
                    new FileFact(
                        FileFact.Type.FILE,
                        mode.orElse(MODE),
                        "0:0",
                        content,
                        false,
                        Optional.empty())))
        .orElseGet(() -> new Effect.FileGone(path));
  }
}
