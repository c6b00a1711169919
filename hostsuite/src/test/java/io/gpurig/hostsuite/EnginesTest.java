package io.gpurig.hostsuite;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The hosts themselves: each engine is the one that it says, and really injects CDI devices. */
@OnHosts
final class EnginesTest {
  private static final String GENERATE = "nvidia-ctk cdi generate --output /etc/cdi/nvidia.yaml";

  @ParameterizedTest
  @CsvSource({"bookworm, 20.10.", "trixie, 26.1.", "sid, 28."})
  void dockerIsOfTheVersionThatTheBaseHas(String base, String version) throws Exception {
    RealHost.prepare("--base", base);
    try (RealHost host = RealHost.up("engine", "--base", base)) {
      assertThat(host.sh("docker version --format '{{.Server.Version}}'")).startsWith(version);
    }
  }

  @ParameterizedTest
  @CsvSource({"trixie", "sid"})
  void dockerInjectsWhatTheSpecificationSays(String base) throws Exception {
    RealHost.prepare("--base", base);
    try (RealHost host = RealHost.up("cdi", "--base", base, "--gpus", "2", "--toolkit", "1.18.2")) {
      host.sh(GENERATE);
      // on by default from 28.2 on
      host.sh(
          "mkdir -p /etc/docker; echo '{\"features\": {\"cdi\": true}}' >/etc/docker/daemon.json;"
              + " systemctl restart docker");

      GpuContainer.assertThatDockerGives(1, host);
      assertHooked(host);
    }
  }

  @ParameterizedTest
  @CsvSource({"trixie", "sid"})
  void podmanInjectsWhatTheSpecificationSays(String base) throws Exception {
    RealHost.prepare("--base", base, "--with", "podman");
    try (RealHost host =
        RealHost.up(
            "podman",
            "--base",
            base,
            "--with",
            "podman",
            "--no-docker",
            "--gpus",
            "2",
            "--toolkit",
            "1.18.2")) {
      host.sh(GENERATE);

      GpuContainer.assertThatPodmanGives(1, host);
      assertHooked(host);
    }
  }

  /** The client of containerd 1 takes no CDI devices. */
  @Test
  void containerdAloneInjectsWhatTheSpecificationSays() throws Exception {
    RealHost.prepare("--base", "sid");
    try (RealHost host =
        RealHost.up(
            "containerd", "--base", "sid", "--containerd", "--gpus", "2", "--toolkit", "1.18.2")) {
      host.sh(GENERATE);

      GpuContainer.assertThatContainerdGives(1, host);
      assertHooked(host);
      assertThat(host.sh("command -v dockerd || true")).isEmpty();
    }
  }

  private static void assertHooked(RealHost host) throws Exception {
    assertThat(host.sh("cat /run/hostsuite/cdi-hooks")).contains("update-ldcache --folder");
  }
}
