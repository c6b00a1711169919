package io.gpurig.engine.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.problem.Rendered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/** Inventories made up at random are to Ansible what they are here, and so are patterns. */
final class TestRandomInventories {
  /** Each try asks one Ansible about many inventories, because it needs a second to start. */
  @Property(tries = 4)
  void areReadAsAnsibleReadsThem(@ForAll @Size(25) List<Long> seeds) throws IOException {
    Optional<Ansible> ansible = Ansible.installed();
    assumeTrue(ansible.isPresent(), "ansible-core is not installed");
    Path folder = Files.createTempDirectory("inventories");
    List<List<String>> commands = new ArrayList<>();
    List<Path> sources = new ArrayList<>();
    List<String> patterns = new ArrayList<>();
    for (long seed : seeds) {
      RandomInventory random = new RandomInventory(seed);
      Path source = random.write(Files.createTempDirectory(folder, ""));
      String pattern = random.pattern();
      sources.add(source);
      patterns.add(pattern);
      commands.add(Ansible.list(source));
      commands.add(Ansible.listHosts(source, pattern, Optional.empty()));
    }
    List<Ansible.Answer> answers = ansible.get().run(commands).orElseThrow();
    for (int i = 0; i < sources.size(); i++) {
      compare(sources.get(i), patterns.get(i), answers.get(2 * i), answers.get(2 * i + 1));
    }
    // only now: where they differ one wants to look at them
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void compare(
      Path source, String pattern, Ansible.Answer listing, Ansible.Answer hosts) {
    Problems problems = new Problems();
    Optional<Inventory> inventory = Inventory.load(source, source.toString(), problems);
    assertThat(problems.block()).as(source + "\n" + Rendered.of(problems)).isFalse();
    JsonNode own = InventoryListing.of(inventory.orElseThrow(), inventory.orElseThrow().hosts());
    assertThat(Listings.comparable(own))
        .as(source + " " + listing.err())
        .isEqualTo(Listings.comparable(listing.json()));
    // the order of hosts three groups deep is left to chance by Ansible
    assertThat(TestAnsiblePatterns.select(inventory.orElseThrow(), pattern, Optional.empty()))
        .as(source + " " + pattern)
        .containsExactlyInAnyOrderElementsOf(hosts.hosts());
  }
}
