package io.gpurig.engine.change;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FileFact;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What takes an action back. */
public final class Undo {
  /** Ten seconds, as {@code docker stop} gives. */
  private static final int STOP_SECONDS = 10;

  /** A driver that is to have a function again may have much to set up. */
  private static final int BIND_SECONDS = 120;

  private Undo() {}

  /**
   * Returns the actions that take back what was done of a change, in the order in which to do them.
   * Services that were told to look at their configuration are told again at the end, when the old
   * configuration is back.
   *
   * @param done newest first
   * @param siblings the actions of the change
   * @param before the facts of the host before the change began
   */
  public static List<Action> all(Collection<Action> done, List<Action> siblings, Facts before) {
    List<Action> actions = new ArrayList<>();
    done.forEach(action -> actions.addAll(of(action, siblings, before)));
    siblings.stream()
        .filter(done::contains)
        .filter(a -> a instanceof Action.ReloadService || a instanceof Action.RestartService)
        .forEach(actions::add);
    return actions;
  }

  /**
   * Returns the actions that bring the host back to what it was before an action, in the order in
   * which to do them; none where there is nothing to take back or no way to.
   *
   * @param siblings the actions of the change that the action is part of: what they wait for after
   *     a container's start is waited for after its restart too
   * @param before the facts of the host before the change began
   */
  public static List<Action> of(Action action, List<Action> siblings, Facts before) {
    return switch (action) {
      case Action.WriteFile write -> List.of(restore(write.path(), before));
      case Action.RemoveFile remove ->
          before.file(remove.path()).isPresent()
              ? List.of(restore(remove.path(), before))
              : List.of();
      case Action.RunCommand run ->
          run.undo().isEmpty()
              ? List.of()
              : List.of(new Action.RunCommand(run.undo(), List.of(), run.timeoutSeconds()));
      case Action.RunContainer run -> {
        int seconds = run.spec().stopTimeoutSeconds().orElse(STOP_SECONDS);
        yield List.of(
            new Action.StopContainer(run.spec().name(), seconds),
            new Action.RemoveContainer(run.spec().name()));
      }
      case Action.StartContainer start ->
          List.of(new Action.StopContainer(start.name(), STOP_SECONDS));
      case Action.StopContainer stop ->
          before
                  .dockerState()
                  .container(nameBefore(stop, siblings))
                  .filter(DockerFacts::isRunning)
                  .isPresent()
              ? startAgain(stop.name(), siblings)
              : List.of();
      case Action.CreateContainer create -> List.of(new Action.RemoveContainer(create.name()));
      case Action.UpdateContainer update -> undone(update, before);
      case Action.RenameContainer rename ->
          List.of(new Action.RenameContainer(rename.to(), rename.from()));
      case Action.BindDriver bind ->
          Optional.ofNullable(before.pci().orElse(Map.of()).get(bind.bdf())).stream()
              .<Action>map(
                  was ->
                      new Action.BindDriver(
                          bind.bdf(), was.driver(), was.driverOverride(), List.of(), BIND_SECONDS))
              .toList();
      // done again when all else is taken back: see all()
      case Action.ReloadService reload -> List.of();
      case Action.RestartService restart -> List.of();
      // an image that is there harms nobody, a container that is gone cannot come back: modules
      // remove one only as the last action of a change
      case Action.PullImage pull -> List.of();
      case Action.RefreshImage pull -> List.of();
      case Action.RemoveContainer remove -> List.of();
      case Action.WaitFor wait -> List.of();
      // not yet done when something of its change can still fail
      case Action.Reboot reboot -> List.of();
    };
  }

  /** A container that is replaced is stopped under the name that it was given before. */
  private static String nameBefore(Action.StopContainer stop, List<Action> siblings) {
    String name = stop.name();
    List<Action> earlier = siblings.subList(0, Math.max(0, siblings.indexOf(stop)));
    for (Action action : earlier.reversed()) {
      if (action instanceof Action.RenameContainer(String from, String to) && to.equals(name)) {
        name = from;
      }
    }
    return name;
  }

  /** What had no limit cannot have none again: to Docker a 0 means "as it is". */
  private static List<Action> undone(Action.UpdateContainer update, Facts before) {
    JsonNode host =
        before
            .dockerState()
            .container(update.name())
            .map(container -> container.path("HostConfig"))
            .orElse(MissingNode.getInstance());
    ObjectNode settings = JsonNodeFactory.instance.objectNode();
    for (String key : (Iterable<String>) update.settings()::fieldNames) {
      JsonNode was = host.path(key);
      boolean restorable = was.isObject() || was.asLong() != 0 || !was.asText("0").matches("0?");
      if (restorable && !was.isNull()) {
        settings.set(key, was);
      } else if (key.equals("PidsLimit")) {
        settings.put(key, -1);
      }
    }
    return settings.isEmpty()
        ? List.of()
        : List.of(new Action.UpdateContainer(update.name(), settings));
  }

  private static List<Action> startAgain(String container, List<Action> siblings) {
    List<Action> actions = new ArrayList<>(List.of(new Action.StartContainer(container)));
    siblings.stream()
        .filter(
            action ->
                action instanceof Action.WaitFor wait
                    && wait.container().equals(Optional.of(container)))
        .findFirst()
        .ifPresent(actions::add);
    return actions;
  }

  private static Action restore(String path, Facts before) {
    Optional<FileFact> file = before.file(path);
    return file.<Action>map(f -> new Action.WriteFile(path, f.content(), Optional.of(f.mode())))
        .orElseGet(() -> new Action.RemoveFile(path));
  }
}
