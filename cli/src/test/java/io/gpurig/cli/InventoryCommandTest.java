package io.gpurig.cli;

import static io.gpurig.cli.Commands.gpurig;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpurig.cli.Commands.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InventoryCommandTest {
  @TempDir private Path folder = Path.of("");
  private Path hosts = Path.of("");

  @BeforeEach
  void write() throws IOException {
    hosts =
        Files.writeString(
            folder.resolve("hosts"),
            """
            lone
            [gpu]
            n1 ansible_password=hunter2 ansible_ssh_private_key_file=~/k
            n2 list="[1, 'x']"
            [site:children]
            gpu
            """);
    Path vars = Files.createDirectory(folder.resolve("group_vars"));
    Files.writeString(vars.resolve("gpu.yml"), "api_token: abc\nfast: yes\n");
  }

  @Test
  void hostsAreListedWithTheirVariablesAndWhereTheyAreFrom() {
    Result result = gpurig("inventory", "-i", hosts);
    assertThat(result.exit()).as(result.all()).isZero();
    assertThat(result.out().replace(folder + "/", ""))
        .isEqualTo(
            """
            lone  (ungrouped)
            n1  (gpu, site)
              ansible_password: ********  # hosts:3
              ansible_ssh_private_key_file: "~/k"  # hosts:3
              api_token: ********  # group_vars/gpu.yml:1
              fast: true  # group_vars/gpu.yml:2
            n2  (gpu, site)
              api_token: ********  # group_vars/gpu.yml:1
              fast: true  # group_vars/gpu.yml:2
              list: [1,"x"]  # hosts:4
            """);
  }

  @Test
  void theJsonIsThatOfAnsible() throws IOException {
    Result result = gpurig("inventory", "-i", hosts, "gpu:!n2", "--format", "json");
    JsonNode json = new ObjectMapper().readTree(result.out());
    assertThat(json)
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"_meta": {"hostvars": {"n1": {
                       "ansible_password": "********", "ansible_ssh_private_key_file": "~/k",
                       "api_token": "********", "fast": true}}},
                     "all": {"children": ["ungrouped", "site"]},
                     "site": {"children": ["gpu"]},
                     "gpu": {"hosts": ["n1"]}}
                    """));
  }

  @Test
  void aLimitNarrows() {
    assertThat(gpurig("inventory", "-i", hosts, "all", "-l", "lone").out())
        .isEqualTo("lone  (ungrouped)\n");
  }

  @Test
  void whatIsWrongIsShownInItsPlace() throws IOException {
    Files.writeString(hosts, "[gpu:children]\nnone\n");
    Result result = gpurig("inventory", "-i", hosts);
    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.err()).contains("hosts:2:1: error[inventory/undefined-group]");
    assertThat(gpurig("inventory", "-i", hosts, "-i", hosts).err())
        .contains("several inventories are not read together");
    assertThat(gpurig("inventory").exit()).isEqualTo(2);
  }
}
