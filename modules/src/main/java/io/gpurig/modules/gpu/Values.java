package io.gpurig.modules.gpu;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values as nvidia-smi writes them. A number counts only if all of its text is that number with the
 * unit it must have: half a number is no number.
 */
final class Values {
  private static final Pattern NUMBER =
      Pattern.compile("(-?[0-9]{1,9}(?:\\.[0-9]{1,6})?)(?:\\s+(\\S+))?");
  private static final Pattern ADDRESS =
      Pattern.compile("([0-9A-Fa-f]{4,8}):([0-9A-Fa-f]{2}):([0-9A-Fa-f]{2})\\.([0-7])");
  private static final Pattern DEVICE = Pattern.compile("([0-9A-Fa-f]{4})[0-9A-Fa-f]{4}");

  /**
   * What nvidia-smi prints where it could not learn a value (k8s-test-infra, schema.go,
   * nvmlErrorBodies; older drivers put brackets around them).
   */
  private static final Set<String> FAILURES =
      Set.of(
          "GPU is lost",
          "GPU is inaccessible",
          "Unknown Error",
          "Insufficient Permissions",
          "Not Supported",
          "Requested functionality has been deprecated",
          "ERR!");

  private Values() {}

  /** Returns a word or name, unless it says that there is none to be had. */
  static Optional<String> words(String text) {
    String bare = text.strip();
    String inside =
        bare.startsWith("[") && bare.endsWith("]") ? bare.substring(1, bare.length() - 1) : bare;
    return bare.isEmpty() || FAILURES.contains(inside) ? Optional.empty() : Optional.of(bare);
  }

  /** Returns a whole number of this unit, which is empty for a bare number. */
  static Optional<Integer> whole(String text, String unit) {
    return number(text, unit)
        .filter(number -> number.matches("-?[0-9]+"))
        .map(Integer::valueOf)
        .filter(number -> unit.equals("C") || number >= 0);
  }

  /** Returns a part of a hundred. */
  static Optional<Integer> percent(String text) {
    return whole(text, "%").filter(number -> number <= 100);
  }

  /** Returns a number of this unit that is not negative. */
  static Optional<Double> decimal(String text, String unit) {
    return number(text, unit).map(Double::valueOf).filter(number -> number >= 0);
  }

  private static Optional<String> number(String text, String unit) {
    Matcher matcher = NUMBER.matcher(text.strip());
    return matcher.matches() && unit.equals(Optional.ofNullable(matcher.group(2)).orElse(""))
        ? Optional.of(matcher.group(1))
        : Optional.empty();
  }

  /**
   * Returns a PCI address as sysfs writes it, {@code 0000:3b:00.0}; nvidia-smi writes upper case
   * and, since driver 396, a domain of eight digits.
   */
  static Optional<String> address(String text) {
    Matcher matcher = ADDRESS.matcher(text.strip());
    return matcher.matches()
        ? Optional.of(
            "%04x:%02x:%02x.%s"
                .formatted(
                    Long.parseLong(matcher.group(1), 16),
                    Integer.parseInt(matcher.group(2), 16),
                    Integer.parseInt(matcher.group(3), 16),
                    matcher.group(4)))
        : Optional.empty();
  }

  /** Returns the device id out of {@code 233010DE}, the device's and then the vendor's. */
  static Optional<String> device(String text) {
    Matcher matcher = DEVICE.matcher(text.strip());
    return matcher.matches()
        ? Optional.of("%04x".formatted(Integer.parseInt(matcher.group(1), 16)))
        : Optional.empty();
  }
}
