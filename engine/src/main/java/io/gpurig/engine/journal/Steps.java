package io.gpurig.engine.journal;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Undo;
import io.gpurig.engine.fact.Facts;
import java.util.List;
import java.util.Optional;

/** Makes steps of actions. */
public final class Steps {
  private Steps() {}

  /** Returns whether an action alters nothing that would have to be taken back. */
  public static boolean altersNothing(Action action) {
    return action instanceof Action.PullImage
        || action instanceof Action.RefreshImage
        || action instanceof Action.WaitFor;
  }

  /**
   * Returns the step of an action.
   *
   * @param number its number in the run
   * @param index of the action in the change
   * @param before the facts of the host before the change began
   */
  public static Step of(int number, Change change, int index, Facts before) {
    Action action = change.actions().get(index);
    List<Action> undo = Undo.of(action, change.actions(), before);
    List<Action> rest = change.actions().subList(index, change.actions().size());
    boolean last = rest.stream().allMatch(a -> a instanceof Action.RemoveContainer);
    return new Step(
        number,
        change.target(),
        action.describe(),
        touches(action),
        again(action) || action instanceof Action.Reboot
            ? List.of(action.describe())
            : undo.stream().map(Action::describe).toList(),
        undo.stream().allMatch(Steps::isDocker) ? undo : List.of(),
        made(action)
            .flatMap(name -> before.dockerState().container(name))
            .map(container -> container.path("Id").asText()),
        again(action)
            ? Optional.of(Step.Script.AGAIN)
            : last
                ? Optional.of(Step.Script.FINISH)
                : undo.isEmpty() && !(action instanceof Action.Reboot)
                    ? Optional.empty()
                    : Optional.of(Step.Script.UNDO),
        last ? rest : List.of());
  }

  private static Optional<String> made(Action action) {
    return switch (action) {
      case Action.RunContainer run -> Optional.of(run.spec().name());
      case Action.CreateContainer create -> Optional.of(create.name());
      default -> Optional.empty();
    };
  }

  private static boolean again(Action action) {
    return action instanceof Action.ReloadService || action instanceof Action.RestartService;
  }

  private static boolean isDocker(Action action) {
    return switch (action) {
      case Action.StartContainer _,
          Action.StopContainer _,
          Action.RenameContainer _,
          Action.RemoveContainer _,
          Action.RunContainer _,
          Action.CreateContainer _,
          Action.UpdateContainer _,
          Action.RefreshImage _,
          Action.PullImage _,
          Action.WaitFor _ ->
          true;
      case Action.WriteFile _,
          Action.RemoveFile _,
          Action.RunCommand _,
          Action.ReloadService _,
          Action.RestartService _,
          Action.BindDriver _,
          Action.Reboot _ ->
          false;
    };
  }

  private static List<String> touches(Action action) {
    return switch (action) {
      case Action.WriteFile write -> List.of("file " + write.path());
      case Action.RemoveFile remove -> List.of("file " + remove.path());
      case Action.RunCommand run -> List.of("command " + String.join(" ", run.argv()));
      case Action.ReloadService reload -> List.of("service " + reload.unit());
      case Action.RestartService restart -> List.of("service " + restart.unit());
      case Action.RunContainer run -> List.of("container " + run.spec().name());
      case Action.StartContainer start -> List.of("container " + start.name());
      case Action.StopContainer stop -> List.of("container " + stop.name());
      case Action.RenameContainer rename ->
          List.of("container " + rename.from(), "container " + rename.to());
      case Action.RemoveContainer remove -> List.of("container " + remove.name());
      case Action.BindDriver bind -> List.of("PCI function " + bind.bdf());
      case Action.Reboot _ -> List.of("boot");
      case Action.CreateContainer create -> List.of("container " + create.name());
      case Action.UpdateContainer update -> List.of("container " + update.name());
      case Action.PullImage _, Action.RefreshImage _, Action.WaitFor _ -> List.of();
    };
  }
}
