package io.gpurig.engine.change;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One difference between what a host is and what it should be, and what closes it.
 *
 * @param module the section of the plan that asks for it
 * @param kind what happens to the target
 * @param target what is changed, such as {@code container nvidia-driver}
 * @param reason why, as a clause that can follow "because"
 * @param fields what differs, value by value
 * @param disruption what this does to the work on the host
 * @param affected who is hit by the disruption, by name
 * @param actions what is done, in order; undone newest first when one fails
 * @param effects what the facts are after it; used to plan what follows, never to execute
 */
public record Change(
    String module,
    Kind kind,
    String target,
    String reason,
    List<Field> fields,
    Disruption disruption,
    List<String> affected,
    List<Action> actions,
    List<Effect> effects) {

  public Change {
    requireNonNull(module, "module is null");
    requireNonNull(kind, "kind is null");
    requireNonNull(target, "target is null");
    requireNonNull(reason, "reason is null");
    fields = List.copyOf(fields);
    requireNonNull(disruption, "disruption is null");
    affected = List.copyOf(affected);
    actions = List.copyOf(actions);
    effects = List.copyOf(effects);
    if (actions.stream().anyMatch(Action.Reboot.class::isInstance)
        && disruption != Disruption.REBOOT) {
      throw new IllegalArgumentException("a reboot is not " + disruption.word());
    }
  }

  /** Returns whether the host has to be rebooted for it. */
  public boolean needsReboot() {
    return actions.stream().anyMatch(Action.Reboot.class::isInstance);
  }

  /** Returns this change with further effects. */
  public Change and(List<Effect> more) {
    List<Effect> all = Stream.concat(effects.stream(), more.stream()).toList();
    return new Change(module, kind, target, reason, fields, disruption, affected, actions, all);
  }

  /**
   * Returns whether this is guarded: it stops or restarts what runs, so that nobody may be able to
   * come back to mend it. A host that hears no more of whoever makes it takes it back by itself.
   */
  public boolean mayCutOff() {
    return disruption.compareTo(Disruption.DOCKER_RESTART) >= 0
        || actions.stream()
            .anyMatch(a -> a instanceof Action.StopContainer || a instanceof Action.RestartService);
  }

  /** What happens to the target of a change. */
  public enum Kind {
    CREATE,
    UPDATE,
    REPLACE,
    REMOVE
  }

  /**
   * A value that differs.
   *
   * @param name its name in the field's own words, such as {@code image}
   * @param before the value on the host, if there is one
   * @param after the value that the plan asks for, if there is one
   */
  public record Field(String name, Optional<String> before, Optional<String> after) {
    public Field {
      requireNonNull(name, "name is null");
      requireNonNull(before, "before is null");
      requireNonNull(after, "after is null");
    }

    /** Returns a value that is replaced by another. */
    public static Field of(String name, String before, String after) {
      return new Field(name, Optional.of(before), Optional.of(after));
    }
  }
}
