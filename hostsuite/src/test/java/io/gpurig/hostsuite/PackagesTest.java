package io.gpurig.hostsuite;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpurig.hostsuite.Program.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The toolkit from packages, by the real apt and dpkg from a signed repository. */
@OnHosts
final class PackagesTest {
  private static final String MIRROR = "http://127.0.0.1:8080";
  private static final String CONFIG = "/etc/nvidia-container-runtime/config.toml";

  /** Installed packages, apt's sources, keyrings. */
  private static final String HOST =
      "dpkg -l | grep ^ii; ls /etc/apt/sources.list.d /usr/share/keyrings";

  private static final String VERSIONS =
      "dpkg-query -W -f '${db:Status-Status} ${Package} ${Version}\\n'"
          + " | grep '^installed .*nvidia-container' | cut -d' ' -f3 | sort -u";

  @TempDir private Path folder = Path.of("");

  @Test
  void installedUpgradedDowngradedAndRemoved() throws Exception {
    try (RealHost host = host("packages")) {
      Workbench bench = new Workbench(folder);
      Path inventory = bench.inventory(host);
      String before = host.sh(HOST);

      for (String version : new String[] {"1.17.8-1", "1.18.2-1", "1.20.0-1", "1.17.8-1"}) {
        Path plan = plan(bench, MIRROR, version, "");
        converges(plan, inventory);
        assertThat(host.sh(VERSIONS)).isEqualTo(version + "\n");
        assertThat(host.sh("apt-mark showhold").lines()).hasSize(4);
        assertThat(host.sh("nvidia-ctk --version")).contains(version.replace("-1", ""));
        // what a person changed of a package's configuration outlives its upgrades
        host.sh("sed -i 's/log-level = .*/log-level = \"debug\"/' " + CONFIG);
      }
      assertThat(host.sh("cat " + CONFIG)).contains("log-level = \"debug\"");

      converges(plan(bench, MIRROR, "1.17.8-1", "    hold: false\n"), inventory);
      assertThat(host.sh("apt-mark showhold")).isEmpty();

      converges(bench.plan("toolkit: {deploy: false, method: packages}\n"), inventory);
      assertThat(host.sh(HOST)).isEqualTo(before);
    }
  }

  @Test
  void anotherPackageManagerIsWaitedFor() throws Exception {
    try (RealHost host = host("locked")) {
      Workbench bench = new Workbench(folder);
      Path inventory = bench.inventory(host);
      Path plan = plan(bench, MIRROR, "1.18.2-1", "");
      host.sh(
          "mkdir -p /run/hostsuite; touch /run/hostsuite/busy; systemd-run -q --unit=busy"
              + " /usr/bin/python3 -c 'import fcntl,os,time\n"
              + "held = [open(f, \"w\") for f in (\"/var/lib/apt/lists/lock\","
              + " \"/var/lib/dpkg/lock-frontend\")]\n"
              + "[fcntl.lockf(f, fcntl.LOCK_EX) for f in held]\n"
              + "open(\"/run/hostsuite/held\", \"w\")\n"
              + "while os.path.exists(\"/run/hostsuite/busy\"): time.sleep(0.1)'");
      until(host, "test -e /run/hostsuite/held");

      CompletableFuture<Result> apply = apply(plan, inventory);
      until(host, "pgrep -f 'retry 600 apt-get'");
      assertThat(apply).isNotDone();
      host.sh("rm /run/hostsuite/busy");

      assertThat(apply.join().exit()).as(apply.join().both()).isZero();
      assertThat(host.sh(VERSIONS)).isEqualTo("1.18.2-1\n");
    }
  }

  @Test
  void aRepositoryThatIsNotSignedIsRefusedInAptsWords() throws Exception {
    try (RealHost host = host("unsigned")) {
      Workbench bench = new Workbench(folder);
      Path inventory = bench.inventory(host);

      Result unsigned =
          Program.gpurig(
              "apply", plan(bench, MIRROR + "/unsigned", "1.18.2-1", ""), "-i", inventory);
      Result foreign =
          Program.gpurig(
              "apply", plan(bench, MIRROR + "/foreign", "1.18.2-1", ""), "-i", inventory);
      Result unknown =
          Program.gpurig("apply", plan(bench, MIRROR, "1.81.0-1", ""), "-i", inventory);

      assertThat(unsigned.exit()).as(unsigned.both()).isEqualTo(1);
      assertThat(unsigned.out()).contains("is not signed");
      assertThat(foreign.exit()).as(foreign.both()).isEqualTo(1);
      assertThat(foreign.out()).contains("NO_PUBKEY");
      assertThat(unknown.exit()).as(unknown.both()).isEqualTo(1);
      assertThat(unknown.out()).contains("Version '1.81.0-1' for 'nvidia-container-toolkit'");
      assertThat(
              host.sh("ls /etc/apt/sources.list.d; ls /usr/share/keyrings | grep nvidia || true"))
          .isEmpty();
      assertThat(host.sh(VERSIONS)).isEmpty();
    }
  }

  @Test
  void whatWasThereComesBackWhenAPackageCannotBeConfigured() throws Exception {
    try (RealHost host = host("broken-package")) {
      Workbench bench = new Workbench(folder);
      Path inventory = bench.inventory(host);
      converges(plan(bench, MIRROR, "1.18.2-1", ""), inventory);

      Result broken = Program.gpurig("apply", plan(bench, MIRROR, "1.99.0-1", ""), "-i", inventory);

      assertThat(broken.exit()).as(broken.both()).isEqualTo(1);
      assertThat(broken.out()).contains("returned an error code");
      assertThat(host.sh(VERSIONS)).isEqualTo("1.18.2-1\n");
      Path plan = plan(bench, MIRROR, "1.18.2-1", "");
      assertThat(Program.gpurig("plan", plan, "-i", inventory).exit()).isZero();
    }
  }

  @Test
  void aRunAfterOneThatWasKilledGetsThere() throws Exception {
    try (RealHost host = host("killed")) {
      Workbench bench = new Workbench(folder);
      Path inventory = bench.inventory(host);
      Path plan = plan(bench, MIRROR, "1.18.2-1", "");
      host.sh("mkdir -p /run/hostsuite; touch /run/hostsuite/hold-dpkg");

      Process apply =
          new ProcessBuilder(Program.gpurigCommand("apply", plan, "-i", inventory))
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("killed.txt").toFile())
              .start();
      until(host, "pgrep -f '[.]postinst configure'");
      apply.destroyForcibly().waitFor();
      host.sh("pkill -9 apt-get; pkill -9 dpkg; pkill -9 -f '[.]postinst configure'; true");
      host.sh("rm /run/hostsuite/hold-dpkg");
      assertThat(host.sh("dpkg --audit")).isNotEmpty();

      converges(plan, inventory);
      assertThat(host.sh("dpkg --audit")).isEmpty();
      assertThat(host.sh(VERSIONS)).isEqualTo("1.18.2-1\n");
    }
  }

  @Test
  void theContainerBecomesPackagesAndTheOtherWayRound() throws Exception {
    try (RealHost host = host("migrate")) {
      Workbench bench = new Workbench(folder);
      Path inventory = bench.inventory(host);
      host.sh("mkdir -p /etc/docker; echo '{\"log-level\": \"warn\"}' >/etc/docker/daemon.json");
      Path container = bench.plan(Workbench.toolkitSection(Workbench.TOOLKIT_18));
      converges(container, inventory);

      Result failed = Program.gpurig("apply", plan(bench, MIRROR, "1.99.0-1", ""), "-i", inventory);
      assertThat(failed.exit()).as(failed.both()).isEqualTo(1);
      assertThat(host.sh("docker ps --format '{{.Names}}'")).isEqualTo("nvidia-toolkit\n");
      until(host, "grep -q /usr/local/nvidia /etc/docker/daemon.json");

      converges(plan(bench, MIRROR, "1.18.2-1", ""), inventory);
      assertThat(host.sh("docker ps -aq")).isEmpty();
      assertThat(host.sh("cat /etc/docker/daemon.json"))
          .contains("log-level")
          .doesNotContain("nvidia");

      host.sh(
          "echo '{\"log-level\": \"warn\", \"runtimes\": {\"nvidia\": {\"path\":"
              + " \"nvidia-container-runtime\"}}}' >/etc/docker/daemon.json; systemctl reload"
              + " docker");
      until(host, "docker info --format '{{.Runtimes}}' | grep -q nvidia");
      String file = host.sh("cat /etc/docker/daemon.json");
      Path never = bench.plan(Workbench.toolkitSection("lab/busybox:1"));
      assertThat(Program.gpurig("apply", never, "-i", inventory).exit()).isEqualTo(1);
      assertThat(host.sh("cat /etc/docker/daemon.json")).isEqualTo(file);
      assertThat(host.sh(VERSIONS)).isEqualTo("1.18.2-1\n");

      converges(bench.plan(Workbench.toolkitSection(Workbench.TOOLKIT_18)), inventory);
      assertThat(host.sh(VERSIONS + "; ls /etc/apt/sources.list.d")).isEmpty();
      assertThat(host.sh("cat /etc/docker/daemon.json"))
          .contains("log-level", "/usr/local/nvidia/toolkit/nvidia-container-runtime");
    }
  }

  private static RealHost host(String name) throws Exception {
    RealHost host = RealHost.up(name, "--repository");
    host.sh("systemd-run -q --unit=mirror busybox httpd -f -p 127.0.0.1:8080 -h /srv/nvidia");
    until(host, "busybox wget -q -O /dev/null " + MIRROR + "/gpgkey");
    return host;
  }

  private static Path plan(Workbench bench, String repository, String version, String more)
      throws Exception {
    return bench.plan(
        "toolkit:\n  deploy: true\n  method: packages\n  packages:\n    repository: %s\n    version: %s\n%s"
            .formatted(repository, version, more));
  }

  /** Applied, proven by the command itself, and nothing left to do. */
  private static void converges(Path plan, Path inventory) throws Exception {
    Result applied = Program.gpurig("apply", plan, "-i", inventory);
    assertThat(applied.exit()).as(applied.both()).isZero();
    Result again = Program.gpurig("plan", plan, "-i", inventory);
    assertThat(again.exit()).as(again.both()).isZero();
  }

  private static CompletableFuture<Result> apply(Path plan, Path inventory) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return Program.gpurig("apply", plan, "-i", inventory);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        Thread::startVirtualThread);
  }

  private static void until(RealHost host, String command) throws Exception {
    host.sh(
        "for i in $(seq 600); do "
            + command
            + " >/dev/null 2>&1 && exit 0; sleep 0.1; done; exit 1");
  }
}
