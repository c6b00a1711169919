package io.gpurig.engine.saved;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Change.Field;
import io.gpurig.engine.change.ChangeJson;
import io.gpurig.engine.change.Condition;
import io.gpurig.engine.change.ContainerSpec;
import io.gpurig.engine.change.ContainerSpec.Bind;
import io.gpurig.engine.change.ContainerState;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.Basis;
import io.gpurig.engine.fact.CommandFact;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.engine.plan.Secrets;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.problem.Rendered;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SavedPlanFileTest {
  private static final ContainerSpec SPEC =
      new ContainerSpec(
          "c",
          "image:1",
          List.of("run"),
          Map.of("A", "(secret A)"),
          List.of(new Bind("/a", "/b", true, Optional.of("rshared")), Bind.same("/c")),
          List.of("/dev/x"),
          true,
          Optional.of("host"),
          Optional.empty(),
          Optional.of("runc"),
          "always",
          List.of("label=x"),
          Optional.of(5),
          Map.of("l", "v"),
          Map.of("memlock", -1L));

  /** One of each kind. */
  private static final Change CHANGE =
      new Change(
          "driver",
          Change.Kind.REPLACE,
          "container c",
          "it differs",
          List.of(Field.of("image", "a", "b"), new Field("x", Optional.empty(), Optional.of("1"))),
          Disruption.REBOOT,
          List.of("container w"),
          List.of(
              new Action.WriteFile("/f", "text\n", Optional.of("0600")),
              new Action.WriteFile("/g", "", Optional.empty()),
              new Action.RemoveFile("/f"),
              new Action.RunCommand(List.of("a", "b c"), List.of(), 5),
              new Action.PullImage("image:1"),
              new Action.RunContainer(SPEC),
              new Action.StartContainer("c"),
              new Action.StopContainer("c", 10),
              new Action.RenameContainer("c", "d"),
              new Action.RemoveContainer("d"),
              new Action.BindDriver(
                  "0000:3b:00.0", Optional.empty(), Optional.of("x"), List.of("/dev/x"), 5),
              new Action.WaitFor(
                  "all",
                  List.of(
                      new Condition.FileExists("/f"),
                      new Condition.FileAbsent("/g"),
                      new Condition.FileSaysIfPresent("/f", "Ready"),
                      new Condition.CommandSucceeds(List.of("true")),
                      new Condition.RuntimeListed("r")),
                  60,
                  Optional.of("c"))),
          List.of(
              new Effect.FileBecomes("/f", FileFact.text("x")),
              new Effect.FileGone("/g"),
              new Effect.CommandAnswers(List.of("true"), new CommandFact(0, "", "")),
              new Effect.ContainerBecomes(ContainerState.of(SPEC)),
              new Effect.ContainerGone("d"),
              new Effect.RuntimesListed(List.of("r")),
              new Effect.DevicesReleased("/dev/x", List.of("c")),
              new Effect.PciDriver("0000:3b:00.0", "x"),
              new Effect.PciBound("0000:3b:00.0", Optional.empty(), Optional.of("x"))));

  @TempDir private Path folder;
  private final Problems problems = new Problems();

  @Test
  void whatIsReadIsWhatWasWritten() throws IOException {
    SavedPlan plan = plan(1);
    SavedPlanFile.write(folder.resolve("p"), plan);
    SavedPlan read =
        SavedPlanFile.load(folder.resolve("p"), "p", problems)
            .orElseThrow(() -> new AssertionError(Rendered.of(problems)));
    assertThat(SavedPlanJson.write(read).toString())
        .isEqualTo(SavedPlanJson.write(plan).toString());
    assertThat(read.plans().getFirst().hosts().getFirst().changes().getFirst().actions())
        .isEqualTo(CHANGE.actions());
    assertThat(SavedPlanFile.is(folder.resolve("p"))).isTrue();
    assertThat(folder.toFile().list()).containsExactly("p");
  }

  @Test
  void theSchemaHasEveryActionConditionAndEffect() throws IOException {
    JsonNode schema =
        new ObjectMapper().readTree(Path.of("../schema/saved-plan.schema.json").toFile());
    compare(schema, "action", Action.class);
    compare(schema, "condition", Condition.class);
    compare(schema, "effect", Effect.class);
    assertThat(names(schema.at("/$defs/container/properties")))
        .isEqualTo(components(ContainerSpec.class));
    assertThat(names(schema.at("/$defs/change/properties"))).isEqualTo(components(Change.class));
  }

  private static void compare(JsonNode schema, String kind, Class<?> type) {
    JsonSubTypes types = type.getAnnotation(JsonSubTypes.class);
    assertThat(types.value()).hasSameSizeAs(type.getPermittedSubclasses());
    List<String> described = new ArrayList<>();
    for (JsonNode one : schema.at("/$defs/" + kind + "/oneOf")) {
      Set<String> properties = new TreeSet<>(names(one.path("properties")));
      properties.remove(kind);
      described.add(one.at("/properties/" + kind + "/const").asText() + properties);
    }
    List<String> coded = new ArrayList<>();
    for (JsonSubTypes.Type one : types.value()) {
      coded.add(one.name() + components(one.value()));
    }
    assertThat(described).containsExactlyInAnyOrderElementsOf(coded);
  }

  private static Set<String> components(Class<?> type) {
    Set<String> names = new TreeSet<>();
    for (RecordComponent component : type.getRecordComponents()) {
      names.add(component.getName());
    }
    return names;
  }

  private static Set<String> names(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void whatMovedIsNamedAndWhatIsNewIsNot() {
    SavedHost host = plan(1).plans().getFirst().hosts().getFirst();
    Basis.Answer same = new Basis.Answer("exact", "shown");
    assertThat(host.moved(Map.of("file /f", same, "new", same), "0".repeat(32))).isEmpty();
    assertThat(host.moved(Map.of("file /f", new Basis.Answer("x", "y")), "0".repeat(32)))
        .containsExactly("file /f: shown → y");
    assertThat(host.moved(Map.of("file /f", new Basis.Answer("x", "shown")), "0".repeat(32)))
        .containsExactly("file /f is not what it was (shown)");
  }

  @Test
  void aSecretIsToldByItsSaltedDigest() {
    SavedPlan plan = plan(1);
    SavedHost host = plan.plans().getFirst().hosts().getFirst();
    assertThat(plan.changedSecrets(host, new Secrets(Map.of("A", "value")))).isEmpty();
    assertThat(plan.changedSecrets(host, new Secrets(Map.of("A", "Value")))).containsExactly("A");
    assertThat(plan.changedSecrets(host, Secrets.NONE)).containsExactly("A");
    assertThat(SavedPlanJson.write(plan).toString()).doesNotContain("value\"");
    assertThat(Digests.salted("a", "A", "value")).isNotEqualTo(Digests.salted("b", "A", "value"));
  }

  @Test
  void aThousandHostsAreReadInSeconds() throws IOException {
    SavedPlanFile.write(folder.resolve("p"), plan(1000));
    long start = System.nanoTime();
    assertThat(SavedPlanFile.load(folder.resolve("p"), "p", problems)).isPresent();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void redactionAndRevealAreInverse() {
    Secrets secrets = new Secrets(Map.of("A", "pass$1", "B", "pass$1word", "C", "abc"));
    assertThat(secrets.redact("x pass$1word pass$1 abc")).isEqualTo("x (secret B) (secret A) abc");
    assertThat(new Secrets(Map.of("Q", "a\"b\nc")).redact("{\"x\": \"a\\\"b\\nc\"}"))
        .isEqualTo("{\"x\": \"(secret Q)\"}");
    assertThat(secrets.reveal("(secret B)-(secret A)-(secret C)-(secret D)"))
        .isEqualTo("pass$1word-pass$1-abc-(secret D)");
    assertThat(secrets.toString()).doesNotContain("pass", "abc");
  }

  private static SavedPlan plan(int count) {
    String salt = "0".repeat(32);
    JsonNode tree =
        new ObjectMapper().createObjectNode().set("env", TextNode.valueOf("(secret A)"));
    List<SavedHost> hosts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      hosts.add(
          new SavedHost(
              "h" + i,
              tree,
              List.of(ChangeJson.read(ChangeJson.write(CHANGE))),
              SavedHost.expectations(Map.of("file /f", new Basis.Answer("exact", "shown")), salt)));
    }
    return new SavedPlan(
        "1",
        salt,
        List.of(new SavedPlan.Input("p.yaml", Digests.of(new byte[0]))),
        Map.of("A", Digests.salted(salt, "A", "value")),
        List.of(new SavedPlan.Plan("P", hosts)));
  }
}
