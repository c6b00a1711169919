package io.gpurig.engine.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.yaml.Document;
import io.gpurig.engine.yaml.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The schema that editors complete inventories with says what the reader takes. */
final class TestInventorySchema {
  private static final Path SCHEMA = Path.of("../schema/inventory.schema.json");

  /** Understood so as to be refused with a word on what to do instead. */
  private static final Set<String> REFUSED =
      Set.of("ansible_password", "ansible_ssh_pass", "ansible_ssh_password");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../examples/gitops/inventory.yaml",
        "src/test/resources/ansible.yml",
        "src/test/resources/ansible/cases/yaml-groups/inventory.yaml",
        "src/test/resources/ansible/cases/yaml-ports/inventory.yml"
      })
  void inventoriesThatAreReadAreValid(String file) throws IOException {
    Problems problems = new Problems();
    Document document =
        Document.parse(file, Files.readString(Path.of(file)), problems).orElseThrow();
    Schema.load("inventory.schema.json")
        .validate(document, document.tree(), pointer -> false, problems);
    assertThat(problems.sorted()).isEmpty();
  }

  @Test
  void everyVariableThatIsReadIsDescribed() throws IOException {
    JsonNode variables =
        new ObjectMapper().readTree(SCHEMA.toFile()).at("/$defs/variables/properties");
    Set<String> described = new TreeSet<>();
    variables.fieldNames().forEachRemaining(described::add);
    String code =
        Files.readString(
            Path.of("src/main/java/io/gpurig/engine/inventory/ConnectionVariables.java"));
    Set<String> read =
        Pattern.compile("\"(ansible_[a-z_]+)\"")
            .matcher(code)
            .results()
            .map(match -> match.group(1))
            .filter(variable -> !REFUSED.contains(variable))
            .collect(Collectors.toCollection(TreeSet::new));
    read.add("ansible_group_priority");
    assertThat(described).isEqualTo(read);
    variables.forEach(variable -> assertThat(variable.has("description")).isTrue());
  }
}
