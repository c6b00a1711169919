package io.gpurig.hostsuite;

import static io.gpurig.hostsuite.Workbench.DRIVER_16;
import static io.gpurig.hostsuite.Workbench.DRIVER_20;
import static io.gpurig.hostsuite.Workbench.TOOLKIT_18;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpurig.hostsuite.Program.Result;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong on hosts, each told in one clear line, and none hiding the others. */
@OnHosts
final class FailureTest {
  @TempDir private Path folder = Path.of("");

  /** An upgrade has seven actions or so: it is killed after the start of each of them. */
  @Test
  void anApplyThatIsKilledAfterAnyActionIsFinishedByTheNext() throws Exception {
    try (RealHost host = RealHost.up("killed")) {
      Workbench bench = new Workbench(folder);
      Path inventory = bench.inventory(host);
      expect(0, "apply", bench.driverAndToolkit(DRIVER_16, TOOLKIT_18), "-i", inventory, "-q");
      int killed = 0;
      for (int action = 1; killed == action - 1; action++) {
        String image = action % 2 == 1 ? DRIVER_20 : DRIVER_16;
        Path plan = bench.driverAndToolkit(image, TOOLKIT_18);

        if (killedAtAction(action, "apply", plan, "-i", inventory)) {
          killed++;
        }
        expect(0, "apply", plan, "-i", inventory, "-q");

        expect(0, "plan", plan, "-i", inventory);
        assertThat(host.sh("docker ps -a --format '{{.Names}} {{.State}}' | sort"))
            .isEqualTo("nvidia-driver running\nnvidia-toolkit running\n");
        assertThat(
                host.sh("cat /sys/module/nvidia/version; chroot /run/nvidia/driver nvidia-smi -L"))
            .startsWith(image.replaceAll(".*:|-debian12", ""))
            .contains("GPU 0");
      }
      assertThat(killed).isGreaterThanOrEqualTo(6);
    }
  }

  /** Returns whether the run was killed, which it is not if it has fewer actions. */
  private static boolean killedAtAction(int action, Object... arguments) throws Exception {
    Process process =
        new ProcessBuilder(Program.gpurigCommand(arguments))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    int started = 0;
    try (BufferedReader progress =
        new BufferedReader(new InputStreamReader(process.getErrorStream(), UTF_8))) {
      for (String line = progress.readLine(); line != null; line = progress.readLine()) {
        // after the time, an action is told of with two blanks more than its host's name has
        if (line.matches("\\S+ {2}killed {4}\\S.*") && ++started == action) {
          process.destroyForcibly();
          break;
        }
      }
    }
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return started == action;
  }

  @Test
  void aWrongHostKeyIsRefusedAndAnUnknownOneToo() throws Exception {
    try (RealHost host = RealHost.up("hostkey");
        RealHost other = RealHost.up("otherkey")) {
      Workbench bench = new Workbench(folder);
      Path inventory = bench.inventory(host);
      Path plan = bench.driver(DRIVER_16);

      bench.knownHosts("# nobody\n" + host.address() + " " + other.hostKey() + "\n");
      assertThat(expect(1, "plan", plan, "-i", inventory).out())
          .contains("connect/host-key-changed", "known_hosts:2");

      bench.knownHosts("");
      assertThat(expect(1, "plan", plan, "-i", inventory).out())
          .contains("connect/host-key-unknown", "SHA256:");
      assertThat(host.sh("docker ps -aq")).isEmpty();
    }
  }

  @Test
  void everyKindOfBadHostGivesOneLineAndHidesNoOther() throws Exception {
    try (RealHost good = RealHost.up("good");
        RealHost dockerless = RealHost.up("dockerless", "--no-docker");
        RealHost down = RealHost.up("dockerdown");
        RealHost nosudo = RealHost.up("nosudo", "--no-sudo-rights");
        RealHost noshell = RealHost.up("noshell")) {
      Workbench bench = new Workbench(folder);
      down.sh("systemctl stop docker.socket docker");
      noshell.sh("usermod -s /usr/sbin/nologin lab");
      Path inventory = bench.inventory(good, dockerless, down, nosudo, noshell);
      String text =
          Files.readString(inventory)
              .replaceAll("(nosudo|noshell): \\{", "$1: {ansible_user: lab, ansible_become: true, ")
              .replace(
                  "  hosts:\n",
                  "  hosts:\n    gone: {ansible_host: 127.0.0.1, ansible_port: 1}\n"
                      + "    stranger: {ansible_host: "
                      + good.address()
                      + ", ansible_user: nobody}\n");
      Files.writeString(inventory, text);
      Path plan = bench.driver(DRIVER_16);

      Result result = expect(1, "apply", plan, "-i", inventory);

      assertThat(result.out())
          .contains("good: changed, read again, and as the plan asks")
          .contains("gone: error[connect/unreachable]: ")
          .contains("stranger: error[connect/refused-key]: ")
          .contains("nosudo: error[become/")
          .contains("noshell: error[read/unreadable]: ")
          .contains("error[docker/unreachable]: ")
          .contains("7 hosts: 1 changed and proven, 6 failed");
      assertThat(result.both()).doesNotContain("Exception", "\tat ");
      assertThat(good.sh("docker ps --format '{{.Names}}'")).isEqualTo("nvidia-driver\n");
    }
  }

  @Test
  void aDockerThatDiesDuringAnApplyIsToldAndTheNextApplyMends() throws Exception {
    try (RealHost host = RealHost.up("dies")) {
      Workbench bench = new Workbench(folder);
      Path inventory = bench.inventory(host);
      Path plan = bench.driver(DRIVER_16);
      host.sh("mkdir -p /etc/hostsuite; echo LAB_START_SECONDS=20 >/etc/hostsuite/driver.env");
      Process apply =
          new ProcessBuilder(Program.gpurigCommand("apply", plan, "-i", inventory))
              .redirectErrorStream(true)
              .start();
      try (BufferedReader output =
          new BufferedReader(new InputStreamReader(apply.getInputStream(), UTF_8))) {
        String line = output.readLine();
        while (line != null && !line.contains("waiting until")) {
          line = output.readLine();
        }
        host.sh("systemctl stop docker.socket docker");
        List<String> rest = output.lines().toList();
        assertThat(apply.waitFor()).as(rest.toString()).isEqualTo(1);
        // as its daemon stops, Docker ends the container: whichever is seen first
        assertThat(String.join("\n", rest)).contains("the Docker daemon of the host does not run");
      }
      host.sh("rm /etc/hostsuite/driver.env; systemctl start docker");

      expect(0, "apply", plan, "-i", inventory, "-q");
      expect(0, "plan", plan, "-i", inventory);
    }
  }

  private static Result expect(int exit, Object... arguments) throws Exception {
    Result result = Program.gpurig(arguments);
    assertThat(result.exit()).as(result.both()).isEqualTo(exit);
    return result;
  }
}
