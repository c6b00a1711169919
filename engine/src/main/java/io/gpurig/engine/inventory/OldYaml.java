package io.gpurig.engine.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads plain scalars by YAML 1.1, which Ansible's parser implements: {@code yes} is true, {@code
 * 0644} is octal and {@code 1e3} is text. Dates stay text.
 */
final class OldYaml {
  private static final Set<String> TRUE = Set.of("yes", "Yes", "YES", "on", "On", "ON");
  private static final Set<String> FALSE = Set.of("no", "No", "NO", "off", "Off", "OFF");
  // https://github.com/yaml/pyyaml/blob/6.0/lib/yaml/resolver.py
  private static final Pattern INTEGER =
      Pattern.compile(
          "[-+]?(?:0b[0-1_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+|[1-9][0-9_]*(?::[0-5]?[0-9])+)");
  private static final Pattern FLOAT =
      Pattern.compile(
          "[-+]?[0-9][0-9_]*\\.[0-9_]*(?:[eE][-+][0-9]+)?|\\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?"
              + "|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN)");

  private static final int MAX_DIGITS = 400;

  private OldYaml() {}

  /**
   * Returns what a scalar is.
   *
   * @param value what it is by YAML 1.2
   * @param written how it is written; quoted and long ones stay as they are
   */
  static JsonNode read(JsonNode value, String written) {
    boolean plain = value.isNumber() || (value.isTextual() && value.asText().equals(written));
    if (!plain || written.startsWith("!") || written.length() > MAX_DIGITS) {
      return value;
    }
    if (TRUE.contains(written) || FALSE.contains(written)) {
      return BooleanNode.valueOf(TRUE.contains(written));
    }
    if (INTEGER.matcher(written).matches()) {
      return integer(written, value);
    }
    if (FLOAT.matcher(written).matches()) {
      return value.isNumber() ? value : decimal(written, value);
    }
    return value.isNumber() ? TextNode.valueOf(written) : value;
  }

  private static JsonNode integer(String written, JsonNode value) {
    boolean negative = written.startsWith("-");
    String digits = written.replaceFirst("^[-+]", "").replace("_", "").toLowerCase(Locale.ROOT);
    try {
      BigInteger number;
      if (digits.startsWith("0b")) {
        number = new BigInteger(digits.substring(2), 2);
      } else if (digits.startsWith("0x")) {
        number = new BigInteger(digits.substring(2), 16);
      } else if (digits.contains(":")) {
        number = BigInteger.ZERO;
        for (String part : digits.split(":")) {
          number = number.multiply(BigInteger.valueOf(60)).add(new BigInteger(part));
        }
      } else {
        number = new BigInteger(digits, digits.startsWith("0") ? 8 : 10);
      }
      return number(negative ? number.negate() : number);
    } catch (NumberFormatException e) {
      return value; // nothing but underscores
    }
  }

  /** Returns an integer in the node that fits it best. */
  static JsonNode number(BigInteger number) {
    return number.bitLength() < Long.SIZE
        ? JsonNodeFactory.instance.numberNode(number.longValueExact())
        : JsonNodeFactory.instance.numberNode(number);
  }

  private static JsonNode decimal(String written, JsonNode value) {
    try {
      return DoubleNode.valueOf(Double.parseDouble(written.replace("_", "")));
    } catch (NumberFormatException e) {
      return value;
    }
  }
}
