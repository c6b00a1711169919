package io.gpurig.cli;

import static io.gpurig.cli.Commands.gpurig;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpurig.cli.Commands.Result;
import io.gpurig.lab.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans that are saved, and applied later, on simulated hosts. */
final class SavedPlanTest {
  private static final String PLAN =
      """
      name: Test
      hosts: lab
      driver:
        deploy: true
        image: nvcr.io/nvidia/driver:580.126.20-ubuntu22.04
      toolkit:
        deploy: true
      """;

  @TempDir private Path folder = Path.of("");

  @Test
  void aFreshPlanDoesExactlyItsChanges() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), 2)) {
      Path saved = save(lab);
      JsonNode host = new ObjectMapper().readTree(saved.toFile()).at("/plans/0/hosts/0");
      assertThat(host.path("host").asText()).isEqualTo("gpu-01");
      assertThat(host.path("changes")).hasSize(2);
      // what is written now is of no interest any more
      Files.writeString(folder.resolve("plan.yaml"), PLAN.replace("580.126.20", "580.126.16"));

      Result applied = gpurig("apply", saved, "-i", lab.inventory());

      assertThat(applied.exit()).as(applied.all()).isZero();
      assertThat(applied.err()).contains("plan.yaml has changed since");
      assertThat(applied.out()).endsWith("2 hosts: 2 changed and proven\n");
      Files.writeString(folder.resolve("plan.yaml"), PLAN);
      Result again = gpurig("plan", folder.resolve("plan.yaml"), "-i", lab.inventory());
      assertThat(again.exit()).as(again.all()).isZero();
    }
  }

  @Test
  void aSecondApplyIsRefusedAndSaysWhatMoved() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), 1)) {
      Path saved = save(lab);
      gpurig("apply", saved, "-i", lab.inventory());

      Result again = gpurig("apply", saved, "-i", lab.inventory());

      assertThat(again.exit()).as(again.all()).isEqualTo(3);
      assertThat(again.out())
          .contains("gpu-01: not as it was when the plan was saved, nothing was touched")
          .contains(
              "container nvidia-driver: not there → running, nvcr.io/nvidia/driver:580.126.20")
          .endsWith("1 host: 1 stale\n");
    }
  }

  private Path save(Lab lab) throws IOException {
    Path plan = Files.writeString(folder.resolve("plan.yaml"), PLAN);
    Path saved = folder.resolve("saved");
    Result planned = gpurig("plan", plan, "-i", lab.inventory(), "--out", saved);
    assertThat(planned.exit()).as(planned.all()).isEqualTo(3);
    return saved;
  }
}
