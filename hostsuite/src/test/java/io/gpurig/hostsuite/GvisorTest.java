package io.gpurig.hostsuite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpurig.hostsuite.Program.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's runsc 20240729 with a real Docker 26.1: registration, drivers, a container. */
@OnHosts
final class GvisorTest {
  private static final String[] HOST = {"--base", "trixie", "--with", "gvisor"};

  /** What runsc needs where controllers are missing; no network as it brings its own. */
  private static final String SECTION =
      "gvisor: {args: [--ignore-cgroups=true, --network=none, --platform=systrap,"
          + " --nvproxy-driver-version=550.90.07]}\n";

  /** What runsc can do on this machine, with neither Docker nor gpurig. */
  private static final String SANDBOX =
      "timeout 60 runsc --ignore-cgroups=true --network=none --platform=systrap do"
          + " echo a sandbox runs";

  @TempDir private Path folder = Path.of("");

  @BeforeAll
  static void prepare() throws Exception {
    RealHost.prepare(HOST);
  }

  /** Pretends that a driver is loaded, in the host's own copy of /sys/module. */
  private static void driver(RealHost host, String version) throws Exception {
    host.sh(
        "mkdir -p /sys/module/nvidia && echo %s >/sys/module/nvidia/version".formatted(version));
  }

  @Test
  void dockerRunsContainersWithItAndLetsGoOfItAgain() throws Exception {
    try (RealHost host = RealHost.up("gvisor", HOST)) {
      Workbench bench = new Workbench(folder);
      Path inventory = bench.inventory(host);
      host.sh(
          "mkdir -p /etc/docker; printf '{ \"log-level\":\"warn\" }\\n' >/etc/docker/daemon.json");
      host.sh("systemctl reload docker");
      String before = host.sh("sha256sum /etc/docker/daemon.json");
      driver(host, "550.90.07");

      apply(0, bench.plan(SECTION), inventory);

      assertThat(host.sh("docker info -f '{{json .Runtimes.runsc}}'"))
          .contains("/usr/bin/runsc", "--nvproxy=true", "--nvproxy-docker=true");
      Result again = Program.gpurig("plan", bench.plan(SECTION), "-i", inventory);
      assertThat(again.exit()).as(again.both()).isZero();
      String able = host.sh(SANDBOX + " 2>&1 || true");
      String ran =
          host.sh(
              "timeout 60 docker run --rm --network none --runtime=runsc lab/busybox:1 dmesg 2>&1"
                  + " || true");

      apply(0, bench.plan("gvisor: {enabled: false}\n"), inventory);

      assertThat(host.sh("sha256sum /etc/docker/daemon.json; ls /etc/docker"))
          .isEqualTo(before + "daemon.json\n");
      assertThat(host.sh("docker info -f '{{json .Runtimes}}'")).doesNotContain("runsc\"");
      // whether a sandbox starts at all is the machine's affair; if one does, Docker's must
      boolean possible = able.contains("a sandbox runs");
      if (!possible) {
        System.out.println("a container in runsc skipped: " + able.strip());
      }
      assumeTrue(possible, "a sandbox without Docker: " + able.strip());
      assertThat(ran).contains("Starting gVisor");
    }
  }

  @Test
  void itsOwnListOfDriversDecides() throws Exception {
    try (RealHost host = RealHost.up("gvisor", HOST)) {
      Workbench bench = new Workbench(folder);
      Path inventory = bench.inventory(host);
      driver(host, "580.126.16");

      Result refused = Program.gpurig("plan", bench.plan(SECTION), "-i", inventory);
      assertThat(refused.exit()).as(refused.both()).isEqualTo(4);
      assertThat(refused.both())
          .contains("gvisor/unsupported-driver", "20240729", "550.90.07", "no release of gVisor");

      driver(host, "535.161.07");
      Result pending = Program.gpurig("plan", bench.plan(SECTION), "-i", inventory);
      assertThat(pending.exit()).as(pending.both()).isEqualTo(3);

      apply(0, bench.plan(SECTION), inventory);
      driver(host, "580.126.16");
      Result sick = Program.gpurig("doctor", host.name(), "-i", inventory);
      assertThat(sick.exit()).as(sick.both()).isEqualTo(3);
      assertThat(sick.both()).contains("runsc-driver", "fix:", "source:");
    }
  }

  private static void apply(int exit, Path plan, Path inventory) throws Exception {
    Result applied = Program.gpurig("apply", plan, "-i", inventory);
    assertThat(applied.exit()).as(applied.both()).isEqualTo(exit);
  }
}
