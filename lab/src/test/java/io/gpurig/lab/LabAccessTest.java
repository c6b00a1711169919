package io.gpurig.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.SshClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logging in, running commands, and what is left when hosts or the lab go away. */
class LabAccessTest {
  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init")
  private Lab lab;

  @BeforeEach
  void start() throws IOException {
    lab = Lab.start(folder.resolve("lab"), List.of(HostKind.BARE, HostKind.RTX4090X2));
  }

  @AfterEach
  void stop() throws IOException {
    lab.close();
  }

  @Test
  void opensshRunsAScriptFromItsInput() throws Exception {
    String script = "echo \"on $(cat \"$GPURIG_ROOT/etc/hostname\")\"; echo oops >&2; exit 7\n";

    LabClient.Result result = ssh(lab.hosts().get(1), script.getBytes(UTF_8), "sh -s");

    assertThat(result.exit()).isEqualTo(7);
    assertThat(result.text()).isEqualTo("on gpu-02");
    assertThat(result.err()).contains("oops");
  }

  @Test
  void opensshMovesBytesUnharmed() throws Exception {
    byte[] bytes = random(5 << 20);

    LabClient.Result result = ssh(lab.hosts().getFirst(), bytes, "cat");

    assertThat(result.exit()).isZero();
    assertThat(result.out()).isEqualTo(bytes);
  }

  @Test
  void commandsSeeTheHostAndNotThisMachine() throws IOException {
    try (LabClient client = LabClient.connect(lab, lab.hosts().getFirst())) {
      assertThat(client.exec("uname -r").text()).isEqualTo("6.8.0-45-generic");
      assertThat(client.exec("hostname; id -u; pwd").text())
          .isEqualTo("gpu-01\n0\n" + lab.hosts().getFirst().root() + "/root");
      assertThat(client.exec("sudo -n -u root -- uname -s").text()).isEqualTo("Linux");
      assertThat(client.exec(". \"$GPURIG_ROOT/etc/os-release\"; echo $ID$VERSION_ID").text())
          .isEqualTo("ubuntu22.04");
      assertThat(client.exec("test -S \"$GPURIG_ROOT/var/run/docker.sock\"").exit()).isZero();
      assertThat(client.exec("reboot").exit()).isEqualTo(1);
      assertThat(client.exec("docker ps").err()).contains("no docker client");
      assertThat(client.exec("no-such-command").exit()).isEqualTo(127);
    }
  }

  @Test
  void hostWithoutDriverSaysSoAsNvidiaDoes() throws IOException {
    try (LabClient client = LabClient.connect(lab, lab.hosts().getFirst())) {
      LabClient.Result smi = client.exec("nvidia-smi -L");
      assertThat(smi.exit()).isEqualTo(9);
      assertThat(smi.text()).startsWith("NVIDIA-SMI has failed because it couldn't communicate");
      assertThat(client.exec("chroot /run/nvidia/driver nvidia-smi").exit()).isEqualTo(125);
      assertThat(client.exec("umount -l -R /run/nvidia/driver").exit()).isEqualTo(32);
      assertThat(client.exec("modprobe ipmi_msghandler && modprobe nvidia").err())
          .contains("Module nvidia not found");
    }
    assertThat(lab.hosts().getFirst().root().resolve("sys/module/ipmi_msghandler")).exists();
  }

  @Test
  void sysfsTellsOfTheFunctions() throws IOException {
    Path pci = lab.hosts().get(1).root().resolve("sys/bus/pci/devices");
    Path audio = pci.resolve("0000:21:00.1");

    assertThat(audio.resolve("class")).hasContent("0x040300");
    assertThat(audio.resolve("driver").toRealPath()).hasFileName("snd_hda_intel");
    assertThat(audio.resolve("iommu_group").toRealPath())
        .isEqualTo(pci.resolve("0000:21:00.0/iommu_group").toRealPath());
    assertThat(pci.resolve("0000:21:00.0/driver_override")).hasContent("(null)");
    assertThat(pci.resolve("0000:21:00.0/driver")).doesNotExist();
    assertThat(Files.readSymbolicLink(pci.resolve("0000:21:00.0")).isAbsolute()).isFalse();
  }

  @Test
  void outputOfBothStreamsArrivesWholeWhileInputIsSent() throws IOException {
    byte[] bytes = random(5 << 20);
    try (LabClient client = LabClient.connect(lab, lab.hosts().getFirst())) {
      LabClient.Result result = client.exec("tee /dev/stderr", bytes);

      assertThat(result.exit()).isZero();
      assertThat(result.out()).isEqualTo(bytes);
      assertThat(client.exec("head -c 10", bytes).out()).hasSize(10);
      assertThat(client.exec("kill -KILL $$").exit()).isEqualTo(128 + 9);
    }
  }

  @Test
  void filesOfferAccessToTheirOwnerOnly() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(lab.userKey())))
        .isEqualTo("rw-------");
    assertThat(lab.inventory()).content().contains("gpu-02: {ansible_port: ");
    assertThat(lab.inventory()).content().contains("UserKnownHostsFile=" + lab.knownHosts());
    assertThat(lab.knownHosts()).content().hasLineCount(2);
    assertThat(folder.resolve("lab/lab.pid"))
        .content()
        .contains("" + ProcessHandle.current().pid());
  }

  @Test
  void keyOfAnotherLabIsNotLetIn() throws IOException {
    try (Lab other = Lab.start(folder.resolve("other"), List.of(HostKind.BARE))) {
      SshClient client = LabClient.client(other);
      client.setServerKeyVerifier((session, address, key) -> true);
      try {
        assertThatThrownBy(() -> LabClient.connect(client, lab.hosts().getFirst()))
            .isInstanceOf(IOException.class);
      } finally {
        client.stop();
      }
    }
  }

  @Test
  void unreachableHostComesBackUnderItsPort() throws Exception {
    LabHost host = lab.hosts().getFirst();
    try (LabClient client = LabClient.connect(lab, host)) {
      host.refuseConnections(true);
      Eventually.holds(() -> assertThatThrownBy(() -> client.exec("true")).isNotNull());
    }
    assertThatThrownBy(() -> LabClient.connect(lab, host)).isInstanceOf(IOException.class);
    assertThat(lab.hosts().get(1).port()).isNotEqualTo(host.port());

    host.refuseConnections(false);
    try (LabClient client = LabClient.connect(lab, host)) {
      assertThat(client.exec("echo back").text()).isEqualTo("back");
    }
  }

  @Test
  void lostConnectionEndsTheInputOfACommandButDoesNotKillIt() throws Exception {
    LabHost host = lab.hosts().getFirst();
    try (LabClient client = LabClient.connect(lab, host)) {
      client.begin("echo > \"$GPURIG_ROOT/tmp/on\"; cat; echo ended > \"$GPURIG_ROOT/tmp/off\"");
      Eventually.holds(() -> assertThat(host.root().resolve("tmp/on")).exists());
      host.dropConnections();
      Eventually.holds(() -> assertThat(host.root().resolve("tmp/off")).hasContent("ended"));
    }
  }

  @Test
  void closingLeavesNoProcessAndNoFile() throws Exception {
    Path root = lab.hosts().getFirst().root();
    try (LabClient client = LabClient.connect(lab, lab.hosts().getFirst())) {
      client.begin("sleep 293 & setsid sleep 294 & echo $! > \"$GPURIG_ROOT/tmp/pid\"; wait");
      Eventually.holds(() -> assertThat(root.resolve("tmp/pid")).content().isNotBlank());
      long pid = Long.parseLong(Files.readString(root.resolve("tmp/pid")).strip());
      assertThat(ProcessHandle.of(pid)).isPresent();

      lab.close();

      assertThat(runs(pid)).isFalse();
    }
    assertThat(folder.resolve("lab")).isEmptyDirectory();
  }

  /** A process that was killed may stay listed until its new parent, init, asks after it. */
  private static boolean runs(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return !stat.substring(stat.lastIndexOf(')') + 1).strip().startsWith("Z");
    } catch (IOException e) {
      return false;
    }
  }

  private LabClient.Result ssh(LabHost host, byte[] stdin, String command) throws Exception {
    assumeTrue(
        List.of("/usr/bin/ssh", "/bin/ssh", "/usr/local/bin/ssh").stream()
            .anyMatch(ssh -> Files.isExecutable(Path.of(ssh))),
        "no ssh client here");
    List<String> line = new ArrayList<>(List.of("ssh", "-F", "none", "-o", "BatchMode=yes"));
    line.addAll(List.of("-o", "UserKnownHostsFile=" + lab.knownHosts()));
    line.addAll(List.of("-i", lab.userKey().toString(), "-p", "" + host.port()));
    line.addAll(List.of("root@127.0.0.1", command));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Path in = Files.write(folder.resolve("in"), stdin);
    Process process =
        new ProcessBuilder(line)
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new LabClient.Result(
        process.exitValue(), Files.readAllBytes(out), Files.readString(err));
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(7).nextBytes(bytes);
    return bytes;
  }
}
