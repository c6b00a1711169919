package io.gpurig.modules.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds where the values of a JSON text begin and end, once Jackson has said that it is JSON. */
final class JsonScanner {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private final String text;
  private int at;

  private JsonScanner(String text, int offset) {
    this.text = text;
    this.at = offset;
  }

  /**
   * A value in a text.
   *
   * @param start offset of its first character
   * @param end offset after its last character
   * @param node what it means
   * @param members if it is an object
   */
  record Value(int start, int end, JsonNode node, List<Member> members) {
    Value {
      members = List.copyOf(members);
    }

    boolean isObject() {
      return node.isObject();
    }

    String kind() {
      String name = node.getNodeType().name().toLowerCase(Locale.ROOT);
      return node.isNull() ? "null" : (name.matches("[aeiou].*") ? "an " : "a ") + name;
    }
  }

  /**
   * A member of an object.
   *
   * @param start offset of its key's first quote
   */
  record Member(String key, int start, Value value) {}

  /**
   * Returns the one value of a text.
   *
   * @param offset where to begin
   */
  static Value scan(String text, int offset) throws ConfigSyntaxException {
    node(text, offset, text.length()); // says whether it is JSON, and where it is not
    return new JsonScanner(text, offset).value();
  }

  private static JsonNode node(String text, int from, int to) throws ConfigSyntaxException {
    try {
      return MAPPER.readTree(text.substring(from, to));
    } catch (JsonProcessingException e) {
      Optional<Integer> at =
          Optional.ofNullable(e.getLocation()).map(l -> (int) l.getCharOffset() + from);
      // what follows is about Jackson's own settings
      String message =
          e.getOriginalMessage()
              .replaceAll("(?s) \\(for (Object|Array) starting.*| \\(enable.*", "");
      throw ConfigSyntaxException.at(text, at.orElse(to), "this is not JSON: " + message);
    }
  }

  private Value value() throws ConfigSyntaxException {
    blanks();
    int start = at;
    List<Member> members = List.of();
    switch (text.charAt(at)) {
      case '{' -> members = members();
      case '[' -> elements();
      case '"' -> string();
      default -> word();
    }
    return new Value(start, at, node(text, start, at), members);
  }

  private List<Member> members() throws ConfigSyntaxException {
    List<Member> members = new ArrayList<>();
    at++;
    blanks();
    while (text.charAt(at) != '}') {
      int start = at;
      string();
      String key = node(text, start, at).asText();
      blanks();
      at++; // the colon
      members.add(new Member(key, start, value()));
      next();
    }
    at++;
    return members;
  }

  private void elements() throws ConfigSyntaxException {
    at++;
    blanks();
    while (text.charAt(at) != ']') {
      var _ = value();
      next();
    }
    at++;
  }

  private void next() {
    blanks();
    if (text.charAt(at) == ',') {
      at++;
      blanks();
    }
  }

  private void string() {
    at++;
    while (text.charAt(at) != '"') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    at++;
  }

  private void word() {
    while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) {
      at++;
    }
  }

  private void blanks() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }
}
