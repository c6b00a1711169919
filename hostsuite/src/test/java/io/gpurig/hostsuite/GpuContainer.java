package io.gpurig.hostsuite;

import static org.assertj.core.api.Assertions.assertThat;

/** A container that is given the first or the second of a host's two GPUs by CDI. */
final class GpuContainer {
  private static final String SHOW =
      "env | grep NVIDIA_VISIBLE; ls /dev/nvidia*; cut -d\" \" -f2 /proc/mounts";

  private GpuContainer() {}

  static void assertThatDockerGives(int gpu, RealHost host) throws Exception {
    assertHas(gpu, host.sh("docker run --rm" + device(gpu) + "lab/busybox:1 sh -c '" + SHOW + "'"));
  }

  static void assertThatPodmanGives(int gpu, RealHost host) throws Exception {
    host.sh("podman load -q -i /var/lib/docker/busybox.image");
    String run = "podman run --rm --network none" + device(gpu) + "lab/busybox:1";
    assertHas(gpu, host.sh(run + " sh -c '" + SHOW + "'"));
  }

  /**
   * Through a file: on a busy machine {@code ctr} once ended in peace with no more than the first
   * line of what its container had written.
   */
  static void assertThatContainerdGives(int gpu, RealHost host) throws Exception {
    host.sh("ctr images import /var/lib/docker/busybox.image && mkdir /run/shown");
    String mount = "--mount type=bind,src=/run/shown,dst=/shown,options=rbind:rw";
    host.sh(
        "ctr run --rm"
            + device(gpu)
            + mount
            + " docker.io/lab/busybox:1 c1"
            + " sh -c '{ "
            + SHOW
            + "; } >/shown/all'");
    assertHas(gpu, host.sh("cat /run/shown/all"));
  }

  private static String device(int gpu) {
    return " --device nvidia.com/gpu=" + gpu + " ";
  }

  private static void assertHas(int gpu, String shown) {
    assertThat(shown.lines())
        .contains(
            "NVIDIA_VISIBLE_DEVICES=void",
            "/dev/nvidia" + gpu,
            "/dev/nvidiactl",
            "/usr/lib/x86_64-linux-gnu/libcuda.so.580.126.16")
        .doesNotContain("/dev/nvidia" + (1 - gpu));
  }
}
