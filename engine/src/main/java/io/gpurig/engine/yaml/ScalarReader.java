package io.gpurig.engine.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.problem.Severity;
import io.gpurig.engine.problem.Source;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads scalars by the core schema of YAML 1.2, and warns where YAML 1.1 read them otherwise. */
final class ScalarReader {
  /** Beyond this, arithmetic on a number takes so long that it would look like a hang. */
  private static final int MAX_DIGITS = 400;

  private static final Map<String, String> OLD_BOOLEANS =
      Map.of("yes", "true", "on", "true", "no", "false", "off", "false");
  private static final Pattern LEADING_ZERO = Pattern.compile("[-+]?0[0-9]+");
  private static final Pattern OCTAL = Pattern.compile("0[0-7]+");
  private static final String SECRET = "!secret";
  private static final Pattern SECRET_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final String name;
  private final List<String> lines;
  private final Problems problems;

  ScalarReader(String name, List<String> lines, Problems problems) {
    this.name = name;
    this.lines = lines;
    this.problems = problems;
  }

  JsonNode read(ScalarNode node) {
    Tag tag = node.getTag();
    String value = node.getValue();
    if (tag.equals(Tag.STR) || tag.getValue().equals("!")) {
      warnOfOldBoolean(node);
      return NODES.textNode(value);
    }
    if (tag.equals(Tag.NULL)) {
      return NODES.nullNode();
    }
    if (tag.equals(Tag.BOOL)) {
      return NODES.booleanNode(value.equalsIgnoreCase("true"));
    }
    if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
      warnOfLeadingZero(node);
      return number(node);
    }
    if (tag.getValue().equals(SECRET)) {
      return secret(node);
    }
    problems.add(unknownTag(node));
    return NODES.textNode(value);
  }

  /** Text that stands for the secret: its value is not put into any document. */
  private JsonNode secret(ScalarNode node) {
    String secret = node.getValue();
    if (!SECRET_NAME.matcher(secret).matches()) {
      problems.add(
          Problem.error(
                  "secret/name",
                  source(node),
                  secret.isEmpty()
                      ? "`!secret` needs the name of a secret"
                      : "`" + secret + "` is not the name of a secret")
              .suggest("write !secret NAME, of letters, digits and `_`"));
    }
    return NODES.textNode("(secret " + secret + ")");
  }

  /** The word true or false that a word meant in YAML 1.1. */
  static Optional<String> oldBoolean(String word) {
    return Optional.ofNullable(OLD_BOOLEANS.get(word.toLowerCase(Locale.ROOT)));
  }

  Problem unknownTag(Node node) {
    String tag = node.getTag().getValue().replace(Tag.PREFIX, "!!");
    Source whole = source(node);
    String written = whole.text().substring(whole.text().offsetByCodePoints(0, whole.column() - 1));
    int length = written.startsWith(tag) ? tag.length() : whole.length();
    Problem problem =
        Problem.error(
            "yaml/unknown-tag",
            new Source(name, whole.line(), whole.column(), length, whole.text()),
            "the tag `" + tag + "` is not supported");
    return tag.equals("!vault")
        ? problem.suggest(
            "write !secret NAME in the plan, and hand the value over in the environment or with"
                + " --secrets")
        : problem.suggest("remove the tag");
  }

  private JsonNode number(ScalarNode node) {
    String text = node.getValue().toLowerCase(Locale.ROOT);
    if (text.endsWith(".inf")) {
      return NODES.numberNode(
          text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
    }
    if (text.endsWith(".nan")) {
      return NODES.numberNode(Double.NaN);
    }
    try {
      if (text.length() <= MAX_DIGITS) {
        Optional<JsonNode> number =
            node.getTag().equals(Tag.INT) ? Optional.of(integer(text)) : decimal(text);
        if (number.isPresent()) {
          return number.get();
        }
      }
      problems.add(
          Problem.error("yaml/number", source(node), "the number is too large or too exact")
              .suggest("put it in quotes if it is text"));
    } catch (NumberFormatException e) {
      problems.add(
          Problem.error("yaml/number", source(node), "`" + node.getValue() + "` is not a number"));
    }
    return NODES.textNode(node.getValue());
  }

  private static JsonNode integer(String text) {
    BigInteger number;
    if (text.startsWith("0x")) {
      number = new BigInteger(text.substring(2), 16);
    } else if (text.startsWith("0o")) {
      number = new BigInteger(text.substring(2), 8);
    } else {
      number = new BigInteger(text);
    }
    return number.bitLength() < Long.SIZE
        ? NODES.numberNode(number.longValueExact())
        : NODES.numberNode(number);
  }

  private static Optional<JsonNode> decimal(String text) {
    BigDecimal number = new BigDecimal(text);
    boolean huge = Math.abs((long) number.precision() - number.scale()) > MAX_DIGITS;
    return huge || Math.abs(number.scale()) > MAX_DIGITS
        ? Optional.empty()
        : Optional.of(NODES.numberNode(number));
  }

  private void warnOfOldBoolean(ScalarNode node) {
    Optional<String> meant = node.isPlain() ? oldBoolean(node.getValue()) : Optional.empty();
    if (meant.isEmpty()) {
      return;
    }
    String word = node.getValue();
    warn(
        node,
        "yaml/ambiguous-boolean",
        "`" + word + "` is the string \"" + word + "\" in YAML 1.2, not a boolean",
        "write " + meant.get() + ", or \"" + word + "\" with quotes if the word is meant");
  }

  private void warnOfLeadingZero(ScalarNode node) {
    String text = node.getValue();
    if (!LEADING_ZERO.matcher(text).matches()) {
      return;
    }
    String octal = OCTAL.matcher(text).matches() ? ", or 0o" + text.substring(1) + " if octal" : "";
    warn(
        node,
        "yaml/leading-zero",
        "`" + text + "` is the number " + new BigDecimal(text).toBigInteger() + " in YAML 1.2",
        "write \"" + text + "\" with quotes if the zero matters" + octal);
  }

  private void warn(ScalarNode node, String code, String message, String suggestion) {
    problems.add(
        new Problem(
            Severity.WARNING, code, Optional.of(source(node)), message, Optional.of(suggestion)));
  }

  private Source source(Node node) {
    return Span.of(node, lines).in(name, lines);
  }
}
