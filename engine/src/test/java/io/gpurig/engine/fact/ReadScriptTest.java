package io.gpurig.engine.fact;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The read script on real shells. */
final class ReadScriptTest {
  static List<String> shells() {
    return Shells.installed();
  }

  @ParameterizedTest
  @MethodSource("shells")
  void readsFilesWithModeAndOwner(String shell, @TempDir Path root) throws Exception {
    write(root, "etc/docker/daemon.json", "{}\n");
    Files.setPosixFilePermissions(
        root.resolve("etc/docker/daemon.json"), PosixFilePermissions.fromString("rw-r-----"));
    write(root, "etc/no newline 'at' end", "a\n\nb");
    write(root, "etc/empty", "");

    Facts facts =
        read(
            shell,
            root,
            new Read.File("/etc/docker/daemon.json"),
            new Read.File("/etc/no newline 'at' end"),
            new Read.File("/etc/empty"),
            new Read.File("/etc/absent"),
            new Read.File("/etc"));

    FileFact daemon = facts.file("/etc/docker/daemon.json").orElseThrow();
    assertThat(daemon.content()).isEqualTo("{}\n");
    assertThat(daemon.mode()).isEqualTo("0640");
    assertThat(daemon.owner()).matches("\\d+:\\d+");
    assertThat(facts.file("/etc/no newline 'at' end").orElseThrow().content()).isEqualTo("a\n\nb");
    assertThat(facts.file("/etc/empty").orElseThrow().content()).isEmpty();
    assertThat(facts.file("/etc/absent")).isEmpty();
    assertThat(facts.file("/etc").orElseThrow().type()).isEqualTo(FileFact.Type.DIRECTORY);
  }

  @ParameterizedTest
  @MethodSource("shells")
  void readsTheFilesOfAFolder(String shell, @TempDir Path root) throws Exception {
    write(root, "etc/cdi/a.yaml", "a\n\nb");
    write(root, "etc/cdi/with 'blank", "");
    write(root, "etc/cdi/.hidden", "%end\n");
    write(root, "etc/cdi/two\nlines", "passed over");
    write(root, "etc/cdi/below/c.yaml", "not asked for");
    Files.setPosixFilePermissions(
        root.resolve("etc/cdi/a.yaml"), PosixFilePermissions.fromString("rw-r-----"));
    write(root, "etc/empty/gone", "");
    Files.delete(root.resolve("etc/empty/gone"));
    write(root, "etc/file", "");

    Facts facts =
        read(
            shell,
            root,
            new Read.Folder("/etc/cdi"),
            new Read.Folder("/etc/empty"),
            new Read.Folder("/etc/absent"),
            new Read.Folder("/etc/file"));

    assertThat(facts.folder("/etc/cdi").keySet())
        .containsExactly(".hidden", "a.yaml", "with 'blank");
    FileFact first = facts.file("/etc/cdi/a.yaml").orElseThrow();
    assertThat(first.content()).isEqualTo("a\n\nb");
    assertThat(first.mode()).isEqualTo("0640");
    assertThat(facts.file("/etc/cdi/.hidden").orElseThrow().content()).isEqualTo("%end\n");
    assertThat(facts.file("/etc/cdi").orElseThrow().type()).isEqualTo(FileFact.Type.DIRECTORY);
    assertThat(facts.folder("/etc/empty")).isEmpty();
    assertThat(facts.file("/etc/absent")).isEmpty();
    assertThat(facts.file("/etc/file").orElseThrow().type()).isEqualTo(FileFact.Type.OTHER);
  }

  @ParameterizedTest
  @MethodSource("shells")
  void binaryAndFrameLikeContentArrivesAsItIs(String shell, @TempDir Path root) throws Exception {
    byte[] binary = new byte[70_000];
    new Random(7).nextBytes(binary);
    Files.write(root.resolve("binary"), binary);
    String hostile = "%end\n%file 0\nJSJzbWlsZQ==\n%gpurig 1 hex\n\0\n%absent 1\n";
    write(root, "hostile", hostile);

    Facts facts = read(shell, root, new Read.File("/binary"), new Read.File("/hostile"));

    FileFact read = facts.file("/binary").orElseThrow();
    assertThat(read.base64()).isTrue();
    assertThat(Base64.getDecoder().decode(read.content())).isEqualTo(binary);
    assertThat(facts.file("/hostile").orElseThrow().content()).isEqualTo(hostile);
  }

  @ParameterizedTest
  @MethodSource("shells")
  void hugeFilesAreCut(String shell, @TempDir Path root) throws Exception {
    Files.write(root.resolve("huge"), "x".repeat(3 << 20).getBytes(UTF_8));

    FileFact huge = read(shell, root, new Read.File("/huge")).file("/huge").orElseThrow();

    assertThat(huge.content()).hasSize(1 << 20);
    assertThat(huge.error()).contains("larger than 1 MiB");
  }

  @ParameterizedTest
  @MethodSource("shells")
  void commandsAnswerWithBothOutputsAndStatus(String shell, @TempDir Path root) throws Exception {
    Read.Command talk =
        Read.Command.of("sh", "-c", "printf 'out\\n\\n'; printf 'err\\n7' >&2; exit 3");
    Read.Command silent = Read.Command.of("true");
    Read.Command none = Read.Command.of("gpurig-no-such-command");
    Read.Command found = Read.Command.of("command", "-v", "sh");
    Read.Command reads = Read.Command.of("cat");
    Read.Command big = Read.Command.of("sh", "-c", "head -c 300000 /dev/zero | tr '\\0' y");

    Read.Command warns = Read.Command.of("sh", "-c", "printf 'careful\\n\\n' >&2");

    Facts facts = read(shell, root, talk, silent, none, found, reads, big, warns);

    assertThat(facts.commands().get(talk.line()))
        .isEqualTo(new CommandFact(3, "out\n\n", "err\n7"));
    assertThat(facts.commands().get(silent.line())).isEqualTo(new CommandFact(0, "", ""));
    assertThat(facts.commands().get(warns.line())).isEqualTo(new CommandFact(0, "", "careful\n\n"));
    assertThat(facts.command("gpurig-no-such-command")).isEqualTo(CommandFact.NOT_FOUND);
    assertThat(facts.command("command", "-v", "sh").stdout()).endsWith("sh\n");
    assertThat(facts.command("cat")).isEqualTo(new CommandFact(0, "", ""));
    assertThat(facts.command(big.argv().toArray(String[]::new)).stdout()).hasSize(300_000);
  }

  @ParameterizedTest
  @MethodSource("shells")
  void readsThePciBus(String shell, @TempDir Path root) throws Exception {
    function(root, "0000:3b:00.0", "0x10de", "0x2331", "0x030200", "(null)");
    function(root, "0000:3b:00.1", "0x10de", "0x22ba", "0x040300", "vfio-pci");
    Path device = root.resolve("sys/bus/pci/devices/0000:3b:00.0");
    write(root, "sys/bus/pci/devices/0000:3b:00.0/numa_node", "1\n");
    write(root, "sys/bus/pci/devices/0000:3b:00.1/numa_node", "-1\n");
    Files.createSymbolicLink(device.resolve("driver"), Path.of("../../../bus/pci/drivers/nvidia"));
    Files.createSymbolicLink(
        device.resolve("iommu_group"), Path.of("../../../kernel/iommu_groups/12"));

    assertThat(read(shell, root, new Read.Pci()).pciFunctions())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "0000:3b:00.0",
                new PciFact(
                    "0x10de",
                    "0x2331",
                    "0x030200",
                    Optional.of("nvidia"),
                    Optional.of("12"),
                    Optional.empty(),
                    Optional.of(1)),
                "0000:3b:00.1",
                new PciFact(
                    "0x10de",
                    "0x22ba",
                    "0x040300",
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of("vfio-pci"))));
  }

  @ParameterizedTest
  @MethodSource("shells")
  void findsWhoHasADeviceOpen(String shell, @TempDir Path root) throws Exception {
    String id = "0123456789abcdef".repeat(4);
    write(root, "proc/42/comm", "python3 -u\n");
    write(root, "proc/42/cgroup", "0::/system.slice/docker-" + id + ".scope\n");
    write(root, "proc/77/comm", "Xorg\n");
    write(root, "proc/77/cgroup", "0::/user.slice\n");
    descriptor(root, "42", "3", "/dev/nvidia0");
    descriptor(root, "42", "4", "/dev/nvidiactl");
    descriptor(root, "42", "5", "/dev/nvidia0");
    descriptor(root, "77", "9", "/dev/nvidia0");
    descriptor(root, "78", "9", "/dev/null");

    Facts facts = read(shell, root, new Read.DeviceUsers("/dev/nvidia"));

    assertThat(facts.usersOf("/dev/nvidia"))
        .containsExactlyInAnyOrder(
            new DeviceUser(
                42, "python3 -u", Optional.of(id), List.of("/dev/nvidia0", "/dev/nvidiactl")),
            new DeviceUser(77, "Xorg", Optional.empty(), List.of("/dev/nvidia0")));
  }

  @ParameterizedTest
  @MethodSource("shells")
  void aHostWithoutBase64AnswersInHex(String shell, @TempDir Path root) throws Exception {
    Path bin = Files.createDirectory(root.resolve("bin"));
    for (String tool : List.of("od", "head", "stat", "cat", "tr", "true", "ls", "sed")) {
      Files.createSymbolicLink(bin.resolve(tool), Path.of("/usr/bin/" + tool));
    }
    write(root, "file", "häh\n");
    ReadScript script = ReadScript.of(List.of(new Read.File("/file"), Read.Command.of("true")));

    byte[] answer =
        Shells.run(
            shell, script.text(), Map.of("GPURIG_ROOT", root.toString(), "PATH", bin.toString()));

    // busybox has base64 built in and needs no PATH for it
    assertThat(new String(answer, ISO_8859_1)).containsPattern("%gpurig 1 (hex|base64)");
    assertThat(script.parse("h", answer).file("/file").orElseThrow().content()).isEqualTo("häh\n");
  }

  @Test
  void aBannerBeforeTheAnswerIsPassedOver() throws Exception {
    ReadScript script = ReadScript.of(List.of(new Read.Pci()));
    byte[] answer = "Welcome!\n%pci\n%gpurig 1 base64\n%root\n%pci\n\n%end\n".getBytes(UTF_8);
    assertThat(script.parse("h", answer).pciFunctions()).isEmpty();
  }

  @Test
  void aCutAnswerIsNotTaken() {
    ReadScript script = ReadScript.of(List.of(new Read.File("/a"), new Read.File("/b")));
    for (String answer :
        List.of(
            "",
            "This account is currently not available.\n",
            "%gpurig 1 base64\n%absent 0\n",
            "%gpurig 1 base64\n%absent 0\n%end\n",
            "%gpurig 1 base64\n%absent 9\n%end\n",
            "%gpurig 1 base64\n%file 0\nnot base64!\n%end\n",
            "%gpurig 1 base64\n%nonsense\n%end\n")) {
      assertThatThrownBy(() -> script.parse("h", answer.getBytes(UTF_8)))
          .isInstanceOf(UnreadableAnswerException.class);
    }
  }

  /** Whatever a host sends gives facts or a refusal, never another exception. */
  @Property(tries = 500)
  void anyAnswerIsTakenOrRefused(@ForAll("answers") String answer) {
    ReadScript script =
        ReadScript.of(
            List.of(
                new Read.File("/a"),
                Read.Command.of("true"),
                new Read.Pci(),
                new Read.DeviceUsers("/dev/nvidia")));
    try {
      assertThat(script.parse("h", answer.getBytes(UTF_8)).host()).isEqualTo("h");
    } catch (UnreadableAnswerException e) {
      assertThat(e).hasMessageMatching(".+");
    }
  }

  @Provide
  Arbitrary<String> answers() {
    List<String> lines = new ArrayList<>();
    lines.addAll(
        List.of(
            "%root",
            "%stat",
            "%file 0",
            "%absent 0",
            "%command 1",
            "%missing 1",
            "%pci",
            "%users 3",
            "%file x",
            "%file",
            "%command 99999999999",
            "",
            "!",
            "====",
            "%gpurig 1 hex"));
    for (String content :
        List.of(
            "",
            "\n",
            "\n\n0",
            "out\n\n5",
            "process 1 a\ndevice /dev/nvidia0",
            "device /x",
            "0000:00:00.0 0x10de 0x1 0x030000 (null)",
            "x\nMA==\n4",
            "644 0:0 /a",
            "process 99999999999999 a",
            "out\nCjA=\n4")) {
      lines.add(Base64.getEncoder().encodeToString(content.getBytes(UTF_8)));
    }
    return Arbitraries.of(lines)
        .list()
        .ofMaxSize(14)
        .map(list -> "%gpurig 1 base64\n" + String.join("\n", list) + "\n%end\n");
  }

  private static Facts read(String shell, Path root, Read... reads) throws Exception {
    ReadScript script = ReadScript.of(List.of(reads));
    byte[] answer = Shells.run(shell, script.text(), Map.of("GPURIG_ROOT", root.toString()));
    return script.parse("host", answer);
  }

  private static void write(Path root, String path, String content) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.resolve("..").normalize());
    Files.writeString(file, content);
  }

  private static void function(
      Path root, String bdf, String vendor, String device, String code, String override)
      throws IOException {
    String folder = "sys/bus/pci/devices/" + bdf;
    write(root, folder + "/vendor", vendor + "\n");
    write(root, folder + "/device", device + "\n");
    write(root, folder + "/class", code + "\n");
    write(root, folder + "/driver_override", override + "\n");
  }

  private static void descriptor(Path root, String pid, String number, String target)
      throws IOException {
    Path folder = Files.createDirectories(root.resolve("proc/" + pid + "/fd"));
    Files.createSymbolicLink(folder.resolve(number), Path.of(target));
  }
}
