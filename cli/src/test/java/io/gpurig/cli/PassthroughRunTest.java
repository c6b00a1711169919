package io.gpurig.cli;

import static io.gpurig.cli.Commands.gpurig;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpurig.cli.Commands.Result;
import io.gpurig.engine.change.Action;
import io.gpurig.engine.journal.BindScript;
import io.gpurig.lab.HostKind;
import io.gpurig.lab.Lab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Passthrough on simulated hosts, whose sysfs binds as a kernel's does. */
final class PassthroughRunTest {
  private static final String GPU = "0000:21:00.0";
  private static final String AUDIO = "0000:21:00.1";

  private static final String DRIVER =
      "driver: {deploy: true, image: nvcr.io/nvidia/driver:580.126.20-ubuntu22.04}\n";

  private static final String DESKTOP =
      """
      workspaces:
        - {name: cad-1, os: windows, image: "lab/busybox:1", nestedVirtualization: false, gpus: [{bdf: "%s"}]}
      """
          .formatted(GPU);

  @TempDir private Path folder = Path.of("");

  private Path plan(String sections) throws Exception {
    return Files.writeString(
        folder.resolve("plan.yaml"), "name: Desktops\nhosts: gpu_nodes\n" + sections);
  }

  private static void expect(int exit, Object... arguments) throws Exception {
    Result result = gpurig(arguments);
    assertThat(result.exit()).as(result.all()).isEqualTo(exit);
  }

  private static String driver(Path root, String bdf) throws Exception {
    Path link = root.resolve("sys/devices/pci0000:00").resolve(bdf).resolve("driver");
    return Files.isSymbolicLink(link)
        ? Files.readSymbolicLink(link).getFileName().toString()
        : "none";
  }

  @Test
  void aGpuGoesToADesktopAndComesBack() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), List.of(HostKind.RTX4090X2))) {
      Path root = lab.host("gpu-01").root();
      expect(0, "apply", plan(DRIVER), "-i", lab.inventory());
      assertThat(driver(root, GPU)).isEqualTo("nvidia");

      Path atBoot = root.resolve("etc/systemd/system/sysinit.target.wants/gpurig-vfio.service");
      Path desktop = plan(DRIVER + "vfio: {persist: true}\n" + DESKTOP);
      expect(0, "apply", desktop, "-i", lab.inventory());
      assertThat(driver(root, GPU)).isEqualTo("vfio-pci");
      assertThat(driver(root, AUDIO)).isEqualTo("vfio-pci");
      assertThat(driver(root, "0000:41:00.0")).isEqualTo("nvidia");
      assertThat(root.resolve("dev/vfio/20")).exists();
      assertThat(atBoot).content().contains("driver_override");
      expect(0, "plan", desktop, "-i", lab.inventory());

      Result topology = gpurig("facts", "--topology", "-i", lab.inventory());
      assertThat(topology.out()).contains("IOMMU on", "├─ " + AUDIO, "workspace cad-1");

      String nothing = "vfio: {enabled: false}\nworkspaces: []\n";
      expect(0, "apply", plan(DRIVER + "workspaces: []\n"), "-i", lab.inventory());
      expect(0, "apply", plan(DRIVER + nothing), "-i", lab.inventory());
      assertThat(atBoot).doesNotExist();
      assertThat(driver(root, GPU)).isEqualTo("nvidia");
      assertThat(driver(root, AUDIO)).isEqualTo("snd_hda_intel");
      assertThat(root.resolve("dev/vfio/20")).doesNotExist();
      assertThat(root.resolve("etc/gpurig/vfio")).doesNotExist();
    }
  }

  /** The spec names the GPUs of the host's own driver, and is planned anew as they go and come. */
  @Test
  void theCdiSpecFollowsInTheSameApply() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), List.of(HostKind.RTX4090X2))) {
      Path spec = lab.host("gpu-01").root().resolve("etc/cdi/nvidia.yaml");
      String host = DRIVER + "toolkit: {deploy: true}\nruntime: {}\ncdi: {enabled: true}\n";
      expect(0, "apply", plan(host), "-i", lab.inventory());
      String both = Files.readString(spec);

      Path desktop = plan(host + DESKTOP);
      expect(0, "apply", desktop, "-i", lab.inventory());
      assertThat(Files.readString(spec)).isNotEqualTo(both).contains("/dev/nvidia");
      expect(0, "plan", desktop, "-i", lab.inventory());

      Path back = plan(host + "workspaces: []\n");
      expect(0, "apply", back, "-i", lab.inventory());
      assertThat(Files.readString(spec)).isEqualTo(both);
      expect(0, "plan", back, "-i", lab.inventory());
    }
  }

  /** The script is killed before each of its writes, and after each; then it runs again. */
  @Test
  void aScriptThatIsKilledBetweenAnyTwoWritesIsMendedByTheNext() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), List.of(HostKind.RTX4090X2))) {
      Path root = lab.host("gpu-01").root();
      expect(0, "apply", plan(DRIVER), "-i", lab.inventory());
      killer(root);
      assertThat(run(root, "modprobe vfio-pci", 0, "before")).isZero();
      String there = script(bind(Optional.of("vfio-pci"), Optional.of("vfio-pci")));
      String back = script(bind(Optional.of("nvidia"), Optional.empty()));
      int writes = 3; // the override, unbind, bind
      for (String when : List.of("before", "after")) {
        for (int at = 1; at <= writes; at++) {
          assertThat(run(root, there, at, when)).as(when + at).isNotZero();
          assertThat(run(root, back, 0, when)).as(when + at).isZero();
          assertThat(driver(root, GPU)).isEqualTo("nvidia");

          assertThat(run(root, there, at, when)).as(when + at).isNotZero();
          assertThat(run(root, there, 0, when)).as(when + at).isZero();
          assertThat(driver(root, GPU)).isEqualTo("vfio-pci");

          assertThat(run(root, back, at, when)).as(when + at).isNotZero();
          assertThat(run(root, back, 0, when)).as(when + at).isZero();
          assertThat(driver(root, GPU)).isEqualTo("nvidia");
        }
      }
    }
  }

  private static Action.BindDriver bind(Optional<String> driver, Optional<String> override) {
    return new Action.BindDriver(GPU, driver, override, List.of(), 5);
  }

  private static String script(Action.BindDriver bind) {
    return "set -eu\nR=$GPURIG_ROOT\n" + BindScript.of(bind);
  }

  /** A tee that ends the whole process group at the write that a file names. */
  private void killer(Path root) throws Exception {
    Path file = Files.createDirectories(folder.resolve("killer")).resolve("tee");
    Files.writeString(
        file,
        """
        #!/bin/sh
        n=$(($(cat "%1$s/count") + 1)); echo $n >"%1$s/count"
        [ $n != "$KILL_AT" ] || [ "$KILL_WHEN" != before ] || kill -KILL 0
        "%2$s/lab-bin/tee" "$@" || exit
        [ $n != "$KILL_AT" ] || kill -KILL 0
        """
            .formatted(file.getParent(), root));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private int run(Path root, String script, int killAt, String when) throws Exception {
    Path killer = folder.resolve("killer");
    Files.writeString(killer.resolve("count"), "0\n");
    ProcessBuilder shell = new ProcessBuilder("setsid", "--wait", "sh", "-c", script);
    shell.environment().put("GPURIG_ROOT", root.toString());
    shell.environment().put("KILL_AT", "" + killAt);
    shell.environment().put("KILL_WHEN", when);
    shell.environment().put("PATH", killer + ":" + root + "/lab-bin:/usr/bin:/bin");
    Process process =
        shell.redirectErrorStream(true).redirectOutput(folder.resolve("output").toFile()).start();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return process.exitValue();
  }
}
