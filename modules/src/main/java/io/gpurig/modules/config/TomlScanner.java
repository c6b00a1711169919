package io.gpurig.modules.config;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.tomlj.Toml;

/** Finds where the statements of a TOML text begin and end, once tomlj has said that it is TOML. */
final class TomlScanner {
  private final String text;
  private int at;

  private TomlScanner(String text) {
    this.text = text;
  }

  /** A line, or several, of a file: a table's header or a key with its value. */
  sealed interface Statement {
    /** Returns the keys from the root of the file. */
    List<String> path();

    /** Returns the offset of its first character. */
    int start();

    /** Returns the offset after its last character; a comment may follow on the line. */
    int end();
  }

  /**
   * The header of a table, {@code [a.b]}.
   *
   * @param array whether it is one of several, {@code [[a.b]]}
   */
  record Header(List<String> path, int start, int end, boolean array) implements Statement {}

  /**
   * A key with its value.
   *
   * @param header the keys of the table's header above
   * @param inArray whether the table is one of several
   */
  record Pair(
      List<String> path, int start, int end, Value value, List<String> header, boolean inArray)
      implements Statement {}

  /**
   * A value.
   *
   * @param pairs if it is an inline table
   * @param elements if it is an array
   */
  record Value(int start, int end, Kind kind, List<Pair> pairs, List<Value> elements) {
    Value {
      pairs = List.copyOf(pairs);
      elements = List.copyOf(elements);
    }
  }

  enum Kind {
    ARRAY,
    TABLE,
    OTHER
  }

  static List<Statement> scan(String text) {
    return new TomlScanner(text).statements();
  }

  private List<Statement> statements() {
    List<Statement> statements = new ArrayList<>();
    List<String> header = List.of();
    boolean array = false;
    for (blanks(); at < text.length(); blanks()) {
      if (text.charAt(at) == '[') {
        int start = at;
        array = text.startsWith("[[", at);
        at += array ? 2 : 1;
        header = key(']');
        at += array ? 2 : 1;
        statements.add(new Header(header, start, at, array));
      } else {
        statements.add(pair(header, array));
      }
    }
    return statements;
  }

  private Pair pair(List<String> header, boolean inArray) {
    int start = at;
    List<String> path = Stream.concat(header.stream(), key('=').stream()).toList();
    at++;
    blanks();
    Value value = value(path, inArray);
    return new Pair(path, start, value.end(), value, header, inArray);
  }

  private List<String> key(char end) {
    int start = at;
    while (text.charAt(at) != end) {
      if (text.charAt(at) == '"' || text.charAt(at) == '\'') {
        string();
      } else {
        at++;
      }
    }
    return Toml.parseDottedKey(text.substring(start, at).strip());
  }

  private Value value(List<String> path, boolean inArray) {
    int start = at;
    List<Pair> pairs = new ArrayList<>();
    List<Value> elements = new ArrayList<>();
    switch (text.charAt(at)) {
      case '[' -> {
        for (open(); text.charAt(at) != ']'; next()) {
          elements.add(value(path, true));
        }
        at++;
        return new Value(start, at, Kind.ARRAY, pairs, elements);
      }
      case '{' -> {
        for (open(); text.charAt(at) != '}'; next()) {
          pairs.add(pair(path, inArray));
        }
        at++;
        return new Value(start, at, Kind.TABLE, pairs, elements);
      }
      case '"', '\'' -> string();
      default -> word();
    }
    return new Value(start, at, Kind.OTHER, pairs, elements);
  }

  private void open() {
    at++;
    blanks();
  }

  private void next() {
    blanks();
    if (text.charAt(at) == ',') {
      at++;
      blanks();
    }
  }

  private void string() {
    String quote = text.substring(at, at + 1);
    boolean escapes = quote.equals("\"");
    boolean many = text.startsWith(quote.repeat(3), at);
    String end = many ? quote.repeat(3) : quote;
    at += end.length();
    while (!text.startsWith(end, at)) {
      at += escapes && text.charAt(at) == '\\' ? 2 : 1;
    }
    at += end.length();
    // up to two quotes may stand right before the three that end it
    while (many && text.startsWith(quote, at)) {
      at++;
    }
  }

  /** A number, a boolean, or a date, which may have a blank in it. */
  private void word() {
    int start = at;
    while (at < text.length() && ",]}#\r\n".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    at = start + text.substring(start, at).stripTrailing().length();
  }

  private void blanks() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '#') {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        at++;
      } else {
        return;
      }
    }
  }
}
