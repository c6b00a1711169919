package io.gpurig.hostsuite;

import static io.gpurig.hostsuite.Workbench.DRIVER_16;
import static io.gpurig.hostsuite.Workbench.DRIVER_20;
import static io.gpurig.hostsuite.Workbench.TOOLKIT_18;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpurig.hostsuite.Program.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hosts that cannot be reached any more, whose disk is full, whose engine does not come back. */
@OnHosts
final class GuardTest {
  private static final String DAEMON = "/etc/docker/daemon.json";
  private static final String RUNTIME = "runtime: {path: /usr/bin/runc, readyTimeout: 10s}\n";
  private static final String BYSTANDER = "docker run -d --name bystander lab/busybox:1 sleep 9000";
  private static final String BYSTANDER_PID = "docker inspect -f '{{.State.Pid}}' bystander";

  /** The lines of the journal of a driver's upgrade, after each of which a host is cut off. */
  private static final int LAST_LINE = 6;

  @TempDir private Path folder = Path.of("");

  /** A host, and the apply that is cut off from it. */
  private record Cut(RealHost host, int line, String bystander, Process apply) {}

  /** All at once, because a host waits a minute and a half until it acts. */
  @Test
  void aHostThatIsCutOffAfterAnyLineOfItsJournalHelpsItself() throws Exception {
    List<RealHost> hosts = new ArrayList<>();
    List<Cut> cuts = new ArrayList<>();
    try {
      for (int line = 2; line <= LAST_LINE; line++) {
        hosts.add(RealHost.up("cut" + line));
      }
      // the controller of this one is killed instead, and nobody comes
      hosts.add(RealHost.up("killed"));
      Workbench bench = new Workbench(folder);
      Path inventory = bench.inventory(hosts.toArray(RealHost[]::new));
      expect(0, "apply", bench.driverAndToolkit(DRIVER_16, TOOLKIT_18), "-i", inventory, "-q");
      Path plan = bench.driverAndToolkit(DRIVER_20, TOOLKIT_18);
      for (RealHost host : hosts) {
        cuts.add(cut(host, cuts.size() < LAST_LINE - 1 ? cuts.size() + 2 : 4, plan, inventory));
      }
      for (Cut cut : cuts) {
        helpsItself(cut);
      }
      for (RealHost host : hosts) {
        HeldJournal.remove(host::sh);
        host.plug();
      }

      expect(0, "apply", plan, "-i", inventory);

      expect(0, "plan", plan, "-i", inventory);
      for (Cut cut : cuts) {
        assertThat(cut.host().sh("cat /sys/module/nvidia/version")).isEqualTo("580.126.20\n");
        assertThat(cut.host().sh("ls /var/lib/gpurig")).isEqualTo("runs\n");
        assertThat(cut.host().sh(BYSTANDER_PID)).isEqualTo(cut.bystander());
      }
    } finally {
      cuts.forEach(cut -> cut.apply().destroyForcibly());
      for (RealHost host : hosts) {
        host.close();
      }
    }
  }

  private static Cut cut(RealHost host, int line, Path plan, Path inventory) throws Exception {
    host.sh(BYSTANDER);
    String bystander = host.sh(BYSTANDER_PID);
    HeldJournal.hold(host::sh, line);
    Process apply = HeldJournal.start("apply", plan, "-i", inventory, "--limit", host.name());
    assertThat(HeldJournal.isHeld(host::sh, apply)).as(host.name()).isTrue();
    assertThat(host.sh("wc -l <$(ls -d /var/lib/gpurig/runs/*/log | tail -n 1)").strip())
        .as(host.name())
        .isEqualTo(String.valueOf(line));
    if (host.name().equals("killed")) {
      apply.destroyForcibly();
      assertThat(apply.waitFor(1, TimeUnit.MINUTES)).isTrue();
    } else {
      host.unplug();
    }
    HeldJournal.letGo(host::sh);
    return new Cut(host, line, bystander, apply);
  }

  /** What is open is taken back, or brought to its end where nothing brings back what is gone. */
  private static void helpsItself(Cut cut) throws Exception {
    RealHost host = cut.host();
    host.sh(
        "n=0; while grep -q ^guarded /var/lib/gpurig/unfinished 2>/dev/null && [ $n -lt 240 ];"
            + " do n=$((n+1)); sleep 1; done");
    String state = host.sh("cat /var/lib/gpurig/unfinished /var/lib/gpurig/runs/*/guard || :");
    String last = host.sh("cat $(ls -d /var/lib/gpurig/runs/* | tail -n 1)/log");
    assertThat(state).as(host.name() + last).doesNotContain("guarded");
    boolean done = last.contains("RemoveContainer") || last.contains("\"script\":\"FINISH\"");
    assertThat(host.sh("cat /sys/module/nvidia/version"))
        .as(host.name() + last)
        .isEqualTo(done ? "580.126.20\n" : "580.126.16\n");
    assertThat(host.sh("docker ps -a --format '{{.Names}} {{.State}}' | sort"))
        .as(host.name() + last)
        .isEqualTo("bystander running\nnvidia-driver running\nnvidia-toolkit running\n");
    assertThat(host.sh(BYSTANDER_PID)).isEqualTo(cut.bystander());
    assertThat(cut.apply().waitFor(5, TimeUnit.MINUTES)).as(host.name()).isTrue();
    assertThat(cut.apply().exitValue())
        .as(host.name())
        .isEqualTo(host.name().equals("killed") ? 128 + 9 : 1);
  }

  @Test
  void aFullDiskChangesNothing() throws Exception {
    try (RealHost host = RealHost.up("full")) {
      Workbench bench = new Workbench(folder);
      Path inventory = bench.inventory(host);
      String old = "{\"labels\": [\"a=b\"]}\n";
      String fill = "; dd if=/dev/zero of=%1$s/fill 2>/dev/null || :";
      host.sh(
          ("mkdir -p %1$s; mount -t tmpfs -o size=16k tmpfs %1$s; printf '%2$s' >" + DAEMON + fill)
              .formatted("/etc/docker", old.replace("\n", "\\n")));
      Path plan = bench.plan(RUNTIME);

      assertThat(expect(1, "apply", plan, "-i", inventory).out()).contains("No space left");

      assertThat(host.sh("cat " + DAEMON + "; ls -A /etc/docker"))
          .isEqualTo(old + "daemon.json\nfill\n");
      assertThat(host.sh("docker info -f '{{json .Runtimes}}'")).doesNotContain("nvidia");
      assertThat(host.sh("ls /var/lib/gpurig")).isEqualTo("runs\n");

      host.sh("rm /etc/docker/fill");
      host.sh(
          "mount -t tmpfs -o size=1m tmpfs /var/lib/gpurig" + fill.formatted("/var/lib/gpurig"));

      assertThat(expect(1, "apply", plan, "-i", inventory).out()).contains("journal/unwritable");

      assertThat(host.sh("cat " + DAEMON)).isEqualTo(old);

      host.sh("rm /var/lib/gpurig/fill");
      expect(0, "apply", plan, "-i", inventory);
      expect(0, "plan", plan, "-i", inventory);
      assertThat(host.sh("docker info -f '{{json .Runtimes}}'")).contains("nvidia");
    }
  }

  /** dockerd ends when it is told to take the file, and does not start with it either. */
  @Test
  void aDockerThatDoesNotComeBackGetsItsOldFileAndIsStarted() throws Exception {
    try (RealHost host = RealHost.up("noreturn")) {
      Workbench bench = new Workbench(folder);
      Path inventory = bench.inventory(host);
      host.sh(
          "mkdir -p /etc/docker /etc/systemd/system/docker.service.d; echo '{\"live-restore\":"
              + " true}' >"
              + DAEMON
              + "; printf '[Service]\\nExecReload=\\nExecReload=/bin/kill -KILL $MAINPID\\n"
              + "ExecStartPre=/bin/sh -c \"! grep -q nvidia "
              + DAEMON
              + "\"\\n' >/etc/systemd/system/docker.service.d/test.conf; systemctl daemon-reload;"
              + " systemctl restart docker; "
              + BYSTANDER);
      String bystander = host.sh(BYSTANDER_PID);

      Result applied = expect(1, "apply", bench.plan(RUNTIME), "-i", inventory);

      assertThat(applied.out()).contains("failed and taken back");
      assertThat(host.sh("cat " + DAEMON)).isEqualTo("{\"live-restore\": true}\n");
      assertThat(host.sh("systemctl is-active docker; " + BYSTANDER_PID))
          .isEqualTo("active\n" + bystander);
      assertThat(host.sh("docker ps --format '{{.Names}}'; kill -0 " + bystander))
          .isEqualTo("bystander\n");
      assertThat(host.sh("ls /var/lib/gpurig")).isEqualTo("runs\n");
    }
  }

  private static Result expect(int exit, Object... arguments) throws Exception {
    Result result = Program.gpurig(arguments);
    assertThat(result.exit()).as(result.both()).isEqualTo(exit);
    return result;
  }
}
