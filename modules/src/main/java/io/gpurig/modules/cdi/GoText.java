package io.gpurig.modules.cdi;

import java.math.BigDecimal;
import java.util.Locale;

/** How Go prints strings and numbers, as far as messages and conversions of the library show it. */
public final class GoText {
  private GoText() {}

  /** Returns the text in quotes, as the verb {@code %q} prints it. */
  public static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints().forEach(c -> quoted.append(escaped(c)));
    return quoted.append('"').toString();
  }

  private static String escaped(int c) {
    return switch (c) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case 7 -> "\\a";
      case '\b' -> "\\b";
      case '\f' -> "\\f";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case 11 -> "\\v";
      default -> {
        if (isPrint(c)) {
          yield Character.toString(c);
        }
        String form = c < ' ' || c == 0x7f ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x";
        yield form.formatted(c);
      }
    };
  }

  /** As unicode.IsPrint: letters, marks, numbers, punctuation, symbols and the ASCII space. */
  private static boolean isPrint(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }

  /** As {@code strconv.FormatFloat(number, 'g', -1, 32)}. */
  static String shortFloat(double number) {
    float single = (float) number;
    if (Float.isNaN(single)) {
      return "NaN";
    }
    if (Float.isInfinite(single)) {
      return single > 0 ? "+Inf" : "-Inf";
    }
    return formatted(new BigDecimal(Float.toString(single)), isNegative(single), -4, 6);
  }

  /** As encoding/json writes a float64; it refuses infinities and what is no number. */
  static String jsonFloat(double number) {
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return shortFloat(number);
    }
    return formatted(new BigDecimal(Double.toString(number)), isNegative(number), -6, 21)
        .replaceFirst("e-0(\\d)$", "e-$1");
  }

  private static boolean isNegative(double number) {
    return Double.doubleToRawLongBits(number) < 0;
  }

  private static String formatted(BigDecimal number, boolean negative, int least, int most) {
    String sign = negative ? "-" : "";
    BigDecimal digits = number.abs().stripTrailingZeros();
    if (digits.signum() == 0) {
      return sign + "0";
    }
    int exponent = digits.precision() - digits.scale() - 1;
    if (exponent >= least && exponent < most) {
      return sign + digits.toPlainString();
    }
    String all = digits.unscaledValue().toString();
    String fraction = all.length() > 1 ? "." + all.substring(1) : "";
    String power =
        String.format(Locale.ROOT, "e%s%02d", exponent < 0 ? "-" : "+", Math.abs(exponent));
    return sign + all.charAt(0) + fraction + power;
  }
}
