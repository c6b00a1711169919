package io.gpurig.cli;

import static io.gpurig.cli.Commands.gpurig;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpurig.cli.Commands.Result;
import io.gpurig.lab.HostKind;
import io.gpurig.lab.Lab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole path on simulated hosts, over real SSH. */
final class LabRunTest {
  private static final String DRIVER =
      "driver:\n  deploy: true\n  image: nvcr.io/nvidia/driver:%s\n";
  private static final String TOOLKIT = "toolkit:\n  deploy: true\n";

  @TempDir private Path folder = Path.of("");

  @Test
  void freshHostsArePlannedChangedAndProven() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), 3)) {
      Path plan = plan(DRIVER.formatted("580.126.20-ubuntu22.04") + TOOLKIT);

      Result planned = gpurig("plan", plan, "-i", lab.inventory());
      assertThat(planned.exit()).as(planned.all()).isEqualTo(3);
      assertThat(planned.out())
          .contains("gpu-01, gpu-02, gpu-03: 2 changes")
          .contains("+ container nvidia-driver, because it is not there")
          .contains("+ container nvidia-toolkit, because it is not there")
          .endsWith("3 hosts: 3 with changes pending\n");

      Result applied = gpurig("apply", plan, "-i", lab.inventory());
      assertThat(applied.exit()).as(applied.all()).isZero();
      assertThat(applied.out()).endsWith("3 hosts: 3 changed and proven\n");

      Result again = gpurig("plan", plan, "-i", lab.inventory());
      assertThat(again.exit()).as(again.all()).isZero();
      assertThat(again.out())
          .isEqualTo(
              """
              Test

              gpu-01, gpu-02, gpu-03: as the plan asks, nothing to change

              3 hosts: 3 as the plan asks
              """);
    }
  }

  @Test
  void aPlanCostsOneConnectionOneExecAndTheDockerCalls() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), 1)) {
      Path plan = plan(DRIVER.formatted("580.126.20-ubuntu22.04") + TOOLKIT);
      gpurig("apply", plan, "-i", lab.inventory());

      Result planned = gpurig("plan", plan, "-i", lab.inventory(), "--format", "json");

      JsonNode cost = new ObjectMapper().readTree(planned.out()).at("/hosts/0/roundTrips");
      assertThat(cost.path("connections").asInt()).isEqualTo(1);
      assertThat(cost.path("execs").asInt()).isEqualTo(1);
      assertThat(cost.path("dockerRequests").asInt()).isEqualTo(4);
    }
  }

  @Test
  void theRuntimeIsRegisteredAndTakenOutAgain() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), 1)) {
      Path daemon = lab.host("gpu-01").root().resolve("etc/docker/daemon.json");
      String before = "{\n\t\"log-driver\": \"json-file\" , \"n\": 1.0\n}\n";
      Files.writeString(daemon, before);
      String section = "runtime: {path: /usr/bin/nvidia-container-runtime, default: true}\n";

      Result planned = gpurig("plan", plan(section), "-i", lab.inventory());
      assertThat(planned.out()).contains("default-runtime: nvidia");
      Result applied = gpurig("apply", plan(section), "-i", lab.inventory());
      assertThat(applied.exit()).as(applied.all()).isZero();
      assertThat(Files.readString(daemon))
          .startsWith("{\n\t\"log-driver\": \"json-file\" , \"n\": 1.0,\n\t\"runtimes\": {\n");
      assertThat(gpurig("plan", plan(section), "-i", lab.inventory()).exit()).isZero();

      Path remove = plan("runtime: {deploy: false}\n");
      Result removed = gpurig("apply", remove, "-i", lab.inventory());
      assertThat(removed.exit()).as(removed.all()).isZero();
      assertThat(Files.readString(daemon)).isEqualTo(before);
      assertThat(daemon.resolveSibling("daemon.json.gpurig")).doesNotExist();
      assertThat(gpurig("plan", remove, "-i", lab.inventory()).exit()).isZero();
    }
  }

  @Test
  void theToolkitsContainerOwnsTheRuntimesThatItRegisters() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), 1)) {
      Path plan =
          plan(
              DRIVER.formatted("580.126.20-ubuntu22.04") + TOOLKIT + "runtime: {default: false}\n");

      Result applied = gpurig("apply", plan, "-i", lab.inventory());
      assertThat(applied.exit()).as(applied.all()).isZero();
      assertThat(applied.out()).doesNotContain("daemon.json");
      assertThat(gpurig("plan", plan, "-i", lab.inventory()).exit()).isZero();
    }
  }

  @Test
  void theSpecOfTheGpusIsWrittenBelowTheHostsFolderAndRemovedAgain() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), 1)) {
      Path root = lab.host("gpu-01").root();
      Path plan =
          plan(DRIVER.formatted("580.126.20-ubuntu22.04") + TOOLKIT + "cdi: {enabled: true}\n");

      Result applied = gpurig("apply", plan, "-i", lab.inventory());
      assertThat(applied.exit()).as(applied.all()).isZero();
      Path specs = root.resolve("etc/cdi");
      Path spec = specs.resolve("nvidia.yaml");
      assertThat(gpurig("cdi", "list", specs).out())
          .contains("nvidia.com/gpu=0", "nvidia.com/gpu=7", "nvidia.com/gpu=all");
      assertThat(gpurig("plan", plan, "-i", lab.inventory()).exit()).isZero();

      // out of date: written anew, nothing left beside it
      Files.writeString(spec, Files.readString(spec).replace("\"name\":\"7\"", "\"name\":\"8\""));
      Result stale = gpurig("plan", plan, "-i", lab.inventory());
      assertThat(stale.out()).contains("write /etc/cdi/nvidia.yaml as `/usr/local/nvidia/toolkit/");
      assertThat(gpurig("apply", plan, "-i", lab.inventory()).exit()).isZero();
      assertThat(specs.toFile().list())
          .containsExactlyInAnyOrder("nvidia.yaml", "nvidia.yaml.gpurig");

      Result removed = gpurig("apply", plan("cdi: {enabled: false}\n"), "-i", lab.inventory());
      assertThat(removed.exit()).as(removed.all()).isZero();
      assertThat(spec).doesNotExist();
    }
  }

  @Test
  void oneBadHostHidesNoOther() throws Exception {
    List<HostKind> kinds = List.of(HostKind.H100X8, HostKind.NO_DOCKER, HostKind.H100X8);
    try (Lab lab = Lab.start(folder.resolve("lab"), kinds)) {
      lab.host("gpu-03").refuseConnections(true);
      Path plan = plan(DRIVER.formatted("580.126.20-ubuntu22.04"));

      Result applied = gpurig("apply", plan, "-i", lab.inventory());

      assertThat(applied.exit()).as(applied.all()).isEqualTo(1);
      assertThat(applied.out())
          .contains("gpu-01: changed, read again, and as the plan asks")
          .contains("gpu-02: failed")
          .contains("error[docker/unreachable]")
          .contains("gpu-03: error[connect/")
          .endsWith("3 hosts: 1 changed and proven, 2 failed\n");
      assertThat(applied.all()).doesNotContain("Exception", "\tat ");
    }
  }

  @Test
  void aChangeThatFailsIsTakenBackAndTheLogIsShown() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), 1)) {
      Path good = plan(DRIVER.formatted("580.126.16-ubuntu22.04"));
      gpurig("apply", good, "-i", lab.inventory());
      Path broken = folder.resolve("broken.yaml");
      Files.writeString(
          broken,
          Files.readString(good).replace("580.126.16-ubuntu22.04", "580.999.1-ubuntu22.04"));

      Result applied = gpurig("apply", broken, "-i", lab.inventory());

      assertThat(applied.exit()).as(applied.all()).isEqualTo(1);
      assertThat(applied.out())
          .contains("failed and taken back", "Could not resolve Linux kernel version");
      Result planned = gpurig("plan", good, "-i", lab.inventory());
      assertThat(planned.exit()).as(planned.all()).isZero();
    }
  }

  @Test
  void limitAndVariablesChooseHostsAndValues() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), 3)) {
      Path plan = plan(DRIVER.formatted("${version}-ubuntu22.04"));

      Result planned =
          gpurig(
              "plan", plan, "-i", lab.inventory(), "--limit", "gpu-02", "--var", "version=580.10");

      assertThat(planned.out())
          .contains("gpu-02: 1 change", "nvcr.io/nvidia/driver:580.10-ubuntu22.04")
          .endsWith("1 host: 1 with changes pending\n");
    }
  }

  @Test
  void factsStandInForHosts() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), 2)) {
      Path plan = plan(DRIVER.formatted("580.126.20-ubuntu22.04") + TOOLKIT);
      Path facts = folder.resolve("facts");

      Result saved = gpurig("facts", plan, "-i", lab.inventory(), "--save", facts);
      assertThat(saved.exit()).as(saved.all()).isZero();
      assertThat(facts.resolve("gpu-01.json")).exists();

      Path survey = folder.resolve("survey");
      assertThat(gpurig("facts", "-i", lab.inventory(), "--save", survey).exit()).isZero();
      Result surveyed = gpurig("plan", plan, "--facts", survey);
      assertThat(surveyed.exit()).as(surveyed.all()).isEqualTo(3);
      assertThat(surveyed.out()).doesNotContain("facts/incomplete");

      Result offline = gpurig("plan", plan, "--facts", facts);
      assertThat(offline.exit()).as(offline.all()).isEqualTo(3);
      assertThat(offline.out()).isEqualTo(gpurig("plan", plan, "-i", lab.inventory()).out());
    }
  }

  @Test
  void aLabInTheBackgroundIsUsedAndEnded() throws Exception {
    Path dir = folder.resolve("background");
    Path plan = plan(TOOLKIT);

    Result up = gpurig("lab", "up", "--dir", dir, "--hosts", 2, "--detach");
    try {
      assertThat(up.exit()).as(up.all()).isZero();
      assertThat(gpurig("lab", "list", "--dir", dir).out()).contains("gpu-01", "gpu-02");
      assertThat(gpurig("lab", "up", "--dir", dir).exit()).isEqualTo(2);
      assertThat(gpurig("plan", plan, "-i", dir.resolve("inventory.yaml")).exit()).isEqualTo(3);
    } finally {
      assertThat(gpurig("lab", "down", "--dir", dir).exit()).isZero();
    }
    assertThat(dir).doesNotExist();
    assertThat(gpurig("lab", "down", "--dir", dir).exit()).isEqualTo(2);
  }

  @Test
  void thisMachineNeedsNoSsh() throws Exception {
    Path inventory = folder.resolve("local.yaml");
    Files.writeString(inventory, "lab:\n  hosts:\n    here: {ansible_connection: local}\n");

    Result facts = gpurig("facts", plan(TOOLKIT), "-i", inventory, "--format", "raw");

    assertThat(facts.exit()).as(facts.all()).isZero();
    JsonNode reads = new ObjectMapper().readTree(facts.out()).path("reads");
    assertThat(reads.path("commands").path("uname -s").path("stdout").asText())
        .isEqualTo("Linux\n");
    assertThat(reads.path("files").has("/etc/os-release")).isTrue();
    assertThat(reads.has("docker")).isTrue();
  }

  @Test
  void theDemoShowsWhatItPromises() {
    Result demo = gpurig("demo");

    assertThat(demo.exit()).as(demo.all()).isZero();
    assertThat(demo.out())
        .contains("$ gpurig plan", "exit code 3", "$ gpurig apply", "exit code 0")
        .contains("as the plan asks, nothing to change");
  }

  private Path plan(String sections) throws java.io.IOException {
    return Files.writeString(folder.resolve("plan.yaml"), "name: Test\nhosts: lab\n" + sections);
  }
}
