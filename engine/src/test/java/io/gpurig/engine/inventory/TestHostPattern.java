package io.gpurig.engine.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.problem.Rendered;
import io.gpurig.engine.problem.Source;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected are the answers of {@code ansible --list-hosts} 2.14.18 for {@code ansible.yml}. */
final class TestHostPattern {
  private final Problems problems = new Problems();
  private final Inventory inventory =
      Inventory.load(TestInventory.ANSIBLE, "ansible.yml", problems).orElseThrow();

  @ParameterizedTest
  @CsvSource(
      delimiter = '%',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "all%lone bastion stray node01 node02 node03 extra.lan nas01 racka rackb rackc",
        "*%lone bastion stray node01 node02 node03 extra.lan nas01 racka rackb rackc",
        "gpu%node01 node02 node03 extra.lan racka rackb rackc",
        "gpu[0]%node01",
        "gpu[-1]%rackc",
        "gpu[0:2]%node01 node02 node03",
        "gpu[1:]%node02 node03 extra.lan racka rackb rackc",
        "gpu[5:9]%rackb rackc",
        "gpu[1-2]%node02 node03",
        "gpu:!a100%node01 node03 extra.lan",
        "gpu:&h100%node03 rackb",
        "!gpu%lone bastion stray nas01",
        "&gpu:!h100%node01 node02 extra.lan racka rackc",
        "a100:h100%node02 racka rackb rackc node03",
        "h100,a100%node03 rackb node02 racka rackc",
        "h100:a100:&deep:!node02%node03 rackb racka rackc",
        "!node02:&deep:h100:a100%node03 rackb racka rackc",
        "node*%node01 node02 node03",
        "node0[!1]%node02 node03",
        "~node0[1-2]%node01 node02",
        "~(node01|rack.)%node01 racka rackb rackc",
        "rack?%racka rackb rackc",
        "rack[a:b]%racka rackb",
        "extra.lan%extra.lan",
        "ungrouped%stray lone bastion",
        "ungr*%stray lone bastion",
        "al*%lone bastion stray node01 node02 node03 extra.lan nas01 racka rackb rackc",
        "bastion%bastion",
        "gpu,!a100,&alpha%node01",
        "node01,node01%node01",
        " gpu : !a100 %node01 node03 extra.lan",
        "localhost%localhost",
        "127.0.0.1%127.0.0.1",
        "::1%::1",
        "localhost:gpu%localhost node01 node02 node03 extra.lan racka rackb rackc",
        "node01[0]%node01",
        "node*[0]%node01",
        "h100[1]:a100[0]%rackb node02",
        "all[0]%lone",
        "zeta:node*%node01 node02 node03",
        "*.lan%extra.lan",
        "extra.*%extra.lan",
        "storage:stray%nas01 stray",
        "gp[u]%node01 node02 node03 extra.lan racka rackb rackc",
        "a100:!node02[0]%racka rackb rackc",
        "deeper%node01 node02 node03 extra.lan racka rackb rackc",
        "!node*:!rack*%lone bastion stray extra.lan nas01",
        "gpu:!~rack%node01 node02 node03 extra.lan"
      })
  void choosesAsAnsibleDoes(String pattern, String expected) {
    assertThat(select(pattern)).isEqualTo(expected);
    assertThat(problems.sorted()).isEmpty();
  }

  @Test
  void anEndOfZeroIsLeftOutAsInAnsible() {
    assertThat(select("gpu[2:0]")).isEqualTo("node03");
  }

  @Test
  void aNameThatMatchesNothingIsAnError() {
    assertThat(select("gpu:nope:!h1000"))
        .isEqualTo("node01 node02 node03 extra.lan racka rackb rackc");
    select("nas01:80");
    select("gpu[9]");
    assertThat(Rendered.of(problems))
        .isEqualTo(
            """
            error[inventory/no-such-host]: `gpu[9]` is beyond the 7 hosts of `gpu`, which count from 0
            error[inventory/no-such-host]: no host or group of the inventory is named `h1000`
              = did you mean `h100`?
            error[inventory/no-such-host]: no host or group of the inventory is named `nas01:80`
            error[inventory/no-such-host]: no host or group of the inventory is named `nope`
            """);
  }

  @Test
  void aPatternThatChoosesNoHostIsAnError() {
    select("all:!all");
    select("empty");
    select("xyz*");
    assertThat(Rendered.of(problems))
        .isEqualTo(
            """
            error[inventory/no-hosts]: the pattern `all:!all` selects no host
            error[inventory/no-hosts]: the pattern `empty` selects no host
            error[inventory/no-hosts]: the pattern `xyz*` selects no host
            warning[inventory/no-match]: `xyz*` matches no host and no group
            """);
  }

  @Test
  void withoutAnInventoryThereIsOnlyLocalhost() {
    Inventory none = Inventory.implicitLocalhost();
    assertThat(HostPattern.select("localhost", none, Optional.empty(), problems)).hasSize(1);
    assertThat(HostPattern.select("all", none, Optional.empty(), problems)).isEmpty();
    assertThat(Rendered.of(problems))
        .isEqualTo(
            """
            error[inventory/no-hosts]: the pattern `all` selects no host
              = name an inventory; without one there is only localhost
            """);
  }

  @Test
  void problemsStandAtTheirWord() {
    String line = "hosts: gpu:nope:~(";
    Source where = new Source("plan.yaml", 2, 8, 11, line);
    HostPattern.select("gpu:nope:~(", inventory, Optional.of(where), problems);
    assertThat(Rendered.of(problems))
        .isEqualTo(
            """
            plan.yaml:2:12: error[inventory/no-such-host]: no host or group of the inventory is named `nope`
              | hosts: gpu:nope:~(
              |            ^^^^
            plan.yaml:2:17: error[inventory/bad-pattern]: `~(` is not a regular expression: Unclosed group
              | hosts: gpu:nope:~(
              |                 ^^
            """);
  }

  @Test
  void wordsAreSplitAsAnsibleDoes() {
    assertThat(HostPattern.split("a,b[1], c[2:3] , d")).containsExactly("a", "b[1]", "c[2:3]", "d");
    assertThat(HostPattern.split("a:b[0:2]:!c")).containsExactly("a", "b[0:2]", "!c");
    assertThat(HostPattern.split("fe80::1")).containsExactly("fe80::1");
    assertThat(HostPattern.split("[fe80::1]:22")).containsExactly("[fe80::1]:22");
    assertThat(HostPattern.split("web:80")).containsExactly("web:80");
    assertThat(HostPattern.split("gpu:a100[1")).containsExactly("gpu", "a100", "1");
  }

  @Test
  void longPatternsAreReadAsWell() {
    String many = "[a]".repeat(100_000);
    assertThat(HostPattern.split("a:".repeat(100_000))).hasSize(100_000);
    assertThat(HostPattern.split(many)).containsExactly(many);
    assertThat(select("nope".repeat(100_000))).isEmpty();
    assertThat(problems.block()).isTrue();
  }

  private String select(String pattern) {
    return HostPattern.select(pattern, inventory, Optional.empty(), problems).stream()
        .map(Host::name)
        .collect(Collectors.joining(" "));
  }
}
