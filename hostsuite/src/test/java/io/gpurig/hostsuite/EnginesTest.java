package io.gpurig.hostsuite;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The hosts themselves: each engine is the one that it says, and really injects CDI devices. */
@OnHosts
final class EnginesTest {
  private static final String GENERATE = "nvidia-ctk cdi generate --output /etc/cdi/nvidia.yaml";
  private static final String SHOW =
      " sh -c 'env | grep NVIDIA_VISIBLE; ls /dev/nvidia*; cut -d\" \" -f2 /proc/mounts'";

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

      assertInjected(
          host.sh("docker run --rm --device nvidia.com/gpu=1 lab/busybox:1" + SHOW), host);
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
      host.sh(GENERATE + "; podman load -q -i /var/lib/docker/busybox.image");

      assertInjected(
          host.sh("podman run --rm --network none --device nvidia.com/gpu=1 lab/busybox:1" + SHOW),
          host);
    }
  }

  /** The client of containerd 1 takes no CDI devices. */
  @Test
  void containerdAloneInjectsWhatTheSpecificationSays() throws Exception {
    RealHost.prepare("--base", "sid");
    try (RealHost host =
        RealHost.up(
            "containerd", "--base", "sid", "--containerd", "--gpus", "2", "--toolkit", "1.18.2")) {
      host.sh(GENERATE + "; ctr images import /var/lib/docker/busybox.image");

      assertInjected(
          host.sh("ctr run --rm --device nvidia.com/gpu=1 docker.io/lab/busybox:1 c1" + SHOW),
          host);
      assertThat(host.sh("command -v dockerd || true")).isEmpty();
    }
  }

  private static void assertInjected(String shown, RealHost host) throws Exception {
    assertThat(shown.lines())
        .contains(
            "NVIDIA_VISIBLE_DEVICES=void",
            "/dev/nvidia1",
            "/dev/nvidiactl",
            "/usr/lib/x86_64-linux-gnu/libcuda.so.580.126.16")
        .doesNotContain("/dev/nvidia0");
    assertThat(host.sh("cat /run/hostsuite/cdi-hooks")).contains("update-ldcache --folder");
  }
}
