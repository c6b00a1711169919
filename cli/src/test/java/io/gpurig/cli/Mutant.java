package io.gpurig.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Makes bad input of good, in a way that its seed repeats. */
final class Mutant {
  /** What parsers, terminals, shells and renderers stumble over. */
  private static final List<String> TEXTS =
      List.of(
          "",
          "\u001b]0;owned\u0007",
          "\u202e",
          "$(touch /tmp/owned)",
          "`id`",
          "'; rm -rf / #",
          "../../../../etc/passwd",
          "/etc/./../..//x",
          "<script>alert(1)</script>",
          "]]>&x;",
          "](javascript:alert(1))",
          "=cmd|' /C calc'!A0",
          "\u0000",
          "\ud800",
          "%s%n%1$s{}",
          "-1",
          "99999999999999999999",
          "1e400",
          "NaN",
          "null",
          "true",
          "{",
          "[[[[",
          "(secret HOME)",
          "${x}",
          "|1|a|b",
          "\r\n\r\n",
          "x".repeat(70_000),
          "a/".repeat(5_000),
          "\n".repeat(5_000));

  private final Random random;

  Mutant(long seed) {
    this.random = new Random(seed);
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  /** Returns bytes with a few of them turned, taken out, doubled, cut off or put in. */
  byte[] of(byte[] good) {
    byte[] bytes = good;
    for (int i = 1 + random.nextInt(4); i > 0 && bytes.length > 0; i--) {
      int at = random.nextInt(bytes.length);
      int to = Math.min(bytes.length, at + 1 + random.nextInt(40));
      byte[] text = one(TEXTS).getBytes(java.nio.charset.StandardCharsets.UTF_8);
      bytes =
          switch (random.nextInt(6)) {
            case 0 -> joined(part(bytes, 0, at), part(bytes, to, bytes.length));
            case 1 -> joined(part(bytes, 0, to), part(bytes, at, bytes.length));
            case 2 -> part(bytes, 0, at);
            case 3 -> joined(joined(part(bytes, 0, at), text), part(bytes, at, bytes.length));
            case 4 -> joined(joined(part(bytes, 0, at), text), part(bytes, to, bytes.length));
            default -> turned(bytes, at);
          };
    }
    return bytes;
  }

  private byte[] turned(byte[] bytes, int at) {
    byte[] copy = bytes.clone();
    copy[at] = (byte) random.nextInt(256);
    return copy;
  }

  private static byte[] part(byte[] bytes, int from, int to) {
    return java.util.Arrays.copyOfRange(bytes, from, to);
  }

  private static byte[] joined(byte[] one, byte[] two) {
    byte[] joined = java.util.Arrays.copyOf(one, one.length + two.length);
    System.arraycopy(two, 0, joined, one.length, two.length);
    return joined;
  }

  /** Returns a tree with a few of its values replaced, taken out, moved or renamed. */
  JsonNode of(JsonNode good) {
    JsonNode root = good.deepCopy();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      List<JsonNode> inner = new ArrayList<>();
      collect(root, inner);
      if (!inner.isEmpty()) {
        damage(one(inner));
      }
    }
    return root;
  }

  private static void collect(JsonNode node, List<JsonNode> inner) {
    if (!node.isEmpty()) {
      inner.add(node);
      node.forEach(child -> collect(child, inner));
    }
  }

  private void damage(JsonNode node) {
    switch (node) {
      case ObjectNode object -> {
        Map.Entry<String, JsonNode> entry = one(List.copyOf(object.properties()));
        switch (random.nextInt(4)) {
          case 0 -> object.remove(entry.getKey());
          case 1 -> object.set(one(TEXTS), entry.getValue());
          default -> object.set(entry.getKey(), worse(entry.getValue()));
        }
      }
      case ArrayNode array -> {
        int at = random.nextInt(array.size());
        switch (random.nextInt(4)) {
          case 0 -> array.remove(at);
          case 1 -> array.add(array.get(at));
          default -> array.set(at, worse(array.get(at)));
        }
      }
      default -> {
        // a value has nothing in it
      }
    }
  }

  private JsonNode worse(JsonNode value) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    if (value.isTextual() && random.nextInt(3) > 0) {
      byte[] bytes = value.asText().getBytes(java.nio.charset.StandardCharsets.UTF_8);
      return json.textNode(new String(of(bytes), java.nio.charset.StandardCharsets.UTF_8));
    }
    return switch (random.nextInt(8)) {
      case 0 -> json.nullNode();
      case 1 -> json.booleanNode(random.nextBoolean());
      case 2 -> json.numberNode(random.nextLong());
      case 3 -> json.numberNode(random.nextInt(5) - 2);
      case 4 -> json.objectNode();
      case 5 -> json.arrayNode().add(value);
      default -> json.textNode(one(TEXTS));
    };
  }
}
