package io.gpurig.modules.cdi;

import io.gpurig.modules.cdi.CdiSpec.ContainerEdits;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The released versions of the specification, and the least one that the fields of a spec need
 * (specs-go/version.go).
 */
public enum CdiVersion {
  V0_1_0("0.1.0"),
  V0_2_0("0.2.0"),
  V0_3_0("0.3.0"),
  V0_4_0("0.4.0"),
  V0_5_0("0.5.0"),
  V0_6_0("0.6.0"),
  V0_7_0("0.7.0"),
  V0_8_0("0.8.0"),
  V1_0_0("1.0.0"),
  V1_1_0("1.1.0");

  private final String text;

  CdiVersion(String text) {
    this.text = text;
  }

  /** Returns the version of a text; one {@code v} before it is tolerated. */
  public static Optional<CdiVersion> of(String text) {
    String number = text.startsWith("v") ? text.substring(1) : text;
    return Stream.of(values()).filter(version -> version.text.equals(number)).findFirst();
  }

  /** Returns the least version that a spec may declare, whichever it does declare. */
  public static CdiVersion minimum(CdiSpec spec) {
    CdiVersion minimum = V0_3_0;
    for (CdiVersion version : values()) {
      if (version.isNeededBy(spec)) {
        minimum = version;
      }
    }
    return minimum;
  }

  private boolean isNeededBy(CdiSpec spec) {
    return switch (this) {
      case V0_3_0 -> true;
      case V0_4_0 -> anyEdits(spec, CdiVersion::hasMountType);
      case V0_5_0 -> hasDigitFirst(spec) || anyEdits(spec, CdiVersion::hasHostPath);
      case V0_6_0 -> hasAnnotationsOrDots(spec);
      case V0_7_0 -> anyEdits(spec, CdiVersion::hasRdtOrGids);
      case V1_1_0 -> anyEdits(spec, CdiVersion::hasSchemataOrNetDevices);
      case V0_1_0, V0_2_0, V0_8_0, V1_0_0 -> false;
    };
  }

  private static boolean anyEdits(CdiSpec spec, Predicate<ContainerEdits> property) {
    return Stream.concat(Stream.of(spec.edits()), spec.devices().stream().map(d -> d.edits()))
        .anyMatch(property);
  }

  private static boolean hasMountType(ContainerEdits edits) {
    return edits.mounts().stream().anyMatch(mount -> !mount.type().isEmpty());
  }

  private static boolean hasHostPath(ContainerEdits edits) {
    return edits.deviceNodes().stream().anyMatch(node -> !node.hostPath().isEmpty());
  }

  private static boolean hasDigitFirst(CdiSpec spec) {
    return spec.devices().stream().anyMatch(d -> d.name().matches("(?s)[0-9].*"));
  }

  private static boolean hasAnnotationsOrDots(CdiSpec spec) {
    List<String> parts = List.of(spec.kind().split("/", 2));
    return !spec.annotations().isEmpty()
        || spec.devices().stream().anyMatch(device -> !device.annotations().isEmpty())
        || (parts.size() == 2 && parts.getLast().contains("."));
  }

  private static boolean hasRdtOrGids(ContainerEdits edits) {
    return edits.intelRdt().isPresent() || !edits.additionalGids().isEmpty();
  }

  private static boolean hasSchemataOrNetDevices(ContainerEdits edits) {
    return !edits.netDevices().isEmpty()
        || edits
            .intelRdt()
            .filter(rdt -> rdt.schemata().isPresent() || rdt.enableMonitoring())
            .isPresent();
  }

  /** Returns the version as specs write it, such as {@code 0.6.0}. */
  @Override
  public String toString() {
    return text;
  }
}
