package io.gpurig.modules.cdi;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;

/**
 * The grammar of vendors, classes and devices, with the library's words for what is wrong
 * (pkg/parser/parser.go). The library works on bytes at the ends of a name, and so does this.
 */
final class CdiNames {
  private CdiNames() {}

  static Optional<String> wrongVendor(String vendor) {
    return wrong(vendor).map(why -> "invalid vendor. " + why);
  }

  static Optional<String> wrongClass(String name) {
    return wrong(name).map(why -> "invalid class. " + why);
  }

  private static Optional<String> wrong(String name) {
    byte[] bytes = name.getBytes(UTF_8);
    if (bytes.length == 0) {
      return Optional.of("empty name");
    }
    if (!isLetter(bytes[0])) {
      return Optional.of(GoText.quote(name) + ", should start with letter");
    }
    if (bytes.length == 1) {
      // the releases up to v1.1.0 crash here: slice bounds out of range [1:0]
      return Optional.of(GoText.quote(name) + ", should have at least two characters");
    }
    Optional<String> middle = stranger(bytes, "_-.");
    if (middle.isPresent()) {
      return Optional.of(
          "invalid character '%s' in name %s".formatted(middle.get(), GoText.quote(name)));
    }
    return isAlphanumeric(bytes[bytes.length - 1])
        ? Optional.empty()
        : Optional.of(GoText.quote(name) + ", should end with a letter or digit");
  }

  static Optional<String> wrongDevice(String name) {
    byte[] bytes = name.getBytes(UTF_8);
    if (bytes.length == 0) {
      return Optional.of("invalid (empty) device name");
    }
    String quoted = GoText.quote(name);
    if (!isAlphanumeric(bytes[0])) {
      return Optional.of("invalid class " + quoted + ", should start with a letter or digit");
    }
    if (bytes.length == 1) {
      return Optional.empty();
    }
    Optional<String> middle = stranger(bytes, "_-.:");
    if (middle.isPresent()) {
      return Optional.of(
          "invalid character '%s' in device name %s".formatted(middle.get(), quoted));
    }
    return isAlphanumeric(bytes[bytes.length - 1])
        ? Optional.empty()
        : Optional.of("invalid name " + quoted + ", should end with a letter or digit");
  }

  /** Returns the first character between the first and the last byte that may not stand there. */
  private static Optional<String> stranger(byte[] bytes, String others) {
    return new String(bytes, 1, bytes.length - 2, UTF_8)
        .codePoints()
        .filter(c -> !isAlphanumeric(c) && others.indexOf(c) < 0)
        .mapToObj(Character::toString)
        .findFirst();
  }

  private static boolean isLetter(int c) {
    return ('A' <= c && c <= 'Z') || ('a' <= c && c <= 'z');
  }

  private static boolean isAlphanumeric(int c) {
    return isLetter(c) || ('0' <= c && c <= '9');
  }
}
