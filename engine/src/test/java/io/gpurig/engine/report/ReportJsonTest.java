package io.gpurig.engine.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The published schema says exactly what is written. */
final class ReportJsonTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void reportsAreAsTheSchemaSays() throws IOException {
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(strict());
    Stream<Report> reports = Stream.of(Samples.fleet(), Samples.applied(), Samples.validated());
    Stream<Report> hostile = Samples.HOSTILE.stream().map(Samples::hostile);
    Stream.concat(reports, hostile)
        .map(ReportJson::render)
        .forEach(json -> assertThat(schema.validate(json, InputFormat.JSON)).as(json).isEmpty());
    assertThat(schema.validate("{\"gpurigReport\": 2}", InputFormat.JSON)).isNotEmpty();
  }

  @Test
  void everyPropertyIsDescribed() throws IOException {
    JsonNode schema = schema();
    assertThat(schema.findValues("properties")).hasSize(7);
    for (JsonNode properties : schema.findValues("properties")) {
      properties.forEach(
          property ->
              assertThat(property.has("description") || property.has("$ref"))
                  .as(property.toString())
                  .isTrue());
    }
  }

  @Test
  void textSurvivesItsEscapes() throws IOException {
    for (String text : Samples.HOSTILE) {
      JsonNode json = JSON.readTree(ReportJson.render(Samples.hostile(text)));
      assertThat(json.path("plan").asText()).isEqualTo(text);
    }
  }

  /** The schema with nothing allowed that it does not describe; users get the tolerant one. */
  private static JsonNode strict() throws IOException {
    JsonNode schema = schema();
    ((ObjectNode) schema).put("additionalProperties", false);
    schema
        .path("$defs")
        .properties()
        .forEach(
            definition -> {
              if (!definition.getKey().equals("action")) {
                ((ObjectNode) definition.getValue()).put("additionalProperties", false);
              }
            });
    return schema;
  }

  private static JsonNode schema() throws IOException {
    try (InputStream in =
        ReportJsonTest.class.getResourceAsStream("/io/gpurig/schema/report.schema.json")) {
      return JSON.readTree(Objects.requireNonNull(in));
    }
  }
}
