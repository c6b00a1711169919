package io.gpurig.modules.cdi.gpus;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpurig.modules.cdi.gpus.GpusFlag.Malformed;
import java.util.ArrayList;
import java.util.List;

/** Reads one record as Go's encoding/csv does with its defaults. */
final class GoCsv {
  private final String text;
  private final List<String> fields = new ArrayList<>();
  private int at;

  private GoCsv(String text) {
    this.text = text;
  }

  /** Returns the fields of the first line that is not empty. */
  static List<String> record(String text) throws Malformed {
    String rest = text.replace("\r\n", "\n");
    rest = rest.endsWith("\r") ? rest.substring(0, rest.length() - 1) : rest;
    int line = 1;
    while (rest.startsWith("\n")) {
      rest = rest.substring(1);
      line++;
    }
    if (rest.isEmpty()) {
      throw new Malformed("EOF");
    }
    return new GoCsv(rest).fields(line);
  }

  private List<String> fields(int line) throws Malformed {
    boolean more = true;
    while (more) {
      fields.add(at < text.length() && text.charAt(at) == '"' ? quoted(line) : bare(line));
      more = at < text.length() && text.charAt(at) == ',';
      at++;
    }
    return fields;
  }

  private String bare(int line) throws Malformed {
    int start = at;
    while (at < text.length() && text.charAt(at) != ',' && text.charAt(at) != '\n') {
      if (text.charAt(at) == '"') {
        throw wrong(line, at, "bare \" in non-quoted-field");
      }
      at++;
    }
    return text.substring(start, at);
  }

  private String quoted(int line) throws Malformed {
    StringBuilder field = new StringBuilder();
    at++;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c != '"') {
        field.append(c);
        continue;
      }
      if (at == text.length() || text.charAt(at) == ',' || text.charAt(at) == '\n') {
        return field.toString();
      }
      if (text.charAt(at) != '"') {
        throw wrong(line, at - 1, "extraneous or missing \" in quoted-field");
      }
      field.append('"');
      at++;
    }
    throw wrong(line, at, "extraneous or missing \" in quoted-field");
  }

  private Malformed wrong(int firstLine, int index, String what) {
    String before = text.substring(0, index);
    int line = firstLine + (int) before.chars().filter(c -> c == '\n').count();
    int column = before.substring(before.lastIndexOf('\n') + 1).getBytes(UTF_8).length + 1;
    String start = line == firstLine ? "" : "record on line " + firstLine + "; ";
    String where =
        start.isEmpty() ? "parse error on line " + line : start + "parse error on line " + line;
    return new Malformed("%s, column %d: %s".formatted(where, column, what));
  }
}
