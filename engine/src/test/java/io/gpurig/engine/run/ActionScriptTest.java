package io.gpurig.engine.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Condition;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scripts of actions, on a real shell below a folder. */
final class ActionScriptTest {
  @TempDir private Path root = Path.of("");

  private record Result(int exit, String out, String err) {}

  @ParameterizedTest
  @ValueSource(strings = {"", "plain\n", "no end", "it's $HOME `x` \\ % \"q\"\n\n", "é€\ttab\r\n"})
  void aFileIsWrittenAsItIs(String content) throws Exception {
    Result result = write("/etc/deep/er/file", content, Optional.empty());

    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(root.resolve("etc/deep/er/file")).hasContent(content);
    assertThat(mode("etc/deep/er/file")).isEqualTo("rw-r--r--");
    assertThat(mode("etc/deep")).isEqualTo("rwxr-xr-x");
    try (Stream<Path> files = Files.list(root.resolve("etc/deep/er"))) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void aLargeFileIsWrittenWhole() throws Exception {
    String content = "0123456789abcde\n".repeat(20_000);
    assertThat(write("/big", content, Optional.empty()).exit()).isZero();
    assertThat(Files.readString(root.resolve("big"))).isEqualTo(content);
  }

  @Test
  void modeOfAFileThatIsThereStaysUnlessAsked() throws Exception {
    Path file = Files.writeString(root.resolve("f"), "old");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

    write("/f", "new", Optional.empty());
    assertThat(mode("f")).isEqualTo("rw-r-----");
    write("/f", "newer", Optional.of("0600"));
    assertThat(mode("f")).isEqualTo("rw-------");
    assertThat(file).hasContent("newer");
  }

  @Test
  void aSymbolicLinkStaysOne() throws Exception {
    Path target = Files.writeString(root.resolve("target"), "old");
    Path link = Files.createSymbolicLink(root.resolve("link"), target);

    write("/link", "new", Optional.empty());

    assertThat(link).isSymbolicLink();
    assertThat(target).hasContent("new");
  }

  @Test
  void aFileThatCannotBeWrittenIsLeftAsItWas() throws Exception {
    Path file = Files.writeString(root.resolve("f"), "old");
    // a file size limit stands in for a full disk: dd fails half way
    String script =
        ActionScript.write(new Action.WriteFile("/f", "x".repeat(4096), Optional.empty()));

    Result result = sh("trap '' XFSZ\nulimit -f 1\n" + script);

    assertThat(result.exit()).isNotZero();
    assertThat(file).hasContent("old");
    try (Stream<Path> files = Files.list(root)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aContentThatACommandRefusesLeavesTheFile() throws Exception {
    Path file = Files.writeString(root.resolve("f"), "old");
    List<String> validate =
        List.of("sh", "-c", "echo no good >&2; grep -q good \"$1\"", "sh", "{}");

    Result refused = validated("bad", validate);
    assertThat(refused.exit()).isNotZero();
    assertThat(refused.err()).isEqualTo("no good\n");
    assertThat(file).hasContent("old");
    try (Stream<Path> files = Files.list(root)) {
      assertThat(files).containsExactly(file);
    }

    assertThat(validated("good", validate).exit()).isZero();
    assertThat(file).hasContent("good");
    assertThat(validated("x=1", List.of("sh", "-c", ". \"${P#it\\'s }\"; [ $x = 1 ]")).exit())
        .isNotZero();
    assertThat(
            validated("x=1", List.of("env", "P=it's {}", "sh", "-c", ". \"${P#it\\'s }\"")).exit())
        .isZero();
  }

  private Result validated(String content, List<String> validate) throws Exception {
    return sh(
        ActionScript.write(
            new Action.WriteFile("/f", content, Optional.empty(), Optional.empty(), validate)));
  }

  @Test
  void aNewFileAndItsNewFoldersBelongToTheOwner() throws Exception {
    assumeThat(System.getProperty("user.name", "")).isEqualTo("root");
    Files.createDirectories(root.resolve("home"));
    String script =
        ActionScript.write(
            new Action.WriteFile(
                "/home/.config/docker/daemon.json",
                "{}",
                Optional.empty(),
                Optional.of("1234:1234"),
                List.of()));

    assertThat(sh(script).exit()).isZero();

    assertThat(owner("home")).isEqualTo(0);
    assertThat(owner("home/.config")).isEqualTo(1234);
    assertThat(owner("home/.config/docker")).isEqualTo(1234);
    assertThat(owner("home/.config/docker/daemon.json")).isEqualTo(1234);
  }

  private Object owner(String path) throws IOException {
    return Files.getAttribute(root.resolve(path), "unix:uid");
  }

  @Test
  void aHostBelowAFolderHasASystemctlOfItsOwnOrNone() throws Exception {
    String script = ActionScript.service("restart", "docker.service", Optional.empty());

    Result other = sh("systemctl() { echo reached >&2; }\nPATH=/usr/bin:/bin\n" + script);
    assertThat(other.exit()).isNotZero();
    assertThat(other.err()).doesNotContain("reached");

    Path bin = Files.createDirectories(root.resolve("bin"));
    Path systemctl = Files.writeString(bin.resolve("systemctl"), "#!/bin/sh\necho \"$*\"\n");
    Files.setPosixFilePermissions(systemctl, PosixFilePermissions.fromString("rwxr-xr-x"));
    Result own = sh("PATH=" + bin + ":$PATH\n" + script);
    assertThat(own.out()).as(own.err()).isEqualTo("restart -- docker.service\n");

    String user = System.getProperty("user.name", "");
    Result users =
        sh(
            "PATH="
                + bin
                + ":$PATH\n"
                + ActionScript.service("restart", "docker.service", Optional.of(user)));
    assertThat(users.out()).as(users.err()).isEqualTo("--user restart -- docker.service\n");
  }

  @Test
  void removalIsHarmlessWhereNothingIs() throws Exception {
    Files.writeString(root.resolve("f"), "x");
    String script = ActionScript.remove(new Action.RemoveFile("/f"));
    assertThat(sh(script).exit()).isZero();
    assertThat(root.resolve("f")).doesNotExist();
    assertThat(sh(script).exit()).isZero();
  }

  @Test
  void aCommandsWordsArriveAndItsStatusToo() throws Exception {
    Result result = sh(ActionScript.run(List.of("printf", "%s|", "a b", "$HOME", "'")));
    assertThat(result.out()).isEqualTo("a b|$HOME|'|");
    assertThat(sh(ActionScript.run(List.of("sh", "-c", "exit 7"))).exit()).isEqualTo(7);
  }

  @Test
  void theFirstConditionThatDoesNotHoldIsNamed() throws Exception {
    Files.writeString(root.resolve("there"), "Ready\n");
    Condition exists = new Condition.FileExists("/there");
    Condition absent = new Condition.FileAbsent("/gone");
    Condition says = new Condition.FileSaysIfPresent("/there", "Ready");
    Condition silent = new Condition.FileSaysIfPresent("/gone", "Ready");
    Condition succeeds = new Condition.CommandSucceeds(List.of("true"));
    Condition docker = new Condition.RuntimeListed("x");

    assertThat(check(exists, absent, says, silent, succeeds, docker)).isEqualTo("all");
    assertThat(check(exists, new Condition.FileExists("/gone"))).isEqualTo("1");
    assertThat(check(new Condition.FileAbsent("/there"))).isEqualTo("0");
    assertThat(check(docker, new Condition.FileSaysIfPresent("/there", "Not"))).isEqualTo("1");
    assertThat(check(exists, absent, new Condition.CommandSucceeds(List.of("false"))))
        .isEqualTo("2");
  }

  private String check(Condition... conditions) throws Exception {
    return sh(ActionScript.check(List.of(conditions))).out().strip();
  }

  private Result write(String path, String content, Optional<String> mode) throws Exception {
    return sh(ActionScript.write(new Action.WriteFile(path, content, mode)));
  }

  private String mode(String path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve(path)));
  }

  private Result sh(String script) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-s");
    builder.environment().put("GPURIG_ROOT", root.toString());
    Process process = builder.start();
    try (OutputStream input = process.getOutputStream()) {
      input.write(script.getBytes(UTF_8));
    }
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Result(process.exitValue(), out, err);
  }
}
