package io.gpurig.modules.cdi.gpus;

import io.gpurig.modules.cdi.CdiVersion;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of Docker Engine, and what it does with GPUs. Release candidates count as older than
 * their release.
 *
 * @param preRelease as {@code rc.1}; empty for a release
 */
public record DockerVersion(int major, int minor, int patch, String preRelease)
    implements Comparable<DockerVersion> {
  private static final Pattern FORM =
      Pattern.compile(
          "v?([0-9]{1,4})\\.([0-9]{1,4})(?:\\.([0-9]{1,4}))?(?:-?((?:rc|beta|alpha)[.0-9]*))?(?![0-9]).*");
  private static final Comparator<DockerVersion> ORDER =
      Comparator.comparingInt(DockerVersion::major)
          .thenComparingInt(DockerVersion::minor)
          .thenComparingInt(DockerVersion::patch)
          .thenComparing(version -> version.preRelease.isEmpty())
          .thenComparing(DockerVersion::preRelease);

  /**
   * Reads what {@code /info} calls ServerVersion, such as {@code 29.2.0} or {@code 20.10.24+dfsg1}.
   */
  public static Optional<DockerVersion> of(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new DockerVersion(
            Integer.parseInt(matcher.group(1)),
            Integer.parseInt(matcher.group(2)),
            Optional.ofNullable(matcher.group(3)).map(Integer::parseInt).orElse(0),
            Optional.ofNullable(matcher.group(4)).orElse("")));
  }

  private boolean since(int majorVersion, int minorVersion) {
    return compareTo(new DockerVersion(majorVersion, minorVersion, 0, "")) >= 0;
  }

  /** Whether the release candidates of that version had it too. */
  private boolean sinceCandidates(int majorVersion, int minorVersion) {
    return compareTo(new DockerVersion(majorVersion, minorVersion, 0, "rc.1")) >= 0;
  }

  /** Whether it knows device requests: API 1.40. */
  public boolean knowsDeviceRequests() {
    return sinceCandidates(19, 3);
  }

  /** Whether it has a CDI driver, if {@code features.cdi} is true (moby d22c775e04). */
  public boolean knowsCdi() {
    return compareTo(new DockerVersion(25, 0, 0, "rc.3")) >= 0;
  }

  /** Whether CDI is on unless {@code features.cdi} is false (moby 4cecce03f6). */
  public boolean cdiByDefault() {
    return sinceCandidates(28, 2);
  }

  /** Whether {@code amd-container-runtime} on its PATH makes an AMD driver (moby e32715ec03). */
  public boolean knowsAmd() {
    return sinceCandidates(28, 3);
  }

  /**
   * Whether a driver that is asked for by name is taken whatever the capabilities (moby #50717).
   */
  public boolean selectsByName() {
    return sinceCandidates(29, 0);
  }

  /** Whether NVIDIA's GPUs go through CDI first (moby #50228, 5e012755aa; not in 29.2.0-rc). */
  public boolean triesCdiForNvidia() {
    return since(29, 2);
  }

  /** Whether AMD's GPUs go through CDI first (moby #52048, 561a5a9b36; not in 29.3.0-rc). */
  public boolean triesCdiForAmd() {
    return since(29, 3);
  }

  /** The newest specification that its CDI library knows (vendor.mod and go.mod of the tags). */
  public CdiVersion newestSpec() {
    if (since(29, 2)) {
      return CdiVersion.V1_1_0;
    }
    if (since(28, 1)) {
      return CdiVersion.V1_0_0;
    }
    if (since(27, 4)) {
      return CdiVersion.V0_8_0;
    }
    return since(26, 1) ? CdiVersion.V0_7_0 : CdiVersion.V0_6_0;
  }

  @Override
  public int compareTo(DockerVersion other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    String number = major + "." + (major < 20 ? "%02d".formatted(minor) : minor) + "." + patch;
    return preRelease.isEmpty() ? number : number + "-" + preRelease;
  }
}
