package io.gpurig.engine.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.gpurig.engine.problem.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** A JSON Schema of the product, against which documents are checked and completed. Immutable. */
public final class Schema {
  private static final Map<String, Schema> LOADED = new ConcurrentHashMap<>();

  private final JsonNode root;
  private final com.networknt.schema.Schema compiled;

  private Schema(JsonNode root) {
    this.root = root;
    this.compiled =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(root);
  }

  /**
   * Returns a schema that comes with the program; each is read and compiled once.
   *
   * @param name the file name in {@code schema/}, such as {@code plan.schema.json}
   * @throws IllegalArgumentException if there is no such schema
   */
  public static Schema load(String name) {
    return LOADED.computeIfAbsent(name, Schema::read);
  }

  private static Schema read(String name) {
    try (InputStream in = Schema.class.getResourceAsStream("/io/gpurig/schema/" + name)) {
      if (in == null) {
        throw new IllegalArgumentException("no schema is named " + name);
      }
      return of(new JsonMapper().readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Schema of(JsonNode root) {
    return new Schema(root);
  }

  /**
   * Checks a tree.
   *
   * @param document where positions come from
   * @param tree the document's tree, or what variables made of it
   * @param suspended JSON pointers of values that are not known yet: nothing is reported about them
   * @param problems gets {@code schema/...} for everything that does not fit
   */
  public void validate(
      Document document, JsonNode tree, Predicate<String> suspended, Problems problems) {
    List<Error> errors = compiled.validate(tree);
    new SchemaProblems(root, document, tree).explain(errors, suspended).forEach(problems::add);
  }

  /**
   * Returns the JSON pointers of the values that may be the path of a YAML file instead: those with
   * {@code "format": "yaml-file"}, below properties only.
   */
  public List<String> files() {
    List<String> found = new ArrayList<>();
    files(root, "", found);
    return found;
  }

  private void files(JsonNode schema, String pointer, List<String> found) {
    JsonNode at = schema;
    while (at.path("$ref").asText().startsWith("#")) {
      at = root.at(at.path("$ref").asText().substring(1));
    }
    if (at.path("format").asText().equals("yaml-file")) {
      found.add(pointer);
      return;
    }
    at.path("properties")
        .properties()
        .forEach(e -> files(e.getValue(), Pointers.child(pointer, e.getKey()), found));
  }

  /**
   * Returns a copy of the tree that has, in every mapping that is present, the defaults of the keys
   * that are absent. A default reached through a local {@code $ref} counts as well.
   */
  public JsonNode withDefaults(JsonNode tree) {
    return new Defaults(root).fill(tree);
  }
}
