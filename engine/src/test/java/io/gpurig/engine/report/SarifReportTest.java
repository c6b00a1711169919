package io.gpurig.engine.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.gpurig.engine.report.HostReport.Status;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class SarifReportTest {
  private static final Schema SCHEMA = schema();

  @Provide
  Arbitrary<String> hostile() {
    return Samples.hostile();
  }

  @Test
  void aProblemWithAPlaceIsShownThere() throws IOException {
    JsonNode run = run(Samples.validated());
    JsonNode result = run.at("/results/0");
    assertThat(result.path("ruleId").asText()).isEqualTo("schema/unknown-key");
    assertThat(result.path("level").asText()).isEqualTo("error");
    assertThat(result.at("/message/text").asText())
        .isEqualTo("unknown key `deploi`\ndid you mean `deploy`?");
    JsonNode place = result.at("/locations/0/physicalLocation");
    assertThat(place.at("/artifactLocation/uri").asText()).isEqualTo("./plans/a%20b:c.yaml");
    assertThat(place.at("/region/startLine").asInt()).isEqualTo(4);
    assertThat(place.at("/region/startColumn").asInt()).isEqualTo(3);
    assertThat(place.at("/region/endColumn").asInt()).isEqualTo(9);
    assertThat(run.at("/results/1/level").asText()).isEqualTo("warning");
    assertThat(run.at("/tool/driver/rules/1/id").asText()).isEqualTo("inventory/empty-group");
  }

  @Test
  void theSameProblemOfManyHostsIsOneResult() throws IOException {
    JsonNode results = run(Samples.hostile("x")).path("results");
    assertThat(results).hasSize(2);
    assertThat(results.at("/0/locations")).hasSize(1);
    assertThat(results.at("/1/locations")).hasSize(Status.values().length);
    assertThat(run(Samples.fleet()).at("/results/0/locations/0/logicalLocations/0/name").asText())
        .isEqualTo("gpu-41");
  }

  @Property(tries = 300)
  void everyReportIsSarif(@ForAll("hostile") String text) throws IOException {
    JsonNode run = run(Samples.hostile(text));
    for (JsonNode result : run.path("results")) {
      assertThat(Samples.controls(result.at("/message/text").asText())).isEmpty();
      String uri = result.at("/locations/0/physicalLocation/artifactLocation/uri").asText();
      assertThat(URI.create(uri).getScheme()).isIn(null, "file");
    }
  }

  private static JsonNode run(Report report) throws IOException {
    String sarif = SarifReport.render(List.of(report), "1.2.3");
    assertThat(SCHEMA.validate(sarif, InputFormat.JSON)).as(sarif).isEmpty();
    assertThat(Samples.controls(sarif)).isEmpty();
    return new ObjectMapper().readTree(sarif).at("/runs/0");
  }

  /** The schema that OASIS publishes, out of a library's jar. */
  private static Schema schema() {
    InputStream in = SarifReportTest.class.getResourceAsStream("/schema/sarif-schema-2.1.0.json");
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
        .getSchema(Objects.requireNonNull(in));
  }
}
