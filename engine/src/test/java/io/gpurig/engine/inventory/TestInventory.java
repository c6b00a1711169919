package io.gpurig.engine.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.problem.Rendered;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is expected of {@code ansible.yml} is what ansible-inventory 2.14.18 prints for it. */
final class TestInventory {
  static final Path ANSIBLE = Path.of("src/test/resources/ansible.yml");

  @TempDir private Path folder;
  private final Problems problems = new Problems();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "node01    | {b=gpu, c=alpha, from_all=1, own=alpha, tier=gpu, who=node}",
        "node02    | {b=gpu, from_all=1, model=a100, tier=a100, who=node}",
        "node03    | {b=gpu, from_all=1, model=h100, tier=h100, who=node}",
        "rackb     | {b=gpu, from_all=1, model=h100, tier=h100, who=gpu}",
        "extra.lan | {b=gpu, from_all=1, tier=gpu, who=gpu}",
        "lone      | {from_all=1, who=all}",
        "bastion   | {ansible_port=2222, from_all=1, who=bastion}",
        "nas01     | {from_all=1, who=all}",
        "stray     | {from_all=1, who=stray}"
      })
  void mergesVariablesAsAnsibleDoes(String host, String expected) throws IOException {
    Map<String, String> variables = new TreeMap<>();
    load(Files.readString(ANSIBLE))
        .host(host)
        .orElseThrow()
        .variables()
        .forEach((name, value) -> variables.put(name, value.asText()));
    assertThat(variables.remove("inventory_hostname")).isEqualTo(host);
    assertThat(variables.remove("inventory_hostname_short")).isEqualTo(host.replace(".lan", ""));
    assertThat(variables).hasToString(expected);
  }

  @Test
  void groupsHaveTheirHostsInAnsiblesOrder() throws IOException {
    Inventory inventory = load(Files.readString(ANSIBLE));
    assertThat(inventory.groups().get("all"))
        .containsExactly(
            "lone",
            "bastion",
            "stray",
            "node01",
            "node02",
            "node03",
            "extra.lan",
            "nas01",
            "racka",
            "rackb",
            "rackc");
    assertThat(inventory.groups().get("ungrouped")).containsExactly("stray", "lone", "bastion");
    assertThat(inventory.groups().get("deep"))
        .containsExactly("node01", "node02", "node03", "extra.lan", "racka", "rackb", "rackc");
    assertThat(inventory.groups().get("empty")).isEmpty();
    assertThat(inventory.hosts()).extracting(Host::name).containsAll(inventory.groups().get("all"));
  }

  @Test
  void priorityDecidesAmongGroupsOfOneDepth() {
    String groups =
        """
        a: {hosts: {h: }, vars: {x: a%s}}
        b: {hosts: {h: }, vars: {x: b}}
        """;
    assertThat(variable(load(groups.formatted("")), "h", "x")).isEqualTo("b");
    assertThat(variable(load(groups.formatted(", ansible_group_priority: 2")), "h", "x"))
        .isEqualTo("a");
  }

  @Test
  void rangesStandForHosts() {
    Inventory inventory = load("all: {hosts: {'db[01:10:3]-[a:b].lan': {x: 1}}}");
    assertThat(inventory.hosts())
        .extracting(Host::name)
        .startsWith("db01-a.lan", "db01-b.lan", "db04-a.lan")
        .hasSize(8);
    assertThat(variable(inventory, "db10-b.lan", "x")).isEqualTo("1");
  }

  @Test
  void addressesAreNotTakenForRanges() {
    Inventory inventory = load("all: {hosts: {'fe80::1': , '[fe80::2]:2222': , '10.0.0.1:22': }}");
    assertThat(inventory.hosts())
        .extracting(Host::name)
        .containsExactly("fe80::1", "fe80::2", "10.0.0.1");
    assertThat(variable(inventory, "fe80::2", "ansible_port")).isEqualTo("2222");
    assertThat(variable(inventory, "10.0.0.1", "inventory_hostname_short")).isEqualTo("10.0.0.1");
  }

  @Test
  void emptyPartsAndSingleNamesAreAccepted() {
    Inventory inventory = load("a:\n  hosts: h1\n  children: b\n  vars:\nb: {hosts: , children: }");
    assertThat(inventory.groups().get("a")).containsExactly("h1");
    assertThat(inventory.groups()).containsOnlyKeys("all", "ungrouped", "a", "b");
  }

  @Test
  void localhostIsThisMachineUnlessTheInventorySaysOtherwise() {
    assertThat(variable(Inventory.implicitLocalhost(), "localhost", "ansible_connection"))
        .isEqualTo("local");
    assertThat(Inventory.implicitLocalhost().hosts()).isEmpty();
    Inventory inventory = load("all: {vars: {x: 1, ansible_connection: ssh}, hosts: {'::1': }}");
    assertThat(variable(inventory, "localhost", "ansible_connection")).isEqualTo("local");
    assertThat(variable(inventory, "localhost", "x")).isEqualTo("1");
    assertThat(variable(inventory, "::1", "ansible_connection")).isEqualTo("ssh");
    assertThat(inventory.host("nowhere")).isEmpty();
  }

  @Test
  void aDirectoryWithoutAnInventoryIsSaidSo() throws IOException {
    Files.writeString(Files.createDirectory(folder.resolve("inventories")).resolve("a.ini"), "a");
    Inventory.load(folder.resolve("inventories"), "inventories", problems);
    assertThat(Rendered.of(problems))
        .isEqualTo(
            """
            error[inventory/empty]: there is no inventory in the directory `inventories`
              = name a file; in a directory .ini, .cfg, .md, .txt, hidden files and the like are passed over
            """);
  }

  @Test
  void variablesKnowWhereTheyAreWritten() throws IOException {
    Files.writeString(folder.resolve("hosts"), "[gpu]\nh1 a=1  b='x y'\n[gpu:vars]\n c = 3\n");
    Path vars = Files.createDirectory(folder.resolve("group_vars"));
    Files.writeString(vars.resolve("all.yml"), "# d\nd:\n  - 1\n");
    Host host =
        Inventory.load(folder.resolve("hosts"), "inv/hosts", problems)
            .flatMap(inventory -> inventory.host("h1"))
            .orElseThrow();
    Map<String, String> places = new TreeMap<>();
    host.sources().forEach((name, source) -> places.put(name, source.position()));
    assertThat(places)
        .hasToString(
            "{a=inv/hosts:2:4, b=inv/hosts:2:9, c=inv/hosts:4:6, d=inv/group_vars/all.yml:2:1}");
  }

  @Test
  void aMissingFileIsOneProblem() {
    assertThat(Inventory.load(folder.resolve("no"), "no", problems)).isEmpty();
    assertThat(Rendered.of(problems)).isEqualTo("error[input/not-found]: `no` does not exist\n");
  }

  @Test
  void aFileWithoutAnExtensionMayBeYaml() throws IOException {
    Path file = Files.writeString(folder.resolve("hosts"), "# x\nall:\n  hosts:\n    a:\n");
    assertThat(Inventory.load(file, "hosts", problems)).isPresent();
    assertThat(problems.sorted()).isEmpty();
  }

  private Inventory load(String text) {
    try {
      Path file = Files.writeString(folder.resolve("inventory.yml"), text);
      Inventory inventory = Inventory.load(file, "inventory.yml", problems).orElseThrow();
      assertThat(Rendered.of(problems)).isEmpty();
      return inventory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String variable(Inventory inventory, String host, String name) {
    JsonNode value = inventory.host(host).orElseThrow().variables().get(name);
    return value == null ? "" : value.asText();
  }
}
