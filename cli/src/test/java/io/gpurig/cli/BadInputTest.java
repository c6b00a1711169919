package io.gpurig.cli;

import static io.gpurig.cli.Commands.gpurig;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpurig.cli.Commands.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mistakes of users: exit code 2, everything that is wrong, never a stack trace. */
final class BadInputTest {
  private static final String INVENTORY = "all:\n  hosts:\n    gpu-01:\n      ansible_port: 1\n";

  @TempDir private Path folder = Path.of("");

  @Test
  void noSuchFile() {
    Result result = gpurig("plan", folder.resolve("absent.yaml"));
    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.err()).contains("absent.yaml").contains("error[input/");
    assertThat(result.out()).isEmpty();
  }

  @Test
  void everyMistakeIsShownWithItsLine() throws IOException {
    Path plan =
        write(
            "plan.yaml",
            """
            name: Bad
            hosts: all
            driver:
              deploi: true
              image: 7
            toolkit:
              deploy: yes
            """);
    Result result = gpurig("validate", plan);
    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.err())
        .contains("plan.yaml:4:3: error[schema/unknown-key]: unknown key `deploi`")
        .contains("     4 |   deploi: true\n       |   ^^^^^^\n")
        .contains("plan.yaml:5:10: error[schema/type]")
        .contains("plan.yaml:7:11: error[schema/type]")
        .doesNotContain("Exception", "\tat ");
  }

  @Test
  void unknownHost() throws IOException {
    Path inventory = write("inventory.yaml", INVENTORY);
    Path plan = write("plan.yaml", "name: x\nhosts: gpu-1\n");
    Result result = gpurig("plan", plan, "-i", inventory);
    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.err())
        .contains("plan.yaml:2:8: error[inventory/no-such-host]")
        .contains("gpu-01");
  }

  @Test
  void badYaml() throws IOException {
    Result result = gpurig("plan", write("plan.yaml", "name: x\nhosts: [a\n"));
    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.err()).contains("plan.yaml:").contains("error[yaml/");
  }

  @Test
  void unreachableHostIsAFailedHostNotWrongInput() throws IOException {
    Path inventory =
        write("inventory.yaml", INVENTORY.replace("1\n", "1\n      ansible_host: 127.0.0.1\n"));
    Path plan = write("plan.yaml", "name: x\nhosts: all\ndriver:\n  deploy: true\n");
    Result result = gpurig("plan", plan, "-i", inventory);
    assertThat(result.exit()).as(result.all()).isEqualTo(1);
    assertThat(result.out()).contains("gpu-01: error[connect/unreachable]: ");
  }

  @Test
  void factsThatAreNoFacts() throws IOException {
    Path plan = write("plan.yaml", "name: x\nhosts: all\n");
    Path facts = Files.createDirectory(folder.resolve("facts"));
    assertThat(gpurig("plan", plan, "--facts", facts).err()).contains("error[facts/none]");
    assertThat(gpurig("plan", plan, "--facts", folder.resolve("no")).err())
        .contains("error[facts/no-such-folder]");
    write("facts/a.json", "{\"gpurigFacts\": 1,\n oops}");
    assertThat(gpurig("plan", plan, "--facts", facts).err())
        .contains("a.json:2:")
        .contains("error[facts/json]");
    write("facts/a.json", "{\"gpurigFacts\": 99, \"host\": \"a\", \"reads\": {}}");
    assertThat(gpurig("plan", plan, "--facts", facts).err()).contains("has format 99");
    write("facts/a.json", "[]");
    Result result = gpurig("plan", plan, "--facts", facts);
    assertThat(result.err()).contains("is not a facts file");
    assertThat(result.exit()).isEqualTo(2);
  }

  @Test
  void unknownOptionAndCommand() {
    assertThat(gpurig("plan", "x.yaml", "--inventroy", "y").exit()).isEqualTo(2);
    assertThat(gpurig("aply").err()).contains("apply");
    assertThat(gpurig("aply").exit()).isEqualTo(2);
    assertThat(gpurig("plan").exit()).isEqualTo(2);
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }
}
