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
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lock and the journal on real hosts. */
@OnHosts
final class JournalTest {
  @TempDir private Path folder = Path.of("");

  /**
   * The apply is killed each time the journal has one line more: after a write-ahead, when the
   * action may or may not have begun.
   */
  @Test
  void anApplyThatIsKilledAfterAnyLineOfItsJournalIsMendedByTheNext() throws Exception {
    try (RealHost host = RealHost.up("jkilled")) {
      Workbench bench = new Workbench(folder);
      Path inventory = bench.inventory(host);
      expect(0, "apply", bench.driverAndToolkit(DRIVER_16, TOOLKIT_18), "-i", inventory, "-q");
      boolean killed = true;
      int line = 2; // the first is the run's own
      for (; killed; line++) {
        String image = line % 2 == 0 ? DRIVER_20 : DRIVER_16;
        Path plan = bench.driverAndToolkit(image, TOOLKIT_18);

        killed = HeldJournal.killedAt(line, host::sh, "apply", plan, "-i", inventory);
        boolean open =
            host.sh("cat /var/lib/gpurig/unfinished 2>/dev/null || :").contains("change");
        Result planned = Program.gpurig("plan", plan, "-i", inventory);
        assertThat(planned.out().contains("journal/unfinished")).as(planned.both()).isEqualTo(open);
        Result applied = expect(0, "apply", plan, "-i", inventory);

        assertThat(
                applied.out().contains("journal/taken-back")
                    || applied.out().contains("journal/finished"))
            .as(applied.both())
            .isEqualTo(open);
        expect(0, "plan", plan, "-i", inventory);
        assertThat(host.sh("docker ps -a --format '{{.Names}} {{.State}}' | sort"))
            .isEqualTo("nvidia-driver running\nnvidia-toolkit running\n");
        assertThat(host.sh("cat /sys/module/nvidia/version"))
            .isEqualTo(image.replaceAll(".*:|-debian12", "") + "\n");
        assertThat(host.sh("ls /var/lib/gpurig")).isEqualTo("runs\n");
      }
      System.out.println("killed after each of lines 2 to " + (line - 2) + " of a journal");
      assertThat(line).isGreaterThan(6);
    }
  }

  /** The host keeps what a run replaces, and tells who did what: no value of a secret among it. */
  @Test
  void noSecretIsInTheJournal() throws Exception {
    try (RealHost host = RealHost.up("jsecret")) {
      Workbench bench = new Workbench(folder);
      Path inventory = bench.inventory(host);
      Path secrets = Files.writeString(folder.resolve("secrets.yaml"), "TOKEN: hush-5c2f91\n");
      Files.setPosixFilePermissions(secrets, PosixFilePermissions.fromString("rw-------"));
      for (String image : List.of(DRIVER_16, DRIVER_20)) {
        Path plan = bench.plan(Workbench.driverSection(image) + "  env: {TOKEN: !secret TOKEN}\n");
        expect(0, "apply", plan, "-i", inventory, "--secrets", secrets, "-q");
      }

      assertThat(host.sh("docker inspect nvidia-driver")).contains("TOKEN=hush-5c2f91");
      assertThat(host.sh("cat /var/lib/gpurig/runs/*/log")).contains("nvidia-driver");
      assertThat(host.sh("grep -rl hush-5c2f91 /var/lib/gpurig /run/gpurig.lock || :")).isEmpty();
    }
  }

  @Test
  void twoAppliesAtOnceAndWhatTheyLeaveInTheHistory() throws Exception {
    try (RealHost host = RealHost.up("jlocked")) {
      Workbench bench = new Workbench(folder);
      Path inventory = bench.inventory(host);
      host.sh("mkdir -p /etc/hostsuite; echo LAB_START_SECONDS=8 >/etc/hostsuite/driver.env");
      Path plan = bench.driver(DRIVER_16);
      Process first =
          new ProcessBuilder(Program.gpurigCommand("apply", plan, "-i", inventory))
              .redirectErrorStream(true)
              .start();
      try (BufferedReader output =
          new BufferedReader(new InputStreamReader(first.getInputStream(), UTF_8))) {
        until(output, line -> line.contains("waiting until"));

        assertThat(expect(1, "apply", plan, "-i", inventory).out())
            .contains("lock/held", "(pid " + first.pid() + ", plan Host suite)");
        assertThat(expect(3, "unlock", "jlocked", "-i", inventory).out())
            .contains("jlocked: locked by ", "(pid " + first.pid());
        // plan takes no lock, and says what goes on
        assertThat(Program.gpurig("plan", plan, "-i", inventory).out())
            .contains("journal/unfinished");
        expect(0, "apply", plan, "-i", inventory, "--lock-timeout", "2m");
        assertThat(output.lines().toList().getLast()).contains("1 changed and proven");
      }
      assertThat(first.waitFor()).isZero();
      assertThat(expect(0, "unlock", "jlocked", "-i", inventory).out())
          .isEqualTo("jlocked: free\n");
      String history = expect(0, "history", "jlocked", "-i", inventory).out();
      assertThat(history)
          .contains("jlocked: 1 run\n", "  changed  ", "run container nvidia-driver");
      String run = history.lines().skip(1).findFirst().orElseThrow().strip().split(" ")[0];

      assertThat(expect(4, "undo", "jlocked", run, "-i", inventory).out())
          .contains("undo of \"run container nvidia-driver", "nothing was done");
      expect(0, "undo", "jlocked", run, "-i", inventory, "--yes");

      assertThat(host.sh("docker ps -aq")).isEmpty();
      assertThat(expect(0, "history", "jlocked", "-i", inventory).out()).contains("  undone  ");
    }
  }

  @Test
  void theHostTakesARunBackAlone() throws Exception {
    try (RealHost host = RealHost.up("jalone")) {
      Workbench bench = new Workbench(folder);
      Path inventory = bench.inventory(host);
      expect(0, "apply", bench.driver(DRIVER_16), "-i", inventory, "-q");

      host.sh("sh /var/lib/gpurig/runs/*/undo");

      assertThat(host.sh("docker ps -aq")).isEmpty();
    }
  }

  @Test
  void aLoginThatNeedsSudoLocksToo() throws Exception {
    try (RealHost host = RealHost.up("jsudo")) {
      Workbench bench = new Workbench(folder);
      Path plan = bench.driver(DRIVER_16);
      Path plain = bench.inventory("ansible_user: lab", host);
      assertThat(expect(1, "apply", plan, "-i", plain).out()).contains("lock/unavailable");

      Path inventory = bench.inventory("ansible_user: lab\nansible_become: true", host);
      expect(0, "apply", plan, "-i", inventory, "-q");
      assertThat(expect(0, "history", "jsudo", "-i", inventory).out()).contains("  changed  ");
    }
  }

  private static void until(BufferedReader output, Predicate<String> wanted) throws Exception {
    String line = output.readLine();
    while (line != null && !wanted.test(line)) {
      line = output.readLine();
    }
  }

  private static Result expect(int exit, Object... arguments) throws Exception {
    Result result = Program.gpurig(arguments);
    assertThat(result.exit()).as(result.both()).isEqualTo(exit);
    return result;
  }
}
