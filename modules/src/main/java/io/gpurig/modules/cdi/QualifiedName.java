package io.gpurig.modules.cdi;

import java.util.Optional;

/**
 * The name of a device, {@code vendor/class=device}, such as {@code nvidia.com/gpu=0}.
 *
 * @param vendor as {@code nvidia.com}
 * @param deviceClass as {@code gpu}
 * @param device as {@code 0}, {@code GPU-…} or {@code all}
 */
public record QualifiedName(String vendor, String deviceClass, String device) {

  /** Returns the parts of a text that is a qualified name. */
  public static Optional<QualifiedName> of(String text) {
    return wrong(text).isEmpty() ? Optional.of(split(text)) : Optional.empty();
  }

  /**
   * Returns why a text is no qualified name, in the words of {@code ParseQualifiedName}; empty for
   * one that is.
   */
  public static Optional<String> wrong(String text) {
    QualifiedName parts = split(text);
    if (parts.vendor.isEmpty()) {
      return Optional.of("unqualified device " + GoText.quote(text) + ", missing vendor");
    }
    return CdiNames.wrongVendor(parts.vendor)
        .or(() -> CdiNames.wrongClass(parts.deviceClass))
        .or(() -> CdiNames.wrongDevice(parts.device))
        .map(why -> "invalid device %s: %s".formatted(GoText.quote(text), why));
  }

  /**
   * Splits a text as {@code ParseDevice} does: at the first {@code =}, before it at the first
   * slash. What cannot be split is a device without vendor and class.
   */
  public static QualifiedName split(String text) {
    int equals = text.indexOf('=');
    if (!text.startsWith("/") && equals > 0 && equals < text.length() - 1) {
      Kind kind = Kind.of(text.substring(0, equals));
      if (!kind.vendor.isEmpty()) {
        return new QualifiedName(kind.vendor, kind.deviceClass, text.substring(equals + 1));
      }
    }
    return new QualifiedName("", "", text);
  }

  /**
   * The kind of a spec, {@code vendor/class}.
   *
   * @param vendor empty for a kind that has not both parts
   * @param deviceClass the whole kind, if it has not both parts
   */
  public record Kind(String vendor, String deviceClass) {
    /** Splits a kind at its first slash, as {@code ParseQualifier} does. */
    public static Kind of(String kind) {
      int slash = kind.indexOf('/');
      return slash > 0 && slash < kind.length() - 1
          ? new Kind(kind.substring(0, slash), kind.substring(slash + 1))
          : new Kind("", kind);
    }
  }

  @Override
  public String toString() {
    return vendor + "/" + deviceClass + "=" + device;
  }
}
