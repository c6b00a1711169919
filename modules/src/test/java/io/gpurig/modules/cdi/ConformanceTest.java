package io.gpurig.modules.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Every recorded answer of the Go library; what commands can show is tested with them. */
final class ConformanceTest {
  private static final Path DATA = Path.of("src/test/resources/cdi/conformance");

  private static JsonNode cases(String file) throws IOException {
    return new ObjectMapper().readTree(DATA.resolve(file).toFile()).path("cases");
  }

  @Test
  void specsAreJudgedInTheLibrarysWords() throws IOException {
    for (JsonNode test : cases("spec-validation.json")) {
      CdiFile file = CdiFile.read("$DIR/spec.yaml", test.path("data").asText());
      String name = test.path("name").asText();
      assertThat(file.error().orElse("null")).as(name).isEqualTo(test.path("error").asText());
      assertThat(file.isValid()).as(name).isEqualTo(test.path("valid").asBoolean());
      assertThat(file.problems()).as(name).allMatch(problem -> problem.source().isPresent());
    }
  }

  @Test
  void upstreamsSpecsHaveUpstreamsVerdict() throws IOException {
    for (String test : new String[] {"TestNewSpec", "TestGetters", "TestWriteSpec"}) {
      for (JsonNode node : cases("upstream-tests/pkg_cdi." + test + ".json")) {
        boolean invalid =
            node.path("invalid").asBoolean()
                || node.path("unparsable").asBoolean()
                || node.path("schemaFail").asBoolean();
        CdiFile file = CdiFile.read("spec.yaml", node.path("data").asText());
        assertThat(file.isValid()).as(test + " " + node.path("name")).isNotEqualTo(invalid);
      }
    }
  }

  @Test
  void namesAreParsed() throws IOException {
    for (JsonNode test : cases("qualified-names.json")) {
      String input = test.path("input").asText();
      JsonNode parsed = test.path("ParseQualifiedName");
      String error = parsed.path("error").asText();
      if (!error.startsWith("panic") && !parsed.has("panic")) {
        assertThat(QualifiedName.wrong(input).orElse("null")).as(input).isEqualTo(error);
      }
      assertThat(QualifiedName.of(input).isPresent())
          .as(input)
          .isEqualTo(test.path("isQualifiedName").asBoolean());
    }
  }

  @Test
  void minimumVersionsAreUpstreams() throws IOException {
    for (JsonNode test : cases("upstream-tests/pkg_cdi.TestRequiredVersion.json")) {
      CdiSpec spec = SpecTree.spec(withoutNulls(test.path("spec")));
      assertThat(CdiVersion.minimum(spec))
          .as(test.path("description").asText())
          .hasToString(test.path("expectedVersion").asText());
    }
  }

  @Test
  void declaredVersionsAreChecked() throws IOException {
    for (JsonNode test : cases("upstream-tests/specs-go.TestValidateVersion.json")) {
      CdiSpec spec = SpecTree.spec(withoutNulls(test.path("spec")));
      String version = test.path("version").asText();
      CdiSpec declared =
          new CdiSpec(version, spec.kind(), spec.annotations(), spec.devices(), spec.edits());
      boolean right =
          CdiVersion.of(version)
              .filter(v -> v.compareTo(CdiVersion.minimum(declared)) >= 0)
              .isPresent();
      assertThat(right)
          .as(test.path("doc").asText())
          .isEqualTo(test.path("wantErr").asText().isEmpty());
    }
  }

  private static JsonNode withoutNulls(JsonNode spec) throws IOException {
    return new ObjectMapper().readTree(spec.toString().replace("\"devices\":null,", ""));
  }

  @Test
  void mutatedSpecsGetAVerdict() throws IOException {
    JsonNode cases = cases("spec-validation.json");
    String strange = " \n\t:,[]{}\"'#&*!|>%@-?\\~a0\u2028\u00e9<";
    Random random = new Random(5);
    for (int i = 0; i < 10_000; i++) {
      StringBuilder text =
          new StringBuilder(cases.get(random.nextInt(cases.size())).path("data").asText());
      for (int edits = random.nextInt(4); edits >= 0; edits--) {
        int at = random.nextInt(text.length() + 1);
        if (random.nextBoolean() || at == text.length()) {
          text.insert(at, strange.charAt(random.nextInt(strange.length())));
        } else {
          text.deleteCharAt(at);
        }
      }
      CdiFile file = CdiFile.read("spec.yaml", text.toString());
      assertThat(file.isValid()).as(text.toString()).isEqualTo(file.problems().isEmpty());
    }
  }
}
