package io.gpurig.cli;

import static io.gpurig.cli.Commands.gpurig;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpurig.cli.Commands.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong on hosts, and how the process ends. */
final class DoctorCommandTest {
  @TempDir private Path folder = Path.of("");

  private Path facts(String host, String files) throws IOException {
    Path facts = Files.createDirectories(folder.resolve("facts"));
    String pci =
        "{\"0000:3b:00.0\": {\"vendor\": \"0x10de\", \"device\": \"0x2330\", \"class\":"
            + " \"0x030200\", \"driver\": \"nvidia\"}}";
    Files.writeString(
        facts.resolve(host + ".json"),
        "{\"gpurigFacts\": 1, \"host\": \"%s\", \"reads\": {\"files\": {%s}, \"pci\": %s}}"
            .formatted(host, files, pci));
    return facts;
  }

  @Test
  void aHostWithNothingWrongEndsWithZero() throws IOException {
    Result result = gpurig("doctor", "--facts", facts("well", ""));
    assertThat(result.exit()).as(result.all()).isZero();
    assertThat(result.out()).isEqualTo("well: nothing is wrong\n");
  }

  @Test
  void whatIsWrongIsSaidWithRuleFixAndSource() throws IOException {
    facts("well", "");
    Path facts = facts("sick", "\"/sys/module/nouveau/refcnt\": {\"content\": \"0\\n\"}");
    Result result = gpurig("doctor", "--facts", facts);
    assertThat(result.exit()).as(result.all()).isEqualTo(3);
    assertThat(result.out())
        .contains(
            "sick: error[nouveau]: ",
            "\n  here: the kernel module nouveau is loaded\n",
            "\n  fix: write `blacklist nouveau`",
            "\n  source: ",
            "well: nothing is wrong\n");
    assertThat(gpurig("doctor", "well", "--facts", facts).exit()).isZero();
  }

  @Test
  void programsReadJson() throws IOException {
    Path facts = facts("sick", "\"/sys/module/nouveau/refcnt\": {\"content\": \"0\\n\"}");
    Result result = gpurig("doctor", "--facts", facts, "--format", "json");
    assertThat(result.exit()).as(result.all()).isEqualTo(3);
    JsonNode host = new ObjectMapper().readTree(result.out()).at("/hosts/0");
    assertThat(host.path("host").asText()).isEqualTo("sick");
    assertThat(host.path("reachable").asBoolean()).isTrue();
    assertThat(host.at("/findings/0").properties().stream().map(e -> e.getKey()))
        .containsExactly("rule", "severity", "what", "here", "fix", "source");
  }

  @Test
  void aHostThatDoesNotAnswerEndsWithOne() throws IOException {
    Path inventory =
        Files.writeString(
            folder.resolve("inventory.yaml"),
            "all:\n  hosts:\n    gone: {ansible_host: 127.0.0.1, ansible_port: 1}\n");
    Result result = gpurig("doctor", "gone", "-i", inventory, "--format", "json");
    assertThat(result.exit()).as(result.all()).isEqualTo(1);
    assertThat(new ObjectMapper().readTree(result.out()).at("/hosts/0/reachable").asBoolean(true))
        .isFalse();
    assertThat(result.err()).contains("gone");
  }

  @Test
  void aHostThatNobodyKnowsIsAMistake() throws IOException {
    Result result = gpurig("doctor", "nobody", "--facts", facts("well", ""));
    assertThat(result.exit()).as(result.all()).isEqualTo(2);
  }

  @Test
  void validateSaysWhatAPlanAloneTells() throws IOException {
    Path plan =
        Files.writeString(
            folder.resolve("plan.yaml"),
            """
            name: Too old
            hosts: all
            driver: {deploy: true, image: "nvcr.io/nvidia/driver:515.65.01-ubuntu22.04"}
            mig:
              devices:
                - {gpus: NVIDIA H100 80GB HBM3, profiles: {1g.10gb: 7}}
            """);
    Result result = gpurig("validate", plan);
    assertThat(result.exit()).as(result.all()).isZero();
    assertThat(result.err()).contains("compat/mig-driver", "525.85.12");
  }
}
