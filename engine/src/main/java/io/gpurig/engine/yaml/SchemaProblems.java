package io.gpurig.engine.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.path.NodePath;
import io.gpurig.engine.problem.Nearest;
import io.gpurig.engine.problem.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Says in plain words, and at its place, what a schema complains about. */
final class SchemaProblems {
  private final JsonNode schema;
  private final Document document;
  private final JsonNode tree;

  SchemaProblems(JsonNode schema, Document document, JsonNode tree) {
    this.schema = schema;
    this.document = document;
    this.tree = tree;
  }

  List<Problem> explain(List<Error> errors, Predicate<String> suspended) {
    Map<String, Set<String>> misspelt = new HashMap<>();
    Set<String> wrongKind = new HashSet<>();
    for (Error error : errors) {
      String pointer = pointer(error.getInstanceLocation());
      if (error.getKeyword().equals("additionalProperties")) {
        nearestKey(error)
            .ifPresent(key -> misspelt.computeIfAbsent(pointer, p -> new HashSet<>()).add(key));
      } else if (error.getKeyword().equals("type") || error.getKeyword().equals("pattern")) {
        wrongKind.add(pointer);
      }
    }
    List<Problem> problems = new ArrayList<>();
    for (Error error : errors) {
      String pointer = pointer(error.getInstanceLocation());
      boolean said =
          switch (error.getKeyword()) {
            case "required" ->
                misspelt.getOrDefault(pointer, Set.of()).contains(error.getProperty());
            case "enum", "minLength", "maxLength" ->
                wrongKind.contains(pointer) && !tree.at(pointer).asText().isEmpty();
            case "pattern" -> tree.at(pointer).asText().isEmpty();
            default -> false;
          };
      if (!said && !suspended.test(pointer)) {
        problems.add(explain(error, pointer));
      }
    }
    return problems;
  }

  private Problem explain(Error error, String pointer) {
    return switch (error.getKeyword()) {
      case "additionalProperties" -> unknownKey(error, pointer);
      case "required" ->
          Problem.error(
              "schema/required",
              document.key(pointer),
              "missing required key `" + error.getProperty() + "`");
      case "propertyNames" -> wrongName(error, pointer);
      case "enum" -> notInList(error, pointer);
      case "type" -> wrongType(error, pointer);
      case "pattern", "format" -> misformed(error, pointer);
      case "minLength" ->
          tree.at(pointer).asText().isEmpty()
              ? atValue(error, pointer, named(pointer) + " must not be empty")
              : misformed(error, pointer);
      case "maxLength" ->
          atValue(
              error,
              pointer,
              named(pointer) + " must have at most " + limit(error) + " characters");
      case "minimum" -> bound(error, pointer, "at least ");
      case "maximum" -> bound(error, pointer, "at most ");
      case "exclusiveMinimum" -> bound(error, pointer, "more than ");
      case "exclusiveMaximum" -> bound(error, pointer, "less than ");
      case "minItems" ->
          atValue(error, pointer, named(pointer) + " must have at least " + items(error));
      case "maxItems" ->
          atValue(error, pointer, named(pointer) + " must have at most " + items(error));
      case "minProperties" ->
          atValue(error, pointer, named(pointer) + " must have at least " + keys(error));
      case "uniqueItems" -> atValue(error, pointer, named(pointer) + " has the same item twice");
      case "const" -> atValue(error, pointer, named(pointer) + " must be " + limit(error));
      default -> atValue(error, pointer, named(pointer) + " " + error.getMessage());
    };
  }

  private Problem unknownKey(Error error, String pointer) {
    String key = error.getProperty();
    List<String> known = knownKeys(error);
    Problem problem =
        Problem.error(
            "schema/unknown-key",
            document.key(Pointers.child(pointer, key)),
            "unknown key `" + key + "`");
    return nearestKey(error)
        .map(near -> problem.suggest("did you mean `" + near + "`?"))
        .orElseGet(
            () ->
                known.isEmpty()
                    ? problem.suggest("remove it")
                    : problem.suggest("the keys here are " + String.join(", ", known)));
  }

  private Problem wrongName(Error error, String pointer) {
    String key = error.getProperty();
    Problem problem =
        Problem.error(
            "schema/key",
            document.key(Pointers.child(pointer, key)),
            "`" + key + "` cannot be a key of " + named(pointer));
    boolean word = error.getSchemaNode().path("pattern").asText().startsWith("^[A-Za-z_]");
    return word ? problem.suggest("use letters, digits and `_`, and no digit first") : problem;
  }

  private Problem notInList(Error error, String pointer) {
    List<String> values = new ArrayList<>();
    error.getSchemaNode().forEach(value -> values.add(value.asText()));
    Problem problem =
        atValue(
            error,
            pointer,
            named(pointer)
                + " must be one of "
                + String.join(", ", values)
                + "; found "
                + Kinds.found(tree.at(pointer)));
    return Nearest.to(tree.at(pointer).asText(), values)
        .map(near -> problem.suggest("did you mean `" + near + "`?"))
        .orElse(problem);
  }

  private Problem wrongType(Error error, String pointer) {
    JsonNode type = error.getSchemaNode();
    JsonNode value = tree.at(pointer);
    Problem problem =
        atValue(
            error,
            pointer,
            named(pointer) + " must be " + Kinds.expected(type) + ", found " + Kinds.found(value));
    return Kinds.remedy(type, value).map(problem::suggest).orElse(problem);
  }

  private Problem misformed(Error error, String pointer) {
    Problem problem =
        atValue(
            error, pointer, Kinds.found(tree.at(pointer)) + " is not valid for " + named(pointer));
    String description = parent(error).path("description").asText();
    if (description.isEmpty()) {
      return problem;
    }
    String sentence = description.replaceFirst("\\.$", "");
    return problem.suggest(
        "expected " + sentence.substring(0, 1).toLowerCase(Locale.ROOT) + sentence.substring(1));
  }

  private Problem bound(Error error, String pointer, String relation) {
    return atValue(
        error,
        pointer,
        named(pointer)
            + " must be "
            + relation
            + limit(error)
            + ", found "
            + tree.at(pointer).asText());
  }

  private Problem atValue(Error error, String pointer, String message) {
    return Problem.error("schema/" + error.getKeyword(), document.value(pointer), message);
  }

  private Optional<String> nearestKey(Error error) {
    JsonNode object = tree.at(pointer(error.getInstanceLocation()));
    List<String> absent =
        knownKeys(error).stream().filter(key -> !object.has(key)).collect(Collectors.toList());
    return Nearest.to(error.getProperty(), absent);
  }

  private List<String> knownKeys(Error error) {
    List<String> keys = new ArrayList<>();
    parent(error).path("properties").fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  /** The schema that holds the keyword which failed. */
  private JsonNode parent(Error error) {
    String pointer = pointer(error.getSchemaLocation().getFragment());
    return schema.at(pointer.substring(0, Math.max(0, pointer.lastIndexOf('/'))));
  }

  private static String limit(Error error) {
    return error.getSchemaNode().asText();
  }

  private static String items(Error error) {
    return limit(error) + (limit(error).equals("1") ? " item" : " items");
  }

  private static String keys(Error error) {
    return limit(error) + (limit(error).equals("1") ? " key" : " keys");
  }

  private static String named(String pointer) {
    return pointer.isEmpty() ? "the document" : "`" + Pointers.last(pointer) + "`";
  }

  private static String pointer(NodePath path) {
    String pointer = "";
    for (int i = 0; i < path.getNameCount(); i++) {
      pointer = Pointers.child(pointer, String.valueOf(path.getElement(i)));
    }
    return pointer;
  }
}
