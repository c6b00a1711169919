package io.gpurig.modules.config;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.gpurig.modules.config.TomlScanner.Header;
import io.gpurig.modules.config.TomlScanner.Kind;
import io.gpurig.modules.config.TomlScanner.Pair;
import io.gpurig.modules.config.TomlScanner.Statement;
import io.gpurig.modules.config.TomlScanner.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;

/** A TOML file whose text is edited in place. */
public final class TomlText implements ConfigText {
  private final String text;
  private final JsonNode tree;
  private final List<Statement> statements;

  private TomlText(String text, JsonNode tree) {
    this.text = text;
    this.tree = tree;
    this.statements = TomlScanner.scan(text);
  }

  /** Returns an empty file. */
  public static TomlText empty() {
    try {
      return parse("");
    } catch (ConfigSyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Returns the file with this text.
   *
   * @throws ConfigSyntaxException if it is not TOML 1.0
   */
  public static TomlText parse(String text) throws ConfigSyntaxException {
    TomlParseResult result = Toml.parse(requireNonNull(text, "text is null"));
    if (result.hasErrors()) {
      var error = result.errors().getFirst();
      throw new ConfigSyntaxException(
          error.position().line(),
          error.position().column(),
          "this is not TOML: " + String.valueOf(error.getMessage()).replaceAll("\\R.*", ""));
    }
    return new TomlText(text, TomlTree.of(result));
  }

  @Override
  public String text() {
    return text;
  }

  @Override
  public JsonNode tree() {
    return tree;
  }

  /** A table gets a header of its own, unless its keys are written in another way already. */
  @Override
  public TomlText with(List<String> path, JsonNode value) throws ConfigSyntaxException {
    if (value.isObject()) {
      TomlText edited = this;
      if (value.isEmpty() && edited.get(path).isEmpty()) {
        return edited.withTable(path);
      }
      // what is no table comes first: it could not come after a table's header
      for (boolean tables : new boolean[] {false, true}) {
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
          if (entry.getValue().isObject() == tables) {
            edited = edited.with(Paths.child(path, entry.getKey()), entry.getValue());
          }
        }
      }
      return edited;
    }
    Optional<JsonNode> there = get(path);
    if (there.isPresent() && there.get().equals(value)) {
      return this;
    }
    requireTables(path);
    List<Pair> pairs = pairs();
    Optional<Pair> pair = find(pairs, path);
    if (pair.isPresent()) {
      Value old = pair.get().value();
      return replaced(old.start(), old.end(), TomlTree.text(value));
    }
    if (there.isPresent()) {
      throw misplaced(path, "a value");
    }
    return added(pairs, path, value);
  }

  private TomlText withTable(List<String> path) throws ConfigSyntaxException {
    requireTables(path);
    return atEnd("[" + TomlTree.key(path) + "]" + newline());
  }

  /** Puts a new value where TOML allows its table to get one. */
  private TomlText added(List<Pair> pairs, List<String> path, JsonNode value)
      throws ConfigSyntaxException {
    List<String> parent = path.subList(0, path.size() - 1);
    for (int length = parent.size(); length > 0; length--) {
      Optional<Pair> inline = find(pairs, path.subList(0, length));
      if (inline.isPresent()) {
        return inInlineTable(inline.get().value(), path.subList(length, path.size()), value);
      }
    }
    Optional<Header> header =
        statements.stream()
            .filter(Header.class::isInstance)
            .map(Header.class::cast)
            .filter(h -> h.path().equals(parent))
            .findFirst();
    if (header.isPresent()) {
      return line(lastOf(header.get()), Paths.last(path), value);
    }
    // a table that dotted keys have made cannot get a header any more
    Optional<Pair> dotted =
        pairs.stream()
            .filter(p -> !p.inArray() && p.header().size() < parent.size())
            .filter(p -> Paths.startsWith(p.path(), parent))
            .reduce((first, last) -> last);
    if (dotted.isPresent()) {
      Pair pair = dotted.get();
      return line(pair, path.subList(pair.header().size(), path.size()), value);
    }
    if (parent.isEmpty()) {
      return inRoot(path, value);
    }
    return atEnd(
        "[%s]%s%s"
            .formatted(TomlTree.key(parent), newline(), assignment("", Paths.last(path), value)));
  }

  private TomlText inRoot(List<String> path, JsonNode value) throws ConfigSyntaxException {
    Optional<Statement> last =
        statements.stream().takeWhile(s -> s instanceof Pair).reduce((first, next) -> next);
    return last.isPresent()
        ? line(last.get(), path, value)
        : replaced(0, 0, assignment("", path, value) + (text.isBlank() ? "" : newline()));
  }

  private TomlText inInlineTable(Value table, List<String> path, JsonNode value)
      throws ConfigSyntaxException {
    String pair = TomlTree.key(path) + " = " + TomlTree.text(value);
    if (table.pairs().isEmpty()) {
      return replaced(table.start(), table.end(), "{ " + pair + " }");
    }
    int end = table.pairs().getLast().end();
    return replaced(end, end, ", " + pair);
  }

  /** Adds a line below a statement, with the same indentation. */
  private TomlText line(Statement above, List<String> path, JsonNode value)
      throws ConfigSyntaxException {
    int lineStart = lineStart(above.start());
    String before = text.substring(lineStart, above.start());
    String indent = before.isBlank() ? before : "";
    int end = lineEnd(above.end());
    String line = assignment(indent, path, value);
    return end > 0 && text.charAt(end - 1) == '\n'
        ? replaced(end, end, line)
        : replaced(end, end, newline() + line.stripTrailing());
  }

  private TomlText atEnd(String lines) throws ConfigSyntaxException {
    String gap = text.isEmpty() ? "" : text.endsWith("\n") ? newline() : newline().repeat(2);
    return parse(text + gap + lines);
  }

  private String assignment(String indent, List<String> path, JsonNode value) {
    return indent + TomlTree.key(path) + " = " + TomlTree.text(value) + newline();
  }

  private Statement lastOf(Header header) {
    return statements.stream()
        .skip(statements.indexOf(header) + 1L)
        .takeWhile(s -> s instanceof Pair)
        .reduce((first, last) -> last)
        .orElse(header);
  }

  @Override
  public TomlText without(List<String> path) throws ConfigSyntaxException {
    if (get(path).isEmpty()) {
      return this;
    }
    requireTables(path);
    List<int[]> cuts = new ArrayList<>();
    for (Statement statement : statements) {
      if (Paths.startsWith(statement.path(), path)) {
        cuts.add(cut(statement));
      }
    }
    if (cuts.isEmpty()) {
      return withoutInline(path);
    }
    StringBuilder rest = new StringBuilder(text);
    cuts.reversed().forEach(cut -> rest.delete(cut[0], cut[1]));
    return parse(rest.toString());
  }

  /** A statement's lines, and the blank line above a header, if no other statement follows it. */
  private int[] cut(Statement statement) {
    int start = lineStart(statement.start());
    int end = lineEnd(statement.end());
    if (statement instanceof Header && start > 0) {
      int above = lineStart(start - 1);
      if (text.substring(above, start).isBlank()) {
        start = above;
      }
    }
    return new int[] {start, end};
  }

  private TomlText withoutInline(List<String> path) throws ConfigSyntaxException {
    for (Pair holder : pairs()) {
      List<Pair> members = holder.value().pairs();
      List<Pair> gone = members.stream().filter(p -> Paths.startsWith(p.path(), path)).toList();
      if (!gone.isEmpty()) {
        List<Value> spans =
            members.stream()
                .map(p -> new Value(p.start(), p.end(), Kind.OTHER, List.of(), List.of()))
                .toList();
        return withoutItem(holder.value(), spans, members.indexOf(gone.getFirst())).without(path);
      }
    }
    throw misplaced(path, "a table");
  }

  /** Returns this with an element at the end of an array, which is made if it is missing. */
  public TomlText withElement(List<String> path, JsonNode element) throws ConfigSyntaxException {
    Optional<Pair> pair = find(pairs(), path);
    if (pair.isEmpty()) {
      return with(path, JsonNodeFactory.instance.arrayNode().add(element));
    }
    Value array = pair.get().value();
    if (array.kind() != Kind.ARRAY) {
      throw ConfigSyntaxException.at(
          text, array.start(), "expected `%s` to be an array".formatted(TomlTree.key(path)));
    }
    String item = TomlTree.text(element);
    if (array.elements().isEmpty()) {
      return replaced(array.start(), array.end(), "[" + item + "]");
    }
    Value last = array.elements().getLast();
    int lineStart = lineStart(last.start());
    String indent = text.substring(lineStart, last.start());
    String separator = indent.isBlank() && lineStart > array.start() ? newline() + indent : " ";
    return replaced(last.end(), last.end(), "," + separator + item);
  }

  /** Returns this without an element of an array, if it is there. */
  public TomlText withoutElement(List<String> path, JsonNode element) throws ConfigSyntaxException {
    Optional<Pair> pair = find(pairs(), path);
    JsonNode array = get(path).orElse(tree);
    for (int i = 0; pair.isPresent() && i < array.size(); i++) {
      if (array.get(i).equals(element)) {
        Value value = pair.get().value();
        return withoutItem(value, value.elements(), i);
      }
    }
    return this;
  }

  private TomlText withoutItem(Value list, List<Value> items, int index)
      throws ConfigSyntaxException {
    if (items.size() == 1) {
      return replaced(list.start() + 1, list.end() - 1, "");
    }
    return index > 0
        ? replaced(items.get(index - 1).end(), items.get(index).end(), "")
        : replaced(items.getFirst().start(), items.get(1).start(), "");
  }

  /** The pairs of the file, those of inline tables too. */
  private List<Pair> pairs() {
    List<Pair> pairs = new ArrayList<>();
    for (Statement statement : statements) {
      if (statement instanceof Pair pair) {
        collect(pair, pairs);
      }
    }
    return pairs;
  }

  private static void collect(Pair pair, List<Pair> pairs) {
    pairs.add(pair);
    pair.value().pairs().forEach(member -> collect(member, pairs));
  }

  private static Optional<Pair> find(List<Pair> pairs, List<String> path) {
    return pairs.stream().filter(p -> !p.inArray() && p.path().equals(path)).findFirst();
  }

  /** What is in the way to a value must be tables, and no arrays of tables. */
  private void requireTables(List<String> path) throws ConfigSyntaxException {
    JsonNode node = tree;
    for (int length = 1; length < path.size(); length++) {
      node = node.path(path.get(length - 1));
      if (!node.isMissingNode() && !node.isObject()) {
        throw misplaced(path.subList(0, length), node.isArray() ? "an array" : "a value");
      }
    }
  }

  private ConfigSyntaxException misplaced(List<String> path, String found) {
    int offset =
        statements.stream()
            .filter(s -> Paths.startsWith(s.path(), path))
            .findFirst()
            .map(Statement::start)
            .orElse(0);
    return ConfigSyntaxException.at(
        text, offset, "expected `%s` to be a table, found %s".formatted(TomlTree.key(path), found));
  }

  private TomlText replaced(int start, int end, String by) throws ConfigSyntaxException {
    return parse(text.substring(0, start) + by + text.substring(end));
  }

  private int lineStart(int offset) {
    return text.lastIndexOf('\n', offset - 1) + 1;
  }

  private int lineEnd(int offset) {
    int end = text.indexOf('\n', offset);
    return end < 0 ? text.length() : end + 1;
  }

  private String newline() {
    return text.contains("\r\n") ? "\r\n" : "\n";
  }
}
