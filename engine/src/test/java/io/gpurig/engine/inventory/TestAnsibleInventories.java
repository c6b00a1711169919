package io.gpurig.engine.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.problem.Rendered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every folder below {@code ansible/cases/} holds an inventory and, in {@code expected.json}, what
 * {@code ansible-inventory --list} prints for it. Where Ansible is installed it is asked again;
 * {@code -Dupdate=true} then writes what it says.
 */
final class TestAnsibleInventories {
  static final Path FOLDER = Path.of("src/test/resources/ansible/cases");
  private static final JsonMapper JSON = new JsonMapper();

  static List<Path> cases() throws IOException {
    try (Stream<Path> folders = Files.list(FOLDER)) {
      return folders.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isReadAsAnsibleReadsIt(Path folder) throws IOException {
    Problems problems = new Problems();
    Path source = source(folder);
    Optional<Inventory> inventory = Inventory.load(source, source.toString(), problems);
    assertThat(problems.block()).as(Rendered.of(problems)).isFalse();
    JsonNode listing =
        InventoryListing.of(inventory.orElseThrow(), inventory.orElseThrow().hosts());
    assertThat(Listings.comparable(listing))
        .isEqualTo(Listings.comparable(JSON.readTree(expected(folder).toFile())));
  }

  @Test
  void ansibleSaysWhatIsExpected() throws IOException {
    Optional<Ansible> ansible = Ansible.installed();
    assumeTrue(ansible.isPresent(), "ansible-core is not installed");
    List<Path> cases = cases();
    List<Ansible.Answer> answers =
        ansible
            .get()
            .run(cases.stream().map(TestAnsibleInventories::source).map(Ansible::list).toList())
            .orElseThrow();
    for (int i = 0; i < cases.size(); i++) {
      JsonNode said = answers.get(i).json();
      if (Boolean.getBoolean("update")) {
        Files.writeString(expected(cases.get(i)), answers.get(i).out());
      }
      assertThat(Listings.comparable(JSON.readTree(expected(cases.get(i)).toFile())))
          .as(cases.get(i).toString())
          .isEqualTo(Listings.comparable(said));
    }
  }

  private static Path expected(Path folder) {
    return folder.resolve("expected.json");
  }

  static Path source(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(entry -> entry.getFileName().toString().startsWith("inventory"))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
