package io.gpurig.hostsuite;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpurig.hostsuite.Program.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runtime section on a real dockerd, 20.10, which has no --validate. */
@OnHosts
final class RuntimeTest {
  private static final String DAEMON = "/etc/docker/daemon.json";
  private static final String SECTION = "runtime: {default: true, path: /usr/bin/runc}\n";

  @TempDir private Path folder = Path.of("");

  @Test
  void dockerListsTheRuntimeByReloadAndLetsGoOfItAgain() throws Exception {
    try (RealHost host = RealHost.up("runtime")) {
      Workbench bench = new Workbench(folder);
      Path inventory = bench.inventory(host);
      host.sh(
          "mkdir -p /etc/docker; printf '{\\n"
              + "\\t\"log-level\": \"warn\" ,\"labels\":[ \"a=b\"]\\n"
              + "}' >"
              + DAEMON);
      host.sh("systemctl reload docker; docker run -d --name bystander lab/busybox:1 sleep 1000");
      String before = host.sh("sha256sum " + DAEMON);
      String running = host.sh("pidof dockerd; docker inspect -f '{{.State.Pid}}' bystander");

      apply(0, bench.plan(SECTION), inventory);

      assertThat(host.sh("docker info -f '{{json .Runtimes}} {{.DefaultRuntime}}'"))
          .contains("\"nvidia\":{\"path\":\"/usr/bin/runc\"")
          .endsWith(" nvidia\n");
      assertThat(host.sh("cat " + DAEMON))
          .startsWith("{\n\t\"log-level\": \"warn\" ,\"labels\":[ \"a=b\"],");
      assertThat(host.sh("docker run --rm lab/busybox:1 echo works")).isEqualTo("works\n");
      Result again = Program.gpurig("plan", bench.plan(SECTION), "-i", inventory);
      assertThat(again.exit()).as(again.both()).isZero();

      apply(0, bench.plan("runtime: {deploy: false}\n"), inventory);

      assertThat(host.sh("sha256sum " + DAEMON)).isEqualTo(before);
      assertThat(host.sh("ls /etc/docker")).doesNotContain("gpurig");
      assertThat(host.sh("docker info -f '{{json .Runtimes}} {{.DefaultRuntime}}'"))
          .doesNotContain("nvidia")
          .endsWith(" runc\n");
      assertThat(host.sh("pidof dockerd; docker inspect -f '{{.State.Pid}}' bystander"))
          .isEqualTo(running);
    }
  }

  @Test
  void aFileThatDockerdRejectsIsPutBack() throws Exception {
    try (RealHost host = RealHost.up("rejected")) {
      Workbench bench = new Workbench(folder);
      Path inventory = bench.inventory(host);
      // dockerd was started without it, and will not take a file that has it
      host.sh("mkdir -p /etc/docker; echo '{\"no-such-directive\": 1}' >" + DAEMON);

      apply(1, bench.plan("runtime: {path: /usr/bin/runc, readyTimeout: 3s}\n"), inventory);

      assertThat(host.sh("cat " + DAEMON)).isEqualTo("{\"no-such-directive\": 1}\n");
      assertThat(host.sh("ls /etc/docker")).doesNotContain("gpurig");
      assertThat(host.sh("docker info -f '{{json .Runtimes}}'")).doesNotContain("nvidia");
    }
  }

  private static void apply(int exit, Path plan, Path inventory) throws Exception {
    Result applied = Program.gpurig("apply", plan, "-i", inventory);
    assertThat(applied.exit()).as(applied.both()).isEqualTo(exit);
  }
}
