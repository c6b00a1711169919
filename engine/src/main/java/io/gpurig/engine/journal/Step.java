package io.gpurig.engine.journal;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.gpurig.engine.change.Action;
import java.util.List;
import java.util.Optional;

/**
 * One action of a run, as the journal has it: written before the action begins. It holds no content
 * of files and no environment of containers, and so no secrets: the file that an action replaces is
 * kept on the host itself, beside the journal.
 *
 * @param step its number in the run, from 1
 * @param change the target of the change that it is part of
 * @param action the action in words
 * @param touches what it alters, such as {@code file /etc/x} or {@code container y}
 * @param undo what takes it back, in words; empty if nothing does, or nothing has to
 * @param docker the actions that take it back through Docker; empty where a script on the host does
 * @param spare the id of a container that is not to be touched though it has the name
 * @param script the kind of script that the host has for it: {@code undo}, {@code again} for what
 *     is done after all else is taken back, {@code finish} for what there is no way back from;
 *     absent if there is none
 * @param finish what is left of the change when only removals are
 */
public record Step(
    int step,
    String change,
    String action,
    List<String> touches,
    List<String> undo,
    List<Action> docker,
    Optional<String> spare,
    Optional<Script> script,
    List<Action> finish) {

  public Step {
    touches = List.copyOf(touches);
    undo = List.copyOf(undo);
    docker = List.copyOf(docker);
    finish = List.copyOf(finish);
  }

  /** The kinds of scripts. */
  public enum Script {
    UNDO,
    AGAIN,
    FINISH
  }

  /** Returns whether something takes it back. */
  @JsonIgnore
  public boolean canBeUndone() {
    return script.filter(kind -> kind != Script.FINISH).isPresent();
  }

  /** Returns whether what it did is gone for good. */
  @JsonIgnore
  public boolean isFinal() {
    return !finish.isEmpty();
  }
}
