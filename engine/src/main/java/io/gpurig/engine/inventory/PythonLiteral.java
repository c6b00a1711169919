package io.gpurig.engine.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a text as Python's {@code ast.literal_eval} does; tuples and sets become lists. */
final class PythonLiteral {
  private static final int MAX_DEPTH = 90;
  private static final Pattern WORD = Pattern.compile("\\w+", Pattern.UNICODE_CHARACTER_CLASS);

  private final String text;
  private int at;
  private int depth;

  private PythonLiteral(String text) {
    this.text = text;
  }

  /** The text is not a literal. */
  static final class NotLiteralException extends Exception {
    private static final long serialVersionUID = 1L;

    NotLiteralException() {
      super("not a literal", null, false, false);
    }
  }

  /** Returns the value; empty if the text is not a literal and stands for itself. */
  static Optional<JsonNode> read(String text) {
    try {
      PythonLiteral literal = new PythonLiteral(text);
      JsonNode value = literal.elements();
      return literal.at == text.length() ? Optional.of(value) : Optional.empty();
    } catch (NotLiteralException e) {
      return Optional.empty();
    }
  }

  /** One element, or many with commas between them. */
  private JsonNode elements() throws NotLiteralException {
    JsonNode first = element();
    if (peek() != ',') {
      return first;
    }
    ArrayNode tuple = JsonNodeFactory.instance.arrayNode().add(first);
    while (accept(',')) {
      char next = peek();
      if (next == 0 || next == ')') {
        break;
      }
      tuple.add(element());
    }
    return tuple;
  }

  private JsonNode element() throws NotLiteralException {
    char c = peek();
    return switch (c) {
      case '[' -> nested(this::list);
      case '(' -> nested(this::parenthesized);
      case '{' -> nested(this::mapping);
      case '+', '-', '.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
      default -> PythonString.beginsAt(text, at) ? string() : word();
    };
  }

  private interface Bracketed {
    JsonNode read() throws NotLiteralException;
  }

  private JsonNode nested(Bracketed bracketed) throws NotLiteralException {
    depth++;
    if (depth > MAX_DEPTH) {
      throw new NotLiteralException();
    }
    at++;
    JsonNode value = bracketed.read();
    depth--;
    return value;
  }

  private JsonNode list() throws NotLiteralException {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    while (!accept(']')) {
      list.add(element());
      separated(']');
    }
    return list;
  }

  private JsonNode parenthesized() throws NotLiteralException {
    if (accept(')')) {
      return JsonNodeFactory.instance.arrayNode();
    }
    JsonNode value = elements();
    expect(')');
    return value;
  }

  /** A mapping, or a set, which has no colons. */
  private JsonNode mapping() throws NotLiteralException {
    ObjectNode mapping = JsonNodeFactory.instance.objectNode();
    ArrayNode set = JsonNodeFactory.instance.arrayNode();
    while (!accept('}')) {
      JsonNode key = element();
      if (key.isContainerNode()) {
        throw new NotLiteralException();
      }
      if (accept(':')) {
        mapping.set(key.asText(), element());
      } else {
        set.add(key);
      }
      separated('}');
    }
    if (!mapping.isEmpty() && !set.isEmpty()) {
      throw new NotLiteralException();
    }
    return set.isEmpty() ? mapping : set;
  }

  private JsonNode number() throws NotLiteralException {
    boolean negative = accept('-');
    if (!negative) {
      accept('+');
    }
    peek();
    PythonNumber number = PythonNumber.at(text, at).orElseThrow(NotLiteralException::new);
    at = number.end();
    if (at < text.length() && WORD.matcher(text.substring(at, at + 1)).matches()) {
      throw new NotLiteralException();
    }
    return number.value(negative);
  }

  private JsonNode string() throws NotLiteralException {
    StringBuilder whole = new StringBuilder();
    while (PythonString.beginsAt(text, at)) {
      PythonString piece = PythonString.read(text, at);
      whole.append(piece.value());
      at = piece.end();
      peek();
    }
    return JsonNodeFactory.instance.textNode(whole.toString());
  }

  private JsonNode word() throws NotLiteralException {
    Matcher word = WORD.matcher(text).region(at, text.length());
    if (!word.lookingAt()) {
      throw new NotLiteralException();
    }
    at = word.end();
    return switch (word.group()) {
      case "True" -> BooleanNode.TRUE;
      case "False" -> BooleanNode.FALSE;
      case "None" -> NullNode.instance;
      default -> throw new NotLiteralException();
    };
  }

  private void separated(char close) throws NotLiteralException {
    if (!accept(',') && peek() != close) {
      throw new NotLiteralException();
    }
  }

  private void expect(char c) throws NotLiteralException {
    if (!accept(c)) {
      throw new NotLiteralException();
    }
  }

  private boolean accept(char c) {
    boolean there = peek() == c && at < text.length();
    at += there ? 1 : 0;
    peek();
    return there;
  }

  /** The next character that is neither white space nor in a comment, or 0 at the end. */
  private char peek() {
    while (at < text.length() && " \t\f\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    if (at < text.length() && text.charAt(at) == '#') {
      at = text.length();
    }
    return at < text.length() ? text.charAt(at) : 0;
  }
}
