package io.gpurig.modules.cdi;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Gives plain scalars their type as go-yaml v2 does (resolve.go), which is neither YAML 1.1 nor
 * 1.2: {@code yes} is true, {@code 0666} is octal, {@code 0o666} too, {@code 1:30} is text.
 */
final class GoScalars {
  private static final String PREFIX = "tag:yaml.org,2002:";
  private static final String STR = PREFIX + "str";
  private static final String BINARY = PREFIX + "binary";
  private static final Set<String> RESOLVABLE =
      Set.of(
          "",
          STR,
          PREFIX + "bool",
          PREFIX + "int",
          PREFIX + "float",
          PREFIX + "null",
          PREFIX + "timestamp");
  private static final Set<String> TRUE =
      Set.of("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON");
  private static final Set<String> FALSE =
      Set.of("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF");
  private static final Set<String> NULL = Set.of("", "~", "null", "Null", "NULL");
  private static final Map<String, Double> SPECIAL =
      Map.ofEntries(
          Map.entry(".nan", Double.NaN),
          Map.entry(".NaN", Double.NaN),
          Map.entry(".NAN", Double.NaN),
          Map.entry(".inf", Double.POSITIVE_INFINITY),
          Map.entry(".Inf", Double.POSITIVE_INFINITY),
          Map.entry(".INF", Double.POSITIVE_INFINITY),
          Map.entry("+.inf", Double.POSITIVE_INFINITY),
          Map.entry("+.Inf", Double.POSITIVE_INFINITY),
          Map.entry("+.INF", Double.POSITIVE_INFINITY),
          Map.entry("-.inf", Double.NEGATIVE_INFINITY),
          Map.entry("-.Inf", Double.NEGATIVE_INFINITY),
          Map.entry("-.INF", Double.NEGATIVE_INFINITY));
  private static final Pattern DOT_FLOAT = Pattern.compile("\\.[0-9]+([eE][-+]?[0-9]+)?");
  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
  private static final Pattern INTEGER =
      Pattern.compile("([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))");
  private static final int[] BASES = {16, 2, 8, 10};
  private static final Pattern TIMESTAMP =
      Pattern.compile(
          "(\\d{4})-(\\d{1,2})-(\\d{1,2})"
              + "(?:[Tt]([01]?\\d|2[0-3]):[0-5]?\\d:[0-5]?\\d([.,]\\d+)?(?:Z|[-+]\\d\\d:\\d\\d)"
              + "| ([01]?\\d|2[0-3]):[0-5]?\\d:[0-5]?\\d([.,]\\d+)?)?");
  private static final BigInteger LEAST = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MOST =
      BigInteger.ONE.shiftLeft(Long.SIZE).subtract(BigInteger.ONE);

  private GoScalars() {}

  /** What is wrong with a value, in the words of go-yaml. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  /**
   * @param tag the explicit tag, empty if there is none
   * @param implicit whether a scalar without a tag is to be resolved: it has no quotes
   */
  static GoValue resolve(String tag, boolean implicit, String text, Place place) throws Refused {
    if ((tag.isEmpty() && !implicit) || tag.equals(STR)) {
      return new GoValue.Text(text, place);
    }
    if (!RESOLVABLE.contains(tag)) {
      return new GoValue.Text(tag.equals(BINARY) ? binary(text) : text, place);
    }
    GoValue value = plain(text, place);
    String kind = tag.isEmpty() ? "" : tag.substring(PREFIX.length());
    return switch (kind) {
      case "timestamp" -> {
        if (!(value instanceof GoValue.Text) || !isTimestamp(text)) {
          throw mismatch(value, text, kind);
        }
        yield value;
      }
      case "float" -> {
        if (value instanceof GoValue.Int(BigInteger number, Place at) && isSigned(number)) {
          yield new GoValue.Decimal(number.doubleValue(), at);
        }
        yield expect(value, kind, text);
      }
      case "" -> value;
      default -> expect(value, kind, text);
    };
  }

  private static boolean isSigned(BigInteger number) {
    return number.bitLength() < Long.SIZE;
  }

  private static GoValue expect(GoValue value, String kind, String text) throws Refused {
    if (!kind(value).equals(kind)) {
      throw mismatch(value, text, kind);
    }
    return value;
  }

  private static Refused mismatch(GoValue value, String text, String kind) {
    return new Refused("cannot decode !!%s `%s` as a !!%s".formatted(kind(value), text, kind));
  }

  private static String kind(GoValue value) {
    return switch (value) {
      case GoValue.Null n -> "null";
      case GoValue.Bool b -> "bool";
      case GoValue.Int i -> "int";
      case GoValue.Decimal d -> "float";
      case GoValue.Text t -> "str";
      case GoValue.Items i -> "seq";
      case GoValue.Entries e -> "map";
    };
  }

  private static GoValue plain(String text, Place place) {
    if (NULL.contains(text)) {
      return new GoValue.Null(place);
    }
    if (TRUE.contains(text) || FALSE.contains(text)) {
      return new GoValue.Bool(TRUE.contains(text), place);
    }
    Double special = SPECIAL.get(text);
    if (special != null) {
      return new GoValue.Decimal(special, place);
    }
    return number(text, place).orElseGet(() -> new GoValue.Text(text, place));
  }

  private static Optional<GoValue> number(String text, Place place) {
    char first = text.charAt(0);
    if (first == '.') {
      return DOT_FLOAT.matcher(text).matches() ? decimal(text, place) : Optional.empty();
    }
    boolean digits = (first >= '0' && first <= '9') || first == '+' || first == '-';
    if (!digits || isTimestamp(text)) {
      return Optional.empty();
    }
    String plain = text.replace("_", "");
    return integer(plain)
        .<GoValue>map(number -> new GoValue.Int(number, place))
        .or(() -> FLOAT.matcher(plain).matches() ? decimal(plain, place) : Optional.empty());
  }

  private static Optional<BigInteger> integer(String text) {
    Matcher matcher = INTEGER.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String sign = matcher.group(1);
    for (int i = 0; i < BASES.length; i++) {
      String digits = matcher.group(i + 2);
      if (digits != null) {
        BigInteger number = new BigInteger((sign.equals("-") ? "-" : "") + digits, BASES[i]);
        // beyond 63 bits Go reads an unsigned number, which has no sign
        BigInteger most = sign.isEmpty() ? MOST : BigInteger.valueOf(Long.MAX_VALUE);
        boolean fits = number.compareTo(LEAST) >= 0 && number.compareTo(most) <= 0;
        return fits ? Optional.of(number) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static Optional<GoValue> decimal(String text, Place place) {
    double number = Double.parseDouble(text);
    // a number out of range stays text
    return Double.isInfinite(number)
        ? Optional.empty()
        : Optional.of(new GoValue.Decimal(number, place));
  }

  private static boolean isTimestamp(String text) {
    Matcher matcher = TIMESTAMP.matcher(text);
    if (!matcher.matches()) {
      return false;
    }
    try {
      LocalDate.of(
          Integer.parseInt(matcher.group(1)),
          Integer.parseInt(matcher.group(2)),
          Integer.parseInt(matcher.group(3)));
      return true;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static String binary(String text) throws Refused {
    try {
      return new String(Base64.getDecoder().decode(text.replaceAll("[\r\n]", "")), UTF_8);
    } catch (IllegalArgumentException e) {
      throw new Refused("!!binary value contains invalid base64 data");
    }
  }
}
