package io.gpurig.cli;

import static io.gpurig.cli.Commands.gpurig;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpurig.cli.Commands.Result;
import io.gpurig.lab.HostKind;
import io.gpurig.lab.Lab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** MIG from plan to proof on simulated hosts, over real SSH; and validated without one. */
final class MigRunTest {
  private static final String DRIVER =
      "driver: {deploy: true, image: nvcr.io/nvidia/driver:580.126.20-ubuntu22.04}\n";

  @TempDir private Path folder = Path.of("");

  private Path plan(String name, String sections) throws Exception {
    return Files.writeString(folder.resolve(name), "name: Test\nhosts: gpu_nodes\n" + sections);
  }

  @Test
  void aFreshHostIsDividedKeptAndMadeWholeAgain() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), List.of(HostKind.BARE))) {
      Path first =
          plan(
              "first.yaml",
              DRIVER
                  + """
                  mig:
                    persist: true
                    devices: [{gpus: NVIDIA H100 80GB HBM3, profiles: {3g.40gb: 1, 1c.3g.40gb: 3}}]
                  """);
      Result applied = gpurig("apply", first, "-i", lab.inventory());
      assertThat(applied.exit()).as(applied.all()).isZero();
      assertThat(applied.out()).contains("MIG layout", "1c.3g.40gb");
      Result again = gpurig("plan", first, "-i", lab.inventory());
      assertThat(again.exit()).as(again.all()).isZero();
      Path root = lab.host("gpu-01").root();
      assertThat(root.resolve("etc/systemd/system/multi-user.target.wants/gpurig-mig.service"))
          .exists();
      assertThat(Files.isExecutable(root.resolve("usr/local/sbin/gpurig-mig"))).isTrue();

      Path second =
          plan(
              "second.yaml",
              DRIVER + "mig: {devices: [{gpus: 0, profiles: {3g.40gb: 1, 1g.10gb: 3}}]}\n");
      Result changed = gpurig("apply", second, "-i", lab.inventory());
      assertThat(changed.exit()).as(changed.all()).isZero();
      assertThat(Files.readString(state(root))).contains("gi 1 3g.40gb 0 4", "ci 1 0 3g.40gb");
      assertThat(root.resolve("usr/local/sbin/gpurig-mig")).doesNotExist();

      Path off = plan("off.yaml", DRIVER + "mig: {devices: [{gpus: all, enabled: false}]}\n");
      Result whole = gpurig("apply", off, "-i", lab.inventory());
      assertThat(whole.exit()).as(whole.all()).isZero();
      assertThat(Files.readString(state(root))).isEqualTo("Disabled\n");
    }
  }

  @Test
  void whatFailsHalfWayIsPutBack() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), List.of(HostKind.BARE))) {
      Path before =
          plan(
              "before.yaml",
              DRIVER + "mig: {devices: [{gpus: all, profiles: {1c.3g.40gb: 3, 1g.10gb: 2}}]}\n");
      Result applied = gpurig("apply", before, "-i", lab.inventory());
      assertThat(applied.exit()).as(applied.all()).isZero();
      Path root = lab.host("gpu-01").root();
      Files.createDirectories(root.resolve("run/lab"));
      Files.writeString(root.resolve("run/lab/mig-fails"), "1g.10gb:6\n");

      Path after =
          plan(
              "after.yaml",
              DRIVER + "mig: {devices: [{gpus: all, profiles: {2g.20gb: 3, 1g.10gb: 1}}]}\n");
      Result failed = gpurig("apply", after, "-i", lab.inventory());
      assertThat(failed.exit()).as(failed.all()).isEqualTo(1);
      assertThat(failed.out()).contains("failed and taken back", "Insufficient Resources");

      Files.delete(root.resolve("run/lab/mig-fails"));
      Result planned = gpurig("plan", before, "-i", lab.inventory());
      assertThat(planned.exit()).as(planned.all()).isZero();
    }
  }

  @Test
  void aDriverThatIsReplacedLosesTheLayoutAndThePlanSaysSo() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), List.of(HostKind.BARE))) {
      String mig = "mig: {devices: [{gpus: all, profiles: {7g.80gb: 1}}]}\n";
      Result applied = gpurig("apply", plan("p.yaml", DRIVER + mig), "-i", lab.inventory());
      assertThat(applied.exit()).as(applied.all()).isZero();

      Path upgrade = plan("u.yaml", DRIVER.replace("580.126.20", "580.126.99") + mig);
      Result planned = gpurig("plan", upgrade, "-i", lab.inventory());
      assertThat(planned.out()).contains("2 changes", "MIG mode", "7g.80gb");
      Result upgraded = gpurig("apply", upgrade, "-i", lab.inventory());
      assertThat(upgraded.exit()).as(upgraded.all()).isZero();
    }
  }

  @Test
  void layoutsAreDecidedWithoutAHost() throws Exception {
    Path good =
        plan(
            "good.yaml",
            "mig: {devices: [{gpus: NVIDIA A100-SXM4-40GB, profiles: {3g.20gb: 2}}]}\n");
    assertThat(gpurig("validate", good).exit()).isZero();

    Path bad =
        plan(
            "bad.yaml",
            """
            mig:
              devices:
                - gpus: NVIDIA A100-SXM4-40GB
                  profiles: {3g.20gb: 2, 1g.5gb: 1}
            """);
    Result refused = gpurig("validate", bad);
    assertThat(refused.exit()).isEqualTo(2);
    assertThat(refused.all())
        .contains("bad.yaml:6:17", "they need 9 memory slices, and there are 8", "{3g.20gb: 2}");
  }

  @Test
  void aMigPartedFileIsCheckedWhereItIsWrong() throws Exception {
    Files.writeString(
        folder.resolve("mig.yaml"),
        """
        version: v1
        mig-configs:
          a:
            - device-filter: "0x20B010DE"
              devices: all
              mig-enabled: true
              mig-devices:
                "1g.5gb": 8
        """);
    Result refused = gpurig("validate", plan("p.yaml", "mig: {config: mig.yaml}\n"));
    assertThat(refused.exit()).as(refused.all()).isEqualTo(2);
    assertThat(refused.all()).contains("mig.yaml:8:9", "at most 7 fit", "{1g.5gb: 7}");

    Result missing = gpurig("validate", plan("q.yaml", "mig: {config: nowhere.yaml}\n"));
    assertThat(missing.exit()).isEqualTo(2);
    assertThat(missing.all()).contains("q.yaml:3:15");
  }

  private static Path state(Path root) throws Exception {
    try (var gpus = Files.list(root.resolve("proc/driver/nvidia/gpus"))) {
      return gpus.findFirst().orElseThrow().resolve("mig");
    }
  }
}
