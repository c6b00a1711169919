package io.gpurig.engine.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number as Python writes it.
 *
 * @param digits without a sign
 * @param end where it ends
 */
record PythonNumber(String digits, int end) {
  // https://docs.python.org/3/reference/lexical_analysis.html#numeric-literals
  private static final String DIGITS = "[0-9](?:_?[0-9])*+";
  private static final String EXPONENT = "[eE][-+]?" + DIGITS;
  private static final Pattern FLOAT =
      Pattern.compile(
          "(?:%1$s\\.(?:%1$s)?+|\\.%1$s)(?:%2$s)?+|%1$s%2$s".formatted(DIGITS, EXPONENT));
  private static final Pattern INTEGER =
      Pattern.compile(
          "0[xX](?:_?[0-9a-fA-F])++|0[oO](?:_?[0-7])++|0[bB](?:_?[01])++"
              + "|[1-9](?:_?[0-9])*+|0(?:_?0)*+");

  /** Beyond this, Python refuses to convert. */
  private static final int MAX_DIGITS = 4300;

  /** Returns the number that begins at a place. */
  static Optional<PythonNumber> at(String text, int begin) {
    for (Pattern pattern : new Pattern[] {FLOAT, INTEGER}) {
      Matcher matcher = pattern.matcher(text).region(begin, text.length());
      if (matcher.lookingAt() && matcher.end() - begin <= MAX_DIGITS) {
        return Optional.of(new PythonNumber(matcher.group().replace("_", ""), matcher.end()));
      }
    }
    return Optional.empty();
  }

  /** Returns the number with its sign. */
  JsonNode value(boolean negative) {
    String lower = digits.toLowerCase(Locale.ROOT);
    int base = lower.startsWith("0x") ? 16 : lower.startsWith("0o") ? 8 : 2;
    if (lower.startsWith("0x") || lower.startsWith("0o") || lower.startsWith("0b")) {
      BigInteger number = new BigInteger(lower.substring(2), base);
      return OldYaml.number(negative ? number.negate() : number);
    }
    if (lower.contains(".") || lower.contains("e")) {
      double number = Double.parseDouble(lower);
      return DoubleNode.valueOf(negative ? -number : number);
    }
    BigInteger number = new BigInteger(lower);
    return OldYaml.number(negative ? number.negate() : number);
  }
}
