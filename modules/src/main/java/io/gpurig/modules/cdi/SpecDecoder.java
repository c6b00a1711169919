package io.gpurig.modules.cdi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.gpurig.modules.cdi.SpecType.Slice;
import io.gpurig.modules.cdi.SpecType.Struct;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decodes a value into a spec as encoding/json does with unknown fields disallowed: names match in
 * any case, null sets nothing, and of two names that differ in case the later one is decoded into
 * what the earlier one left. Numbers and booleans become text where text is wanted, which {@code
 * sigs.k8s.io/yaml} does.
 */
final class SpecDecoder {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Pattern INTEGER = Pattern.compile("-?[0-9]+");

  private final List<Fault> faults = new ArrayList<>();
  private final Map<String, Place> places = new HashMap<>();
  private final List<String> fields = new ArrayList<>();

  /**
   * A decoded spec.
   *
   * @param tree the fields that are set, by their proper names
   * @param places by JSON pointer of the tree
   * @param faults in the order in which Go meets them; it reports the first
   */
  record Decoded(JsonNode tree, Map<String, Place> places, List<Fault> faults) {}

  private SpecDecoder() {}

  static Decoded decode(GoValue value) {
    SpecDecoder decoder = new SpecDecoder();
    JsonNode tree = decoder.value(value, SpecType.SPEC, null, "", "");
    return new Decoded(
        tree == null ? NullNode.instance : tree, decoder.places, List.copyOf(decoder.faults));
  }

  /**
   * @param old what is there already; null stands for the zero value
   * @param pointer where the value stands in the tree
   * @param struct the struct whose field is decoded, as messages name it
   */
  private @Nullable JsonNode value(
      GoValue value, SpecType type, @Nullable JsonNode old, String pointer, String struct) {
    places.put(pointer, value.place());
    if (value instanceof GoValue.Null) {
      // text and numbers stay what they are; pointers, slices and maps become nil
      boolean kept = type instanceof SpecType.Text || isPlainStruct(type, pointer);
      return kept || type.equals(SpecType.INT64) ? old : null;
    }
    return switch (type) {
      case Struct fields when value instanceof GoValue.Entries entries ->
          object(entries, fields, old, pointer);
      case Slice slice when value instanceof GoValue.Items items ->
          array(items, slice, old, pointer, struct);
      case SpecType.Texts texts when value instanceof GoValue.Entries entries ->
          texts(entries, old, pointer, struct);
      case SpecType.Text text when isScalar(value) -> JSON.textNode(GoYaml.text(value));
      case SpecType.Bool bool when value instanceof GoValue.Bool(boolean set, Place place) ->
          JSON.booleanNode(set);
      case SpecType.Int number when isNumber(value) -> integer(value, number, old, struct);
      default -> {
        mismatch(kind(value), type, value.place(), struct);
        yield old;
      }
    };
  }

  /** Structs that are no pointers: the edits of a spec and of a device, and devices. */
  private static boolean isPlainStruct(SpecType type, String pointer) {
    return type.equals(SpecType.CONTAINER_EDITS)
        || type.equals(SpecType.DEVICE)
        || pointer.isEmpty();
  }

  private JsonNode object(
      GoValue.Entries entries, Struct struct, @Nullable JsonNode old, String pointer) {
    ObjectNode object = old instanceof ObjectNode before ? before : JSON.objectNode();
    entries
        .entries()
        .forEach(
            (key, entry) ->
                struct
                    .field(key)
                    .ifPresentOrElse(
                        field -> field(object, struct, field, entry.value(), pointer),
                        () -> unknown(key, entry.key(), struct)));
    return object;
  }

  private void field(
      ObjectNode object, Struct struct, String field, GoValue value, String pointer) {
    fields.add(field);
    SpecType type = java.util.Objects.requireNonNull(struct.fields().get(field));
    JsonNode decoded =
        value(value, type, object.get(field), pointer + "/" + field, struct.goName());
    if (decoded == null) {
      object.remove(field);
    } else {
      object.set(field, decoded);
    }
    fields.removeLast();
  }

  private void unknown(String key, Place place, Struct struct) {
    String fix =
        io.gpurig.engine.problem.Nearest.to(key, struct.fields().keySet())
            .map(near -> "did you mean `" + near + "`?")
            .orElse("expected one of " + String.join(", ", struct.fields().keySet()));
    faults.add(new Fault("json: unknown field " + GoText.quote(key), place, fix));
  }

  private JsonNode array(
      GoValue.Items items, Slice slice, @Nullable JsonNode old, String pointer, String struct) {
    ArrayNode array = JSON.arrayNode();
    for (int i = 0; i < items.values().size(); i++) {
      JsonNode before = old == null ? null : old.get(i);
      JsonNode item =
          value(items.values().get(i), slice.element(), before, pointer + "/" + i, struct);
      array.add(item == null ? zero(slice.element()) : item);
    }
    return array;
  }

  private static JsonNode zero(SpecType type) {
    return switch (type) {
      case SpecType.Text text -> TextNode.valueOf("");
      case SpecType.Int number -> JSON.numberNode(0L);
      default -> type.equals(SpecType.DEVICE) ? JSON.objectNode() : NullNode.instance;
    };
  }

  private JsonNode texts(
      GoValue.Entries entries, @Nullable JsonNode old, String pointer, String struct) {
    ObjectNode object = old instanceof ObjectNode before ? before : JSON.objectNode();
    for (Map.Entry<String, GoValue.Entry> entry : entries.entries().entrySet()) {
      String child = pointer + "/" + entry.getKey().replace("~", "~0").replace("/", "~1");
      fields.add(entry.getKey());
      JsonNode text = value(entry.getValue().value(), SpecType.TEXT, null, child, struct);
      fields.removeLast();
      object.set(entry.getKey(), text == null ? TextNode.valueOf("") : text);
    }
    return object;
  }

  private @Nullable JsonNode integer(
      GoValue value, SpecType.Int type, @Nullable JsonNode old, String struct) {
    String literal =
        value instanceof GoValue.Decimal(double number, Place place)
            ? GoText.jsonFloat(number)
            : GoYaml.text(value);
    boolean signed = literal.startsWith("-") && type.least().signum() == 0;
    if (INTEGER.matcher(literal).matches() && !signed) {
      BigInteger number = new BigInteger(literal);
      if (number.compareTo(type.least()) >= 0 && number.compareTo(type.most()) <= 0) {
        return JSON.numberNode(number.longValueExact());
      }
    }
    mismatch("number " + literal, type, value.place(), struct);
    return old;
  }

  private void mismatch(String found, SpecType type, Place place, String struct) {
    String goName = type instanceof Struct named ? "specs." + named.goName() : type.goName();
    String where =
        fields.isEmpty()
            ? "Go value"
            : "Go struct field %s.%s".formatted(struct, String.join(".", fields));
    faults.add(
        new Fault(
            "json: cannot unmarshal %s into %s of type %s".formatted(found, where, goName), place));
  }

  private static boolean isScalar(GoValue value) {
    return !(value instanceof GoValue.Items) && !(value instanceof GoValue.Entries);
  }

  private static boolean isNumber(GoValue value) {
    return value instanceof GoValue.Int || value instanceof GoValue.Decimal;
  }

  private static String kind(GoValue value) {
    return switch (value) {
      case GoValue.Bool b -> "bool";
      case GoValue.Int i -> "number";
      case GoValue.Decimal d -> "number";
      case GoValue.Items i -> "array";
      case GoValue.Entries e -> "object";
      case GoValue.Text t -> "string";
      case GoValue.Null n -> "null";
    };
  }
}
