package io.gpurig.cli;

import static io.gpurig.cli.Commands.gpurig;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpurig.cli.Commands.Result;
import io.gpurig.lab.Lab;
import io.gpurig.lab.LabHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The example repository's CI files: their gpurig commands are run as they stand there. */
final class GitOpsExampleTest {
  private static final Path EXAMPLE = Path.of("../examples/gitops");
  private static final String GITHUB = ".github/workflows/gpurig.yaml";
  private static final String GITLAB = ".gitlab-ci.yml";
  private static final Pattern COMMAND =
      Pattern.compile("\\bgpurig ((?:validate|plan|apply|facts) [^|\\n]+)");

  @TempDir private Path folder = Path.of("");

  @Test
  void bothServicesRunTheSameCommands() throws IOException {
    assertThat(commands(GITHUB)).hasSize(5).isEqualTo(commands(GITLAB));
  }

  @ParameterizedTest
  @ValueSource(strings = {GITHUB, GITLAB})
  void theCommandsDoWhatTheJobsWant(String file) throws IOException {
    copy();
    List<String> commands = commands(file);
    assertThat(run(commands.get(0))).isZero();
    assertThat(run(commands.get(1))).isEqualTo(3);
    assertThat(folder.resolve("plan.md")).content().contains("gpu-01", "nvidia-driver");
    assertThat(folder.resolve("gpurig.sarif")).content().contains("2.1.0");

    try (Lab lab = Lab.start(folder.resolve("lab"), 2)) {
      pointInventoryAt(lab);
      assertThat(run(commands.get(2))).isZero();
      assertThat(folder.resolve("gpurig.xml")).content().contains("gpu-02");
      assertThat(run(commands.get(3))).isZero();
      assertThat(run(commands.get(4))).isZero();
      assertThat(folder.resolve("drift.html")).content().contains("<html");
    }
    // the facts that the night recorded are those of hosts that are as the plan asks
    assertThat(run(commands.get(1))).isZero();
  }

  private static List<String> commands(String file) throws IOException {
    return COMMAND
        .matcher(Files.readString(EXAMPLE.resolve(file)))
        .results()
        .map(match -> match.group(1).strip())
        .toList();
  }

  /** Runs a command as if the copy of the example were the current folder. */
  private int run(String command) {
    Object[] words =
        Stream.of(command.split(" "))
            .map(word -> word.replaceAll("^(plans/|inventory\\.yaml|facts$)", folder + "/$1"))
            .map(word -> word.replaceAll("^(markdown|sarif|junit|html)=", "$1=" + folder + "/"))
            .toArray();
    // `facts` is the command itself where it stands first
    words[0] = command.substring(0, command.indexOf(' '));
    Result result = gpurig(words);
    assertThat(result.all()).doesNotContain("Exception");
    return result.exit();
  }

  private void copy() throws IOException {
    for (String name :
        List.of(
            "inventory.yaml", "plans/gpu-nodes.yaml", "facts/gpu-01.json", "facts/gpu-02.json")) {
      Path target = folder.resolve(name);
      Files.createDirectories(target.resolve("..").normalize());
      Files.copy(EXAMPLE.resolve(name), target);
    }
  }

  private void pointInventoryAt(Lab lab) throws IOException {
    Path inventory = folder.resolve("inventory.yaml");
    String text = Files.readString(inventory);
    for (LabHost host : lab.hosts()) {
      text = text.replace(host.name() + ".example.com", "127.0.0.1, ansible_port: " + host.port());
    }
    String access =
        """
                ansible_user: root
                ansible_ssh_private_key_file: %s
                ansible_ssh_common_args: "-o UserKnownHostsFile=%s"
        """
            .formatted(lab.userKey(), lab.knownHosts());
    Files.writeString(inventory, text.replace("        ansible_user: root\n", access));
  }
}
