package io.gpurig.hostsuite;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The example's job array on a real Slurm, against simulated hosts that are reached over SSH. */
final class SlurmTest {
  private static final int HOSTS = 10;
  private static final int SHARDS = 4;

  @TempDir private Path folder = Path.of("");

  static boolean isPossible() {
    Slurm.impossible().ifPresent(why -> System.out.println("SlurmTest skipped: " + why));
    return Slurm.impossible().isEmpty();
  }

  @Test
  @EnabledIf("isPossible")
  void anArrayOfShardsPlansEveryHostOnce() throws Exception {
    Path lab = folder.resolve("lab");
    Program.Result up = Program.gpurig("lab", "up", "--detach", "--hosts", HOSTS, "--dir", lab);
    assertThat(up.exit()).as(up.both()).isZero();
    Path cluster = Files.createDirectories(folder.resolve("cluster"));
    try (Slurm slurm = Slurm.start(cluster, SHARDS)) {
      Path reports = folder.resolve("reports");
      Program.Result job =
          slurm.run(
              "sbatch",
              "--wait",
              "--array=1-" + SHARDS,
              "--output=" + folder.resolve("job-%a.log"),
              "--export=ALL,SHARDS=%d,GPURIG=%s,PLAN=%s,INVENTORY=%s,REPORTS=%s"
                  .formatted(SHARDS, launcher(), plan(), lab.resolve("inventory.yaml"), reports),
              "../examples/scale/slurm-plan.sh");
      // sbatch --wait ends as the worst of the tasks: 3, changes are pending
      assertThat(job.exit()).as(job.both() + logs()).isEqualTo(3);

      Program.Result merged = Program.gpurig(merge(reports));
      assertThat(merged.exit()).as(merged.both()).isEqualTo(3);
      JsonNode report = new ObjectMapper().readTree(merged.out());
      List<String> hosts = new ArrayList<>();
      report.path("hosts").forEach(host -> hosts.add(host.path("host").asText()));
      assertThat(hosts).hasSize(HOSTS).doesNotHaveDuplicates().isSorted();
      assertThat(shards(reports)).containsExactlyInAnyOrder("1/4", "2/4", "3/4", "4/4");

      Program.Result alone =
          slurm.run(
              "sbatch",
              "--wait",
              "--array=2",
              "--output=" + folder.resolve("alone.log"),
              "--export=ALL,SHARDS=%d,GPURIG=%s,PLAN=%s,INVENTORY=%s,REPORTS=%s"
                  .formatted(SHARDS, launcher(), plan(), lab.resolve("inventory.yaml"), reports),
              "../examples/scale/slurm-plan.sh");
      assertThat(alone.exit()).as(alone.both()).isEqualTo(2);
      assertThat(Files.readString(folder.resolve("alone.log"))).contains("--shard auto/4");
    } finally {
      Program.gpurig("lab", "down", "--dir", lab);
    }
  }

  private Path plan() throws IOException {
    return Files.writeString(
        folder.resolve("plan.yaml"),
        """
        name: Fleet
        hosts: all
        driver: {deploy: true, image: "nvcr.io/nvidia/driver:580.126.20-ubuntu22.04"}
        """);
  }

  private Path launcher() throws IOException {
    String words = String.join("' '", Program.gpurigCommand());
    Path script =
        Files.writeString(
            folder.resolve("gpurig"),
            "#!/bin/sh\ncd '%s' && exec '%s' \"$@\"\n"
                .formatted(Path.of("").toAbsolutePath(), words));
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Object[] merge(Path reports) throws IOException {
    List<Object> command = new ArrayList<>(List.of("report", "merge", "--format", "json"));
    try (Stream<Path> files = Files.list(reports)) {
      files.forEach(command::add);
    }
    return command.toArray();
  }

  private static List<String> shards(Path reports) throws IOException {
    List<String> shards = new ArrayList<>();
    try (Stream<Path> files = Files.list(reports)) {
      for (Path file : files.toList()) {
        shards.add(new ObjectMapper().readTree(file.toFile()).path("shard").asText());
      }
    }
    return shards;
  }

  private String logs() throws IOException {
    StringBuilder logs = new StringBuilder();
    for (int task = 1; task <= SHARDS; task++) {
      Path log = folder.resolve("job-" + task + ".log");
      logs.append(Files.exists(log) ? Files.readString(log) : "no log of task " + task)
          .append('\n');
    }
    return logs.toString();
  }
}
