package io.gpurig.modules.toolkit;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change.Field;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.module.Finding;
import io.gpurig.modules.host.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A distribution's way to install packages. */
sealed interface PackageSystem permits Apt, Rpm {
  /** What begins a file of ours. */
  String HEADER = "# Written by gpurig; toolkit.packages of its plan says what stands here.\n";

  /** A transaction of four small packages, once nobody else holds the lock. */
  int WORK_SECONDS = 600;

  /**
   * Returns the package manager of a host's distribution, if it is one that NVIDIA packages for.
   */
  static Optional<PackageSystem> of(Facts facts) {
    Map<String, String> release = Platform.osRelease(facts);
    List<String> ids = new ArrayList<>(List.of(release.getOrDefault("ID", "")));
    ids.addAll(List.of(release.getOrDefault("ID_LIKE", "").split(" +")));
    for (String id : ids) {
      switch (id) {
        case "debian", "ubuntu" -> {
          return Optional.of(new Apt());
        }
        case "rhel", "centos", "fedora", "rocky", "almalinux", "ol", "amzn" -> {
          boolean yum = release.getOrDefault("VERSION_ID", "").matches("[27](\\..*)?");
          return Optional.of(new Rpm(yum ? Rpm.Tool.YUM : Rpm.Tool.DNF));
        }
        case "suse", "sles", "opensuse-leap", "opensuse-tumbleweed" -> {
          return Optional.of(new Rpm(Rpm.Tool.ZYPPER));
        }
        default -> {
          // the next one
        }
      }
    }
    return Optional.empty();
  }

  Installed installed(Facts facts);

  /** Returns the path of the repository file that this program writes. */
  String repositoryFile();

  /** Returns whether what is installed was brought by this program: the repository file says so. */
  default boolean isOurs(Facts facts) {
    return facts.file(repositoryFile()).filter(f -> f.content().startsWith(HEADER)).isPresent();
  }

  /** Returns what of the host's own repositories stands against the plan. */
  List<Finding> findings(PackageRequest request, Facts facts);

  /** What brings the repository to what is asked for; no actions where it is so. */
  Part repository(PackageRequest request, Facts facts);

  /** What brings the packages to what is asked for; no actions where they are so. */
  Part packages(PackageRequest request, Facts facts);

  /** What takes away the packages. */
  Part removal(Facts facts, int lockSeconds);

  /** What takes away repository and key, as far as they are ours. */
  default Part withoutRepository(Facts facts) {
    if (!isOurs(facts)) {
      return Part.NOTHING;
    }
    List<Action> actions = new ArrayList<>();
    List<Effect> effects = new ArrayList<>();
    for (String path : List.of(repositoryFile(), keyFile())) {
      if (facts.file(path).isPresent()) {
        actions.add(new Action.RemoveFile(path));
        effects.add(new Effect.FileGone(path));
      }
    }
    Field file = new Field("repository", Optional.of(repositoryFile()), Optional.empty());
    return new Part(List.of(file), actions, effects);
  }

  /** Returns the path of the key that this program writes. */
  String keyFile();

  /**
   * A part of a change.
   *
   * @param fields what differs
   */
  record Part(List<Field> fields, List<Action> actions, List<Effect> effects) {
    static final Part NOTHING = new Part(List.of(), List.of(), List.of());

    public Part {
      fields = List.copyOf(fields);
      actions = List.copyOf(actions);
      effects = List.copyOf(effects);
    }

    static Part both(Part first, Part second) {
      return new Part(
          Stream.of(first.fields, second.fields).flatMap(List::stream).toList(),
          Stream.of(first.actions, second.actions).flatMap(List::stream).toList(),
          Stream.of(first.effects, second.effects).flatMap(List::stream).toList());
    }
  }
}
