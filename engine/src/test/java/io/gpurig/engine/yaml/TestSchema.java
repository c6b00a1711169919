package io.gpurig.engine.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.problem.Rendered;
import org.junit.jupiter.api.Test;

final class TestSchema {
  private final Problems problems = new Problems();

  @Test
  void isLoadedOnce() {
    assertThat(Schema.load("plan.schema.json")).isSameAs(Schema.load("plan.schema.json"));
    assertThatThrownBy(() -> Schema.load("no.json")).hasMessage("no schema is named no.json");
  }

  @Test
  void defaultsAreFilledInWhereASectionIsPresent() {
    JsonNode tree = tree("name: x\nhosts: all\ndriver: {deploy: true, env: {A: b}}\n");
    JsonNode filled = Schema.load("plan.schema.json").withDefaults(tree);
    assertThat(filled.path("driver").toString())
        .isEqualTo(
            "{\"deploy\":true,\"env\":{\"A\":\"b\"},\"image\":\"nvcr.io/nvidia/driver:580.126.16\","
                + "\"evictClients\":false,\"readyTimeout\":\"21m\"}");
    assertThat(filled.has("toolkit")).isFalse();
    assertThat(filled.path("vars").toString()).isEqualTo("{}");
    assertThat(filled.path("rollout").path("allowDisruption").asText())
        .isEqualTo("workspace-restart");
    assertThat(tree.has("rollout")).as("the tree that was given").isFalse();
  }

  @Test
  void defaultsReachIntoListsAndMaps() {
    Schema schema =
        schema(
            """
            properties:
              list: {items: {$ref: '#/$defs/item'}}
              map: {additionalProperties: {$ref: '#/$defs/item'}}
              loop: {$ref: '#/$defs/loop'}
            $defs:
              item: {properties: {size: {default: 3}}}
              loop: {properties: {loop: {$ref: '#/$defs/loop'}, end: {default: true}}}
            """);
    JsonNode tree = tree("list: [{}, {size: 1}, x]\nmap: {a: {}}\nloop: {loop: {}}\n");
    assertThat(schema.withDefaults(tree).toString())
        .isEqualTo(
            "{\"list\":[{\"size\":3},{\"size\":1},\"x\"],\"map\":{\"a\":{\"size\":3}},"
                + "\"loop\":{\"loop\":{\"end\":true},\"end\":true}}");
  }

  @Test
  void everyKindOfProblemIsSaidInPlainWords() {
    Schema schema =
        schema(
            """
            properties:
              port: {type: integer, minimum: 1, maximum: 65535}
              ratio: {exclusiveMinimum: 0, exclusiveMaximum: 1}
              few: {type: array, maxItems: 2, uniqueItems: true}
              many: {type: array, minItems: 1}
              map: {type: object, minProperties: 1}
              short: {type: string, maxLength: 3}
              long: {type: string, minLength: 3, description: At least three letters.}
              code: {type: string, pattern: '^[a-z]+$'}
              count: {type: number}
              none: {type: 'null'}
              fixed: {const: 1}
            additionalProperties: false
            """);
    Document document =
        Document.parse(
                "x.yaml",
                """
                port: 0
                ratio: 1
                few: [1, 1, 2]
                many: []
                map: {}
                short: abcd
                long: ab
                code: A1
                count: "12"
                none: 0
                fixed: 2
                """,
                problems)
            .orElseThrow();
    schema.validate(document, document.tree(), pointer -> false, problems);
    assertThat(Rendered.of(problems).replaceAll("(?m)^ {2}\\|.*\n", ""))
        .isEqualTo(
            """
            x.yaml:1:7: error[schema/minimum]: `port` must be at least 1, found 0
            x.yaml:2:8: error[schema/exclusiveMaximum]: `ratio` must be less than 1, found 1
            x.yaml:3:6: error[schema/maxItems]: `few` must have at most 2 items
            x.yaml:3:6: error[schema/uniqueItems]: `few` has the same item twice
            x.yaml:4:7: error[schema/minItems]: `many` must have at least 1 item
            x.yaml:5:6: error[schema/minProperties]: `map` must have at least 1 key
            x.yaml:6:8: error[schema/maxLength]: `short` must have at most 3 characters
            x.yaml:7:7: error[schema/minLength]: the string "ab" is not valid for `long`
              = expected at least three letters
            x.yaml:8:7: error[schema/pattern]: the string "A1" is not valid for `code`
            x.yaml:9:8: error[schema/type]: `count` must be a number, found the string "12"
              = write it without quotes
            x.yaml:10:7: error[schema/type]: `none` must be nothing, found the number 0
            x.yaml:11:8: error[schema/const]: `fixed` must be 1
            """);
  }

  @Test
  void nothingIsSaidAboutSuspendedValues() {
    Document document = Document.parse("x", "name: 5\nhosts: 5\n", problems).orElseThrow();
    Schema.load("plan.schema.json").validate(document, document.tree(), "/name"::equals, problems);
    assertThat(Rendered.of(problems)).doesNotContain("`name`").contains("`hosts`");
  }

  private Schema schema(String text) {
    return Schema.of(tree(text));
  }

  private JsonNode tree(String text) {
    return Document.parse("x", text, problems).orElseThrow().tree();
  }
}
