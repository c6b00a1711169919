package io.gpurig.cli;

import static io.gpurig.cli.Commands.gpurig;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.cli.Commands.Result;
import io.gpurig.lab.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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

  @Test
  void driftThatAChangeRestsOnIsRefusedAndNothingIsTouched() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), 2)) {
      Path saved = save(lab);
      Path release = lab.host("gpu-01").root().resolve("etc/os-release");
      String text = Files.readString(release);
      Files.delete(release); // the lab's hosts share it until one of them writes another
      Files.writeString(release, text + "# updated\n");

      Result applied = gpurig("apply", saved, "-i", lab.inventory());

      assertThat(applied.exit()).as(applied.all()).isEqualTo(3);
      assertThat(applied.out())
          .contains("gpu-01: error[saved/moved]: has moved since the plan was saved: file")
          .contains("file /etc/os-release: ")
          .contains(" → ")
          .contains("gpu-02: changed, read again, and as the plan asks")
          .endsWith("2 hosts: 1 changed and proven, 1 stale\n");
      assertThat(applied.err()).doesNotContain("gpu-01");
      assertThat(lab.host("gpu-01").root().resolve("run/nvidia/driver")).doesNotExist();
    }
  }

  @Test
  void driftElsewhereIsNotRefused() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), 1)) {
      Path saved = save(lab);
      Path root = lab.host("gpu-01").root();
      Files.writeString(root.resolve("etc/motd"), "hello\n");

      Result applied = gpurig("apply", saved, "-i", lab.inventory());

      assertThat(applied.exit()).as(applied.all()).isZero();
    }
  }

  @Test
  void limitAndInventoryDecideAsEver() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), 2)) {
      Path saved = save(lab);
      Result applied = gpurig("apply", saved, "-i", lab.inventory(), "--limit", "gpu-02");
      assertThat(applied.out()).endsWith("1 host: 1 changed and proven\n");
      Result nowhere = gpurig("apply", saved);
      assertThat(nowhere.exit()).isEqualTo(2);
      assertThat(nowhere.err())
          .contains("error[saved/no-such-host]: " + saved + " is for host gpu-01")
          .contains("name the inventory with -i");
    }
  }

  @Test
  void whatWasChangedByHandIsNotApplied() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), 1)) {
      Path saved = save(lab);
      String text = Files.readString(saved);
      assertThat(refused(lab, text.replace("580.126.20", "580.126.16")))
          .contains("error[saved/altered]: ")
          .contains("altered was changed after it was written");
      assertThat(refused(lab, text.replace("\"gpurigPlan\" : 1", "\"gpurigPlan\" : 2")))
          .contains("has format 2 of gpurig")
          .contains("and this gpurig reads up to 1");
      assertThat(refused(lab, text.substring(0, text.length() / 2)))
          .contains("error[saved/json]: the saved plan is damaged");
      assertThat(refused(lab, "{\"gpurigPlan\": \"x\"}")).contains("is not a saved plan");
      // layout and order are nobody's business
      JsonNode tree = new ObjectMapper().readTree(text);
      Path compact = Files.writeString(folder.resolve("compact"), tree.toString());
      assertThat(gpurig("apply", compact, "-i", lab.inventory()).exit()).isZero();
    }
  }

  /** Anybody can make the digest of what he has written. */
  @Test
  void forgedActionsAreNotCarriedOut() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), 1)) {
      Path owned = lab.host("gpu-01").root().resolve("tmp/owned");
      for (String tool : List.of("0.1.0", "0.0.9")) {
        ObjectNode plan = (ObjectNode) new ObjectMapper().readTree(save(lab).toFile());
        ObjectNode command = new ObjectMapper().createObjectNode();
        command.put("action", "run-command").put("timeoutSeconds", 5).putArray("undo");
        command.putArray("argv").add("touch").add(owned.toString());
        plan.withArray("/plans/0/hosts/0/changes/0/actions").insert(0, command);
        plan.put("tool", tool);
        // and looks at nothing that could have moved
        ((ObjectNode) plan.at("/plans/0/hosts/0")).putObject("expectations");
        Path forged = Files.writeString(folder.resolve("forged"), FuzzTest.sealed(plan).toString());

        Result applied = gpurig("apply", forged, "-i", lab.inventory());

        assertThat(applied.exit()).as(applied.all()).isEqualTo(3);
        assertThat(applied.out())
            .containsPattern("error\\[saved/(moved|other-tool)]: ")
            .endsWith("1 host: 1 stale\n");
        assertThat(owned).doesNotExist();
      }
    }
  }

  /** What tells of hosts is for the eyes of whoever asked. */
  @Test
  void filesAreTheirOwnersAlone() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), 1)) {
      Path saved = save(lab);
      Path facts = folder.resolve("facts");
      gpurig("facts", "-i", lab.inventory(), "--save", facts);
      Path state = folder.resolve("state");
      gpurig(Map.of("XDG_STATE_HOME", state.toString()), "apply", saved, "-i", lab.inventory());
      List<Path> files = new ArrayList<>();
      for (Path below : List.of(facts, state)) {
        try (Stream<Path> all = Files.walk(below)) {
          all.filter(Files::isRegularFile).forEach(files::add);
        }
      }
      assertThat(files).hasSize(2);
      files.add(saved);
      for (Path file : files) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .as(file.toString())
            .isEqualTo("rw-------");
      }
    }
  }

  @Test
  void aSavedPlanGoesWithApplyAlone() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), 1)) {
      Path saved = save(lab);
      assertThat(gpurig("plan", saved, "-i", lab.inventory()).err())
          .contains("is a saved plan, which is for apply alone");
      assertThat(gpurig("apply", saved, folder.resolve("plan.yaml"), "-i", lab.inventory()).exit())
          .isEqualTo(2);
      assertThat(gpurig("apply", saved, "-i", lab.inventory(), "--var", "a=b").err())
          .contains("error[saved/variable]");
    }
  }

  @Test
  void aHostThatCannotBePlannedIsLeftOut() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), 2)) {
      lab.host("gpu-02").refuseConnections(true);
      Path plan = Files.writeString(folder.resolve("plan.yaml"), PLAN);
      Path saved = folder.resolve("saved");
      Result planned = gpurig("plan", plan, "-i", lab.inventory(), "--out", saved);
      assertThat(planned.exit()).isEqualTo(1);
      assertThat(planned.err()).contains("warning[saved/left-out]: gpu-02 is not in " + saved);
      assertThat(gpurig("apply", saved, "-i", lab.inventory()).out())
          .endsWith("1 host: 1 changed and proven\n");
      Result nowhere = gpurig("plan", plan, "-i", lab.inventory(), "--out", "/proc/x/y");
      assertThat(nowhere.err()).contains("error[saved/unwritable]");
      assertThat(nowhere.exit()).isEqualTo(2);
    }
  }

  private String refused(Lab lab, String text) throws IOException {
    Path altered = Files.writeString(folder.resolve("altered"), text);
    Result result = gpurig("apply", altered, "-i", lab.inventory());
    assertThat(result.exit()).as(result.all()).isEqualTo(2);
    assertThat(result.all()).doesNotContain("Exception", "\tat ");
    return result.err();
  }

  private Path save(Lab lab) throws IOException {
    Path plan = Files.writeString(folder.resolve("plan.yaml"), PLAN);
    Path saved = folder.resolve("saved");
    Result planned = gpurig("plan", plan, "-i", lab.inventory(), "--out", saved);
    assertThat(planned.exit()).as(planned.all()).isEqualTo(3);
    return saved;
  }
}
