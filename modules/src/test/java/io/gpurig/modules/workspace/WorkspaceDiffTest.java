package io.gpurig.modules.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Change.Field;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FactsJson;
import io.gpurig.engine.inventory.Host;
import io.gpurig.engine.module.Diff;
import io.gpurig.engine.plan.PlanFile;
import io.gpurig.engine.plan.ResolvedPlan;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.yaml.Document;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every case of {@code diffs.yaml} with what three versions of Docker said of the containers of
 * {@code plan.yaml}, recorded on real hosts with {@code gpurig facts --save}. A case picks a
 * workspace ({@code of}), lays {@code plan} over what the plan says of it and {@code host} over
 * what Docker says of its container, and tells what is to be done ({@code expect}). A null takes
 * away.
 */
final class WorkspaceDiffTest {
  private static final Path FOLDER = Path.of("src/test/resources/workspaces");
  private static final List<String> VERSIONS = List.of("20.10", "26.1", "28.5");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TestFactory
  Stream<DynamicTest> cases() throws IOException {
    JsonNode plan = yaml(FOLDER.resolve("plan.yaml"));
    List<DynamicTest> tests = new ArrayList<>();
    for (String version : VERSIONS) {
      JsonNode facts = JSON.readTree(FOLDER.resolve(version + ".json").toFile());
      for (JsonNode one : yaml(FOLDER.resolve("diffs.yaml"))) {
        tests.add(
            DynamicTest.dynamicTest(
                "Docker %s: %s".formatted(version, one.path("case").asText()),
                () -> run(one, plan, FactsJson.read(facts))));
      }
    }
    assertThat(tests).hasSizeGreaterThanOrEqualTo(120);
    return tests.stream();
  }

  private static void run(JsonNode one, JsonNode plan, Facts facts) {
    String name = one.path("of").asText("rich");
    ObjectNode item = JSON.createObjectNode();
    plan.path("workspaces").forEach(w -> take(w, name, item));
    merge(item, one.path("plan"));
    ArrayNode items = JSON.createArrayNode();
    if (!one.path("absent").asBoolean()) {
      items.add(item);
    }
    ObjectNode whole = JSON.createObjectNode().put("name", plan.path("name").asText());
    whole.put("hosts", "all").set("workspaces", items);
    Facts known = known(one, name, facts);
    List<String> lines = new ArrayList<>();
    Facts after = known;
    Diff diff = diff(whole, known);
    for (Change change : diff.changes()) {
      lines.add(
          "%s %s: %s"
              .formatted(
                  change.kind().name().toLowerCase(Locale.ROOT),
                  change.target().replaceFirst("^workspace ", ""),
                  change.reason()));
      for (Field field : change.fields()) {
        lines.add(
            "%s: %s -> %s"
                .formatted(
                    field.name(), shown(field.before()), shown(field.after())));
      }
      for (Effect effect : change.effects()) {
        after = effect.on(after);
      }
    }
    diff.findings().stream()
        .filter(finding -> !finding.code().equals("workspaces/gpu-moves"))
        .forEach(finding -> lines.add(finding.code()));
    List<String> expected = new ArrayList<>();
    one.path("expect").forEach(line -> expected.add(line.asText()));
    assertThat(lines).isEqualTo(expected);
    if (diff.findings().stream().noneMatch(finding -> finding.severity().blocks())) {
      assertThat(diff(whole, after).changes()).as("on the facts after").isEmpty();
    }
  }

  /** Ids are of no interest. */
  private static String shown(Optional<String> value) {
    return value.orElse("(none)").replaceAll("\\b(1:)?(sha256:)?[0-9a-f]{64}", "ID");
  }

  private static void take(JsonNode workspace, String name, ObjectNode item) {
    if (workspace.path("name").asText().equals(name)) {
      item.setAll((ObjectNode) workspace.deepCopy());
    }
  }

  /** The container of the case alone, and those that it shares namespaces with. */
  private static Facts known(JsonNode one, String name, Facts facts) {
    DockerFacts docker = facts.dockerState();
    List<JsonNode> containers = new ArrayList<>();
    for (JsonNode container : docker.containers()) {
      String of = DockerFacts.name(container);
      if (of.equals(name) && !one.path("gone").asBoolean()) {
        ObjectNode copy = container.deepCopy();
        merge(copy, one.path("host"));
        containers.add(copy);
      } else if (of.equals("plain") && !name.equals("plain")) {
        ObjectNode other = container.deepCopy();
        other.withObjectProperty("Config").remove("Labels");
        containers.add(other);
      }
    }
    Map<String, Optional<JsonNode>> images = new HashMap<>(docker.images());
    for (Map.Entry<String, JsonNode> image : one.path("images").properties()) {
      if (image.getValue().asText().equals("unknown")) {
        images.clear();
      } else {
        images.put(
            image.getKey(), Optional.of(image.getValue()).filter(value -> !value.isNull()));
      }
    }
    Map<String, Optional<JsonNode>> registry = new HashMap<>();
    one.path("registry")
        .properties()
        .forEach(e -> registry.put(e.getKey(), Optional.of(e.getValue()).filter(v -> !v.isNull())));
    ObjectNode info = docker.info().orElseThrow().deepCopy();
    merge(info, one.path("info"));
    // what the kernel of the machine lacks on which the suite's hosts run
    List.of("MemoryLimit", "SwapLimit", "CpuCfsQuota", "CPUShares", "CPUSet", "PidsLimit")
        .forEach(limit -> info.put(limit, one.path("info").path(limit).asBoolean(true)));
    Facts known =
        facts.withDocker(
            docker
                .withContainers(containers)
                .withImages(images, registry)
                .withInfo(Optional.of(info)));
    for (Map.Entry<String, JsonNode> file : one.path("files").properties()) {
      known =
          known.withFile(
              file.getKey(),
              Optional.of(
                  io.gpurig.engine.fact.FileFact.text(file.getValue().asText())));
    }
    return known;
  }

  private static void merge(ObjectNode into, JsonNode patch) {
    for (Map.Entry<String, JsonNode> entry : patch.properties()) {
      if (entry.getValue().isNull()) {
        into.remove(entry.getKey());
      } else if (entry.getValue().isObject() && into.path(entry.getKey()) instanceof ObjectNode o) {
        merge(o, entry.getValue());
      } else {
        into.set(entry.getKey(), entry.getValue());
      }
    }
  }

  private static Diff diff(ObjectNode plan, Facts facts) {
    Problems problems = new Problems();
    ResolvedPlan resolved =
        PlanFile.parse("plan.yaml", plan.toPrettyString(), problems)
            .flatMap(file -> file.resolve(new Host("gpu-01", Map.of()), Map.of(), problems))
            .orElseThrow(() -> new AssertionError(problems.sorted().toString()));
    WorkspacesModule module = new WorkspacesModule();
    return module.diff(module.desired(resolved.section("workspaces").orElseThrow()), facts);
  }

  private static JsonNode yaml(Path file) throws IOException {
    Problems problems = new Problems();
    return Document.parse(file.toString(), Files.readString(file), problems)
        .orElseThrow(() -> new AssertionError(problems.sorted().toString()))
        .tree();
  }
}
