package io.gpurig.modules.config;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.modules.config.JsonScanner.Member;
import io.gpurig.modules.config.JsonScanner.Value;
import java.util.List;
import java.util.Optional;

/** A JSON file whose text is edited in place. A file of blanks alone is taken for none. */
public final class JsonText implements ConfigText {
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final String text;
  private final Value root;
  private final JsonStyle style;

  private JsonText(String text, Value root) {
    this.text = text;
    this.root = root;
    this.style = JsonStyle.of(text, root);
  }

  /** Returns an empty object, as text {@code {}}. */
  public static JsonText empty() {
    try {
      return parse("{}");
    } catch (ConfigSyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Returns the file with this text.
   *
   * @throws ConfigSyntaxException if it is not a JSON object
   */
  public static JsonText parse(String text) throws ConfigSyntaxException {
    requireNonNull(text, "text is null");
    String blank = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    String content = blank.isBlank() ? text.stripTrailing() + "{}\n" : text;
    int start = content.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
    Value root = JsonScanner.scan(content, start);
    if (!root.isObject()) {
      throw ConfigSyntaxException.at(
          content, root.start(), "expected an object, found " + root.kind());
    }
    return new JsonText(content, root);
  }

  @Override
  public String text() {
    return text;
  }

  @Override
  public JsonNode tree() {
    return root.node();
  }

  @Override
  public JsonText with(List<String> path, JsonNode value) throws ConfigSyntaxException {
    if (path.isEmpty()) {
      throw new IllegalArgumentException("the path is empty");
    }
    Value at = root;
    for (int depth = 0; depth < path.size(); depth++) {
      Optional<Member> member = member(at, path.get(depth));
      JsonNode rest = nested(path.subList(depth + 1, path.size()), value);
      if (member.isEmpty()) {
        return insert(at, depth, path.get(depth), rest);
      }
      Value found = member.get().value();
      boolean last = depth == path.size() - 1;
      if (last && found.node().equals(value)) {
        return this;
      }
      if (last || found.node().isNull()) {
        return replace(found, style.of(rest, depth + 1, isMultiline(at)));
      }
      if (!found.isObject()) {
        throw ConfigSyntaxException.at(
            text,
            found.start(),
            "expected `%s` to be an object, found %s".formatted(path.get(depth), found.kind()));
      }
      at = found;
    }
    throw new IllegalStateException("unreachable");
  }

  @Override
  public JsonText without(List<String> path) throws ConfigSyntaxException {
    Value at = root;
    for (String key : path.subList(0, path.size() - 1)) {
      Optional<Member> member = member(at, key);
      if (member.isEmpty() || !member.get().value().isObject()) {
        return this;
      }
      at = member.get().value();
    }
    Optional<Member> member = member(at, path.getLast());
    return member.isEmpty() ? this : delete(at, member.get());
  }

  private JsonText delete(Value object, Member member) throws ConfigSyntaxException {
    List<Member> members = object.members();
    int index = members.indexOf(member);
    int from = index > 0 ? members.get(index - 1).value().end() : member.start();
    int to = member.value().end();
    if (index == 0) {
      from = members.size() > 1 ? member.start() : object.start() + 1;
      to = members.size() > 1 ? members.get(1).start() : object.end() - 1;
    }
    return parse(text.substring(0, from) + text.substring(to));
  }

  private JsonText insert(Value object, int depth, String key, JsonNode value)
      throws ConfigSyntaxException {
    List<Member> members = object.members();
    boolean multiline = members.isEmpty() ? depth == 0 || !oneLine() : isMultiline(object);
    String member = style.key(key) + style.of(value, depth + 1, multiline);
    String separator = multiline ? style.line(depth + 1) : style.space();
    if (members.isEmpty()) {
      String inside = multiline ? separator + member + style.line(depth) : member;
      return parse(
          text.substring(0, object.start() + 1) + inside + text.substring(object.end() - 1));
    }
    if (multiline) {
      // under the last one, whatever its indentation
      separator = style.newline() + indentation(members.getLast());
    }
    int end = members.getLast().value().end();
    return parse(text.substring(0, end) + "," + separator + member + text.substring(end));
  }

  private JsonText replace(Value value, String by) throws ConfigSyntaxException {
    return parse(text.substring(0, value.start()) + by + text.substring(value.end()));
  }

  /** Whether the members of an object, which has some, stand on lines of their own. */
  private boolean isMultiline(Value object) {
    return text.substring(object.start(), object.members().getLast().start()).contains("\n");
  }

  private boolean oneLine() {
    return !text.substring(root.start(), root.end()).contains("\n");
  }

  private String indentation(Member member) {
    String before = text.substring(0, member.start());
    String line = before.substring(before.lastIndexOf('\n') + 1);
    return line.isBlank() ? line : line.substring(0, line.length() - line.stripLeading().length());
  }

  /** Of a key that is there twice readers take one or the other, so it is not edited. */
  private Optional<Member> member(Value object, String key) throws ConfigSyntaxException {
    List<Member> found = object.members().stream().filter(m -> m.key().equals(key)).toList();
    if (found.size() > 1) {
      throw ConfigSyntaxException.at(
          text, found.getLast().start(), "`%s` is there a second time".formatted(key));
    }
    return found.stream().findFirst();
  }

  private static JsonNode nested(List<String> path, JsonNode value) {
    JsonNode node = value;
    for (String key : path.reversed()) {
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      object.set(key, node);
      node = object;
    }
    return node;
  }
}
