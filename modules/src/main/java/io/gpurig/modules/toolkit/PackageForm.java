package io.gpurig.modules.toolkit;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Change.Field;
import io.gpurig.engine.change.Change.Kind;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.Facts;
import io.gpurig.modules.host.NvidiaCtk;
import io.gpurig.modules.toolkit.PackageSystem.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The toolkit's packages, as changes. */
final class PackageForm {
  static final String TARGET = "packages nvidia-container-toolkit";

  private PackageForm() {}

  /**
   * Returns the change that brings the packages to what is asked for, if one is needed.
   *
   * @param container the change that takes the other form away, if it is there: the two become one,
   *     so that the container comes back if the packages cannot be installed
   */
  static Optional<Change> deploy(
      PackageSystem system, PackageRequest request, Facts facts, Optional<Change> container) {
    Part repository = system.repository(request, facts);
    Part packages = system.packages(request, facts);
    List<Action> actions = new ArrayList<>(repository.actions());
    List<Field> fields = new ArrayList<>();
    List<Effect> effects = new ArrayList<>();
    // it unregisters its runtimes when it stops; its removal cannot be taken back and comes last
    container.ifPresent(
        change -> {
          change.fields().stream()
              .filter(field -> field.before().isPresent())
              .map(f -> new Field("container " + ToolkitContainer.NAME, f.before(), f.after()))
              .forEach(fields::add);
          change.actions().stream().filter(a -> !isRemoval(a)).forEach(actions::add);
          effects.addAll(change.effects());
        });
    actions.addAll(packages.actions());
    container.ifPresent(
        change -> change.actions().stream().filter(PackageForm::isRemoval).forEach(actions::add));
    if (actions.isEmpty()) {
      return Optional.empty();
    }
    Part all = Part.both(repository, packages);
    fields.addAll(all.fields());
    effects.addAll(all.effects());
    Kind kind =
        container.isPresent()
            ? Kind.REPLACE
            : system.installed(facts).none() ? Kind.CREATE : Kind.UPDATE;
    if (!system.installed(facts).all(request.version())) {
      effects.addAll(NvidiaCtk.packaged(request.version()));
    }
    return Optional.of(change(kind, reason(kind, fields), fields, actions, effects));
  }

  private static boolean isRemoval(Action action) {
    return action instanceof Action.RemoveContainer;
  }

  private static String reason(Kind kind, List<Field> fields) {
    return switch (kind) {
      case CREATE -> "they are not installed";
      case REPLACE -> "the plan says method: packages";
      case UPDATE, REMOVE -> {
        List<String> names = fields.stream().map(Field::name).toList();
        yield names.contains("missing") || names.contains("state")
            ? "they are not all installed"
            : "their " + (names.contains("version") ? "version" : names.getFirst()) + " differs";
      }
    };
  }

  /** Returns the change that removes the packages, if they are there. */
  static Optional<Change> prune(PackageSystem system, Facts facts, int lockSeconds) {
    Part all = Part.both(system.removal(facts, lockSeconds), system.withoutRepository(facts));
    return all.actions().isEmpty()
        ? Optional.empty()
        : Optional.of(
            change(
                Kind.REMOVE,
                "the plan says deploy: false",
                all.fields(),
                all.actions(),
                Stream.concat(all.effects().stream(), NvidiaCtk.unpackaged().stream()).toList()));
  }

  private static Change change(
      Kind kind, String reason, List<Field> fields, List<Action> actions, List<Effect> effects) {
    return new Change(
        "toolkit", kind, TARGET, reason, fields, Disruption.NONE, List.of(), actions, effects);
  }
}
