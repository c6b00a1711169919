package io.gpurig.cli;

import static io.gpurig.cli.Commands.gpurig;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpurig.cli.Commands.Result;
import io.gpurig.lab.Lab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fleet that is split over several runs of gpurig. */
final class ShardRunTest {
  @TempDir private Path folder = Path.of("");

  private Path plan(String name, String hosts) throws Exception {
    return Files.writeString(
        folder.resolve(name + ".yaml"),
        "name: %s\nhosts: %s\ndriver:\n  deploy: true\n".formatted(name, hosts)
            + "  image: nvcr.io/nvidia/driver:580.126.20-ubuntu22.04\n");
  }

  @Test
  void shardsPlanEachHostOnceAndTheirReportsAreOne() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), 5)) {
      Path plan = plan("all", "all");
      for (int index = 0; index < 3; index++) {
        Result part =
            gpurig(
                Map.of("USER", "nobody", "JOB_COMPLETION_INDEX", "" + index),
                "plan",
                plan,
                "-i",
                lab.inventory(),
                "--shard",
                "auto/3",
                "--format",
                "json=" + folder.resolve(index + ".json"));
        assertThat(part.exit()).as(part.all()).isEqualTo(3);
      }

      Result merged =
          gpurig(
              "report",
              "merge",
              folder.resolve("2.json"),
              folder.resolve("0.json"),
              folder.resolve("1.json"));
      Result whole = gpurig("plan", plan, "-i", lab.inventory());

      assertThat(merged.out()).isEqualTo(whole.out());
      assertThat(merged.exit()).isEqualTo(whole.exit());

      Result lost = gpurig("report", "merge", folder.resolve("0.json"), folder.resolve("2.json"));
      assertThat(lost.exit()).isEqualTo(2);
      assertThat(lost.err()).contains("from shard 2 of 3", "--shard 2/3");
    }
  }

  @Test
  void aHostOfTwoPlansIsInOneShardOfBoth() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), 4)) {
      Path all = plan("all", "all");
      Path some = plan("some", "gpu-02:gpu-03");

      Result first = gpurig("plan", all, some, "-i", lab.inventory(), "--shard", "1/2");
      Result second = gpurig("plan", all, some, "-i", lab.inventory(), "--shard", "2/2");

      assertThat(first.out()).contains("gpu-01, gpu-02: 1 change", "gpu-02: 1 change");
      assertThat(first.out()).doesNotContain("gpu-03", "gpu-04");
      assertThat(second.out()).contains("gpu-03, gpu-04: 1 change", "gpu-03: 1 change");
      assertThat(second.out()).doesNotContain("gpu-01", "gpu-02");
    }
  }

  @Test
  void whatIsNoReportIsRefusedWithItsName() throws Exception {
    Path text = Files.writeString(folder.resolve("a.json"), "gpu-01: failed\n");
    Path other = Files.writeString(folder.resolve("b.json"), "{\"a\": 1}\n");
    Result result = gpurig("report", "merge", text, other, folder.resolve("absent.json"));
    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.err())
        .contains("a.json:1:", "b.json is not a report", "cannot read", "absent.json")
        .doesNotContain("Exception");
  }
}
