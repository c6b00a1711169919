package io.gpurig.hostsuite;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpurig.hostsuite.Program.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cdi section on real engines: what containers get afterwards, and that others live on. */
@OnHosts
final class CdiTest {
  private static final String ALLOWED = "rollout: {allowDisruption: docker-restart}\n";

  @TempDir private Path folder = Path.of("");

  /** Docker 26.1 needs the feature and a restart, through which containers live. */
  @Test
  void docker26GetsTheFeatureAndContainersLiveOn() throws Exception {
    RealHost.prepare("--base", "trixie");
    try (RealHost host =
        RealHost.up("cdi26", "--base", "trixie", "--gpus", "2", "--toolkit", "1.18.2")) {
      Workbench bench = new Workbench(folder);
      Path inventory = bench.inventory(host);
      String daemon = "/etc/docker/daemon.json";
      host.sh("mkdir -p /etc/docker; printf '{\\n\\t\"log-level\": \"warn\"\\n}' >" + daemon);
      host.sh("systemctl restart docker; docker run -d --name bystander lab/busybox:1 sleep 1000");
      String before = host.sh("sha256sum " + daemon);
      String running = host.sh("docker inspect -f '{{.State.Pid}}' bystander");

      apply(bench.plan(ALLOWED + "cdi: {enabled: true}\n"), inventory);

      assertThat(host.sh("cat " + daemon))
          .startsWith("{\n\t\"log-level\": \"warn\",")
          .contains("\"cdi\": true")
          .doesNotContain("live-restore");
      assertThat(host.sh("docker info -f '{{.LiveRestoreEnabled}}'")).isEqualTo("false\n");
      GpuContainer.assertThatDockerGives(0, host);
      assertThat(host.sh("docker inspect -f '{{.State.Pid}}' bystander")).isEqualTo(running);

      host.sh("systemctl reset-failed docker.service"); // it allows three starts a minute
      apply(bench.plan(ALLOWED + "cdi: {enabled: false}\n"), inventory);

      assertThat(host.sh("sha256sum " + daemon)).isEqualTo(before);
      assertThat(host.sh("ls /etc/cdi /etc/docker")).doesNotContain("nvidia", "gpurig");
      assertThat(host.sh("docker info -f '{{json .CDISpecDirs}}'")).isEqualTo("[]\n");
      assertThat(host.sh("docker inspect -f '{{.State.Pid}}' bystander")).isEqualTo(running);
    }
  }

  /** Docker 28.5 needs the spec alone; one that is out of date is seen and written anew. */
  @Test
  void docker28GetsASpecThatFollowsTheGpus() throws Exception {
    RealHost.prepare("--base", "sid");
    try (RealHost host =
        RealHost.up("cdi28", "--base", "sid", "--gpus", "2", "--toolkit", "1.18.2")) {
      Workbench bench = new Workbench(folder);
      Path inventory = bench.inventory(host);
      String daemon = host.sh("pidof dockerd");

      apply(bench.plan("cdi: {enabled: true}\n"), inventory);

      GpuContainer.assertThatDockerGives(0, host);
      host.sh("sed -i 's/580.126.16/570.1/g' /etc/cdi/nvidia.yaml");

      Result planned =
          Program.gpurig("plan", bench.plan("cdi: {enabled: true}\n"), "-i", inventory);
      assertThat(planned.exit()).as(planned.both()).isEqualTo(3);
      assertThat(planned.both()).contains("it is out of date", "note[cdi/gpus]");
      apply(bench.plan("cdi: {enabled: true}\n"), inventory);

      GpuContainer.assertThatDockerGives(0, host);
      assertThat(host.sh("ls /etc/cdi")).isEqualTo("nvidia.yaml\nnvidia.yaml.gpurig\n");
      assertThat(host.sh("pidof dockerd")).isEqualTo(daemon);
    }
  }

  @Test
  void podmanFindsTheSpec() throws Exception {
    RealHost.prepare("--base", "trixie", "--with", "podman");
    String[] options = {
      "--base", "trixie", "--with", "podman", "--no-docker", "--gpus", "2", "--toolkit", "1.18.2"
    };
    try (RealHost host = RealHost.up("cdipod", options)) {
      Workbench bench = new Workbench(folder);

      apply(bench.plan("cdi: {engine: podman}\n"), bench.inventory(host));

      GpuContainer.assertThatPodmanGives(0, host);
    }
  }

  /** The refresh service of toolkit 1.18 keeps the spec where it is enabled. */
  @Test
  void containerdFindsTheSpecThatTheRefreshServiceKeeps() throws Exception {
    RealHost.prepare("--base", "sid");
    String[] options = {"--base", "sid", "--containerd", "--gpus", "2", "--toolkit", "1.18.2"};
    try (RealHost host = RealHost.up("cdictr", options)) {
      Workbench bench = new Workbench(folder);
      host.sh("systemctl enable nvidia-cdi-refresh.service");

      apply(bench.plan("cdi: {engine: containerd}\n"), bench.inventory(host));

      assertThat(host.sh("ls /var/run/cdi; ls /etc/cdi 2>&1 || true"))
          .startsWith("nvidia.yaml\n")
          .contains("No such file");
      GpuContainer.assertThatContainerdGives(0, host);
    }
  }

  /** Brings a host to a plan, after which there is nothing left to do. */
  private static void apply(Path plan, Path inventory) throws Exception {
    Result applied = Program.gpurig("apply", plan, "-i", inventory);
    assertThat(applied.exit()).as(applied.both()).isZero();
    Result again = Program.gpurig("plan", plan, "-i", inventory);
    assertThat(again.exit()).as(again.both()).isZero();
  }
}
