package io.gpurig.modules.toolkit;

import io.gpurig.engine.plan.Section;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a plan asks of the toolkit's packages.
 *
 * @param version of all four, as the package manager writes it: {@code 1.17.8-1}
 * @param repository base URL, below which NVIDIA's folders lie, without a slash at its end
 * @param channel {@code stable} or {@code experimental}
 * @param key the repository's key, ASCII-armored, or the path of a keyring on the host; if empty it
 *     is the file {@code gpgkey} of the repository
 * @param hold whether upgrades of the system leave the packages alone
 * @param lockTimeout how long another package manager is waited for
 */
public record PackageRequest(
    String version,
    String repository,
    String channel,
    Optional<String> key,
    boolean hold,
    Duration lockTimeout) {
  /**
   * The packages, always of one version: from 1.18 on their dependencies are exact
   * (cloud-native-docs, container-toolkit/install-guide.md).
   */
  static final List<String> NAMES =
      List.of(
          "libnvidia-container-tools",
          "libnvidia-container1",
          "nvidia-container-toolkit",
          "nvidia-container-toolkit-base");

  static PackageRequest of(Section section) {
    return new PackageRequest(
        section.text("version"),
        section.text("repository").replaceFirst("/+$", ""),
        section.text("channel"),
        section.optionalText("key"),
        section.flag("hold"),
        section.duration("lockTimeout"));
  }

  String keyUrl() {
    return repository + "/gpgkey";
  }

  /** Returns the folder of one kind of package, {@code deb} or {@code rpm}. */
  String folder(String kind) {
    return repository + "/" + channel + "/" + kind;
  }

  int lockSeconds() {
    return Math.toIntExact(lockTimeout.toSeconds());
  }

  /** Returns the keyring on the host that the plan names instead of a key. */
  Optional<String> keyPath() {
    return key.filter(k -> k.startsWith("/"));
  }

  /** Returns the key that stands in the plan itself. */
  Optional<String> keyText() {
    return key.filter(k -> !k.startsWith("/")).map(k -> k.strip() + "\n");
  }
}
