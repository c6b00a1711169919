package io.gpurig.modules.gvisor;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.yaml.Resources;
import io.gpurig.modules.host.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which drivers each release of gVisor supports: {@code drivers.json}, which names its source. A
 * release that is not listed supports what the listed one before it does.
 */
final class Releases {
  private static final List<Release> ALL = read();

  private Releases() {}

  /**
   * A release after which the drivers are others.
   *
   * @param number the date in its tag, {@code 20260817.0}
   * @param supported what {@code runsc nvproxy list-supported-drivers} prints
   * @param unsupported what {@code --nvproxy-allow-unsupported-driver} lets pass
   */
  record Release(Version number, List<Version> supported, List<Version> unsupported) {
    Release {
      supported = List.copyOf(supported);
      unsupported = List.copyOf(unsupported);
    }
  }

  /** Returns what a release supports; empty for one before nvproxy. */
  static Optional<Release> of(Version number) {
    return ALL.stream().filter(r -> r.number.compareTo(number) <= 0).reduce((a, b) -> b);
  }

  /** Returns the first and the last of the listed releases that support a driver. */
  static List<Release> supporting(Version driver) {
    return ALL.stream().filter(r -> r.supported.stream().anyMatch(driver::isSameAs)).toList();
  }

  /** Returns the newest listed release. */
  static Release newest() {
    return ALL.getLast();
  }

  private static List<Release> read() {
    List<Release> releases = new ArrayList<>();
    for (JsonNode change : Resources.json(Releases.class, "drivers.json").path("by_release")) {
      Version.in(change.path("first_release").asText().replaceFirst("^release-", ""))
          .ifPresent(
              number ->
                  releases.add(
                      new Release(
                          number,
                          versions(change.path("supported")),
                          versions(change.path("unsupported")))));
    }
    return List.copyOf(releases);
  }

  private static List<Version> versions(JsonNode list) {
    List<Version> versions = new ArrayList<>();
    list.forEach(item -> Version.in(item.asText()).ifPresent(versions::add));
    return versions;
  }
}
