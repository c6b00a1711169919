package io.gpurig.engine.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpurig.engine.problem.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every line of {@code ansible/patterns.txt} is a case, a pattern, a limit and the hosts that
 * {@code ansible --list-hosts} prints for them. Where Ansible is installed it is asked again.
 */
final class TestAnsiblePatterns {
  private static final Path FILE = Path.of("src/test/resources/ansible/patterns.txt");

  /** A line of the file. */
  record Case(Path inventory, String pattern, Optional<String> limit, List<String> hosts) {
    static Case of(String line) {
      List<String> parts = List.of(line.split("\t", -1));
      return new Case(
          TestAnsibleInventories.source(TestAnsibleInventories.FOLDER.resolve(parts.get(0))),
          parts.get(1),
          Optional.of(parts.get(2)).filter(limit -> !limit.isEmpty()),
          words(parts.get(3)));
    }

    private static List<String> words(String text) {
      return text.isEmpty() ? List.of() : List.of(text.split(" ", -1));
    }
  }

  static List<Case> cases() throws IOException {
    return Files.readAllLines(FILE).stream().map(Case::of).toList();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void choosesAsAnsibleChooses(Case one) {
    Problems problems = new Problems();
    Inventory inventory =
        Inventory.load(one.inventory(), one.inventory().toString(), problems).orElseThrow();
    assertThat(select(inventory, one.pattern(), one.limit())).isEqualTo(one.hosts());
  }

  @Test
  void ansibleSaysWhatIsExpected() throws IOException {
    Optional<Ansible> ansible = Ansible.installed();
    assumeTrue(ansible.isPresent(), "ansible-core is not installed");
    List<Case> cases = cases();
    List<Ansible.Answer> answers =
        ansible
            .get()
            .run(
                cases.stream()
                    .map(c -> Ansible.listHosts(c.inventory(), c.pattern(), c.limit()))
                    .toList())
            .orElseThrow();
    for (int i = 0; i < cases.size(); i++) {
      assertThat(answers.get(i).hosts())
          .as(cases.get(i).toString())
          .isEqualTo(cases.get(i).hosts());
    }
  }

  /** Selects as the commands do: what the limit selects too. */
  static List<String> select(Inventory inventory, String pattern, Optional<String> limit) {
    Problems problems = new Problems();
    List<Host> hosts = HostPattern.select(pattern, inventory, Optional.empty(), problems);
    List<Host> limited =
        limit.map(l -> HostPattern.select(l, inventory, Optional.empty(), problems)).orElse(hosts);
    return hosts.stream().filter(limited::contains).map(Host::name).toList();
  }
}
