package io.gpurig.cli;

import static io.gpurig.cli.Commands.gpurig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpurig.cli.Commands.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What users learn the command from: help, the manual, completion. */
final class HelpTest {
  @TempDir private Path folder = Path.of("");

  /** Every command as the words of its line. */
  static Stream<List<String>> commands() {
    List<List<String>> commands = new ArrayList<>(List.of(List.of()));
    Console console = Console.ofProcess();
    collect(Gpurig.commandLine(console), List.of(), commands);
    return commands.stream();
  }

  private static void collect(CommandLine parent, List<String> path, List<List<String>> commands) {
    parent
        .getSubcommands()
        .forEach(
            (name, command) -> {
              List<String> words = new ArrayList<>(path);
              words.add(name);
              commands.add(words);
              collect(command, words, commands);
            });
  }

  @ParameterizedTest
  @MethodSource("commands")
  void helpTeachesByExample(List<String> command) {
    List<Object> words = new ArrayList<>(command);
    words.add("--help");
    Result help = gpurig(words.toArray());
    assertThat(help.exit()).isZero();
    assertThat(help.out()).startsWith("Usage: gpurig").contains("Examples:\n  ", "gpurig");
    assertThat(help.out().lines()).noneMatch(line -> line.length() > 100);
  }

  @Test
  void theListOfCommandsHasWholeSentences() {
    Gpurig.commandLine(Console.ofProcess())
        .getSubcommands()
        .forEach(
            (name, command) ->
                assertThat(command.getCommandSpec().usageMessage().description()[0])
                    .as(name)
                    .endsWith("."));
  }

  @Test
  void theManualNamesEveryCommandAndOption() throws Exception {
    String page = gpurig("man").out();
    assertThat(page.lines()).allMatch(line -> !line.startsWith("'"));
    assertThat(page.lines().filter(line -> line.startsWith(".")))
        .allMatch(line -> line.matches("\\.(TH|SH|SS|PP|TP|nf|fi)( .*)?"));
    assertThat(page)
        .startsWith(".TH \"GPURIG\" \"1\" \"\" \"gpurig (not packaged)\"")
        .contains(".SS \"gpurig lab up\"", "\\fB\\-\\-format FORMAT[=FILE]\\fR");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/man")), "no man here");
    Path file = Files.writeString(folder.resolve("gpurig.1"), page);
    String shown =
        run("env", "LC_ALL=C.UTF-8", "MANWIDTH=100", "man", "--warnings", "-l", file.toString());
    assertThat(shown)
        .contains("SYNOPSIS", "gpurig apply", "--inventory FILE", "gpurig plan gpu-nodes.yaml")
        .doesNotContain("warning:", "error:");
  }

  @Test
  void bashCompletes() throws Exception {
    assertThat(bash("gpurig", "pl")).contains("plan");
    assertThat(bash("gpurig", "lab", "")).contains("up", "down", "list");
    assertThat(bash("gpurig", "plan", "--form")).contains("--format");
    assertThat(bash("gpurig", "plan", "--format", "mark")).contains("markdown");
  }

  private List<String> bash(String... words) throws Exception {
    String script = script("bash");
    run("bash", "-n", script);
    String quoted = String.join(" ", Stream.of(words).map(word -> "'" + word + "'").toList());
    String session =
        """
        source %s
        COMP_WORDS=(%s)
        COMP_CWORD=%d
        _complete_gpurig
        printf '%%s\\n' "${COMPREPLY[@]}"
        """
            .formatted(script, quoted, words.length - 1);
    return run("bash", "-c", session).lines().map(String::strip).toList();
  }

  @Test
  void fishCompletes() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/fish")), "no fish here");
    String script = script("fish");
    run("fish", "--no-execute", script);
    assertThat(fish(script, "gpurig pl")).contains("plan\tCompares hosts");
    assertThat(fish(script, "gpurig lab ")).contains("up\t", "down\t").doesNotContain("plan\t");
    assertThat(fish(script, "gpurig plan --format ")).contains("markdown", "sarif");
    assertThat(fish(script, "gpurig completion ")).contains("fish").doesNotContain("plan\t");
    assertThat(fish(script, "gpurig plan --inv")).contains("--inventory\t");
    Files.writeString(folder.resolve("gpu-nodes.yaml"), "");
    assertThat(fish(script, "gpurig plan " + folder + "/gpu")).contains("gpu-nodes.yaml");
  }

  private String fish(String script, String line) throws Exception {
    return run("fish", "--no-config", "-c", "source " + script + "; complete -C '" + line + "'");
  }

  @Test
  void zshReadsItsScript() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/zsh")), "no zsh here");
    run("zsh", "-n", script("zsh"));
    assertThat(gpurig("completion", "tcsh").exit()).isEqualTo(2);
  }

  private String script(String shell) throws IOException {
    Result result = gpurig("completion", shell);
    assertThat(result.exit()).as(result.all()).isZero();
    return Files.writeString(folder.resolve("script." + shell), result.out()).toString();
  }

  private String run(String... command) throws Exception {
    Path out = folder.resolve("out");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
    builder.environment().put("HOME", folder.toString());
    Process process = builder.start();
    try {
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    String text = Files.readString(out);
    assertThat(process.exitValue()).as(text).isZero();
    return text;
  }
}
