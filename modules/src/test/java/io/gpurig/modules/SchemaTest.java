package io.gpurig.modules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FactsFolder;
import io.gpurig.engine.fact.FactsJson;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.engine.module.Module;
import io.gpurig.engine.plan.PlanFile;
import io.gpurig.engine.plan.Section;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.yaml.Document;
import io.gpurig.engine.yaml.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The schemas, the code and the documentation say the same. */
final class SchemaTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```yaml\\n(.*?)^```$");

  /** What is not a section: it is read by the engine before any module. */
  private static final Set<String> ENGINE = Set.of("name", "hosts", "from", "vars", "rollout");

  @TempDir private Path folder = Path.of("");

  @TestFactory
  Stream<DynamicTest> everyPropertyIsDescribed() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Path file : files(ROOT.resolve("schema"), ".json")) {
      JsonNode schema = new ObjectMapper().readTree(file.toFile());
      List<String> bare = new ArrayList<>();
      undescribed(schema, schema, "", bare);
      tests.add(
          DynamicTest.dynamicTest(
              String.valueOf(file.getFileName()),
              () -> {
                assertThat(bare).isEmpty();
                assertThat(schema.path("description").asText()).isNotBlank();
                assertThat(schema.path("$id").asText()).endsWith("/" + file.getFileName());
              }));
    }
    return tests.stream();
  }

  private static void undescribed(JsonNode root, JsonNode node, String at, List<String> bare) {
    for (Map.Entry<String, JsonNode> property : node.path("properties").properties()) {
      if (keyword(root, property.getValue(), "description").asText().isBlank()) {
        bare.add(at + "/" + property.getKey());
      }
    }
    node.properties().forEach(e -> undescribed(root, e.getValue(), at + "/" + e.getKey(), bare));
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      undescribed(root, node.get(i), at + "/" + i, bare);
    }
  }

  private static JsonNode keyword(JsonNode root, JsonNode schema, String keyword) {
    JsonNode at = schema;
    while (!at.has(keyword) && at.has("$ref")) {
      at = root.at(at.path("$ref").asText().substring(1));
    }
    return at.path(keyword);
  }

  @TestFactory
  Stream<DynamicTest> everyExampleIsAValidPlan() throws IOException {
    Map<String, Path> plans = new LinkedHashMap<>();
    for (String place : List.of("plans", "examples")) {
      for (Path file : files(ROOT.resolve(place), ".yaml")) {
        if (Files.readString(file).contains("plan.schema.json")) {
          plans.put(file.toString(), file);
        }
      }
    }
    // an example may be based on a plan of ours, as seen from docs/
    Path docs = Files.createDirectories(folder.resolve("docs"));
    Files.createDirectories(folder.resolve("plans"));
    for (Path plan : files(ROOT.resolve("plans"), ".yaml")) {
      Files.copy(plan, folder.resolve("plans").resolve(String.valueOf(plan.getFileName())));
    }
    List<Path> documents = new ArrayList<>(files(ROOT.resolve("docs"), ".md"));
    documents.add(ROOT.resolve("README.md"));
    for (Path document : documents.stream().filter(Files::exists).toList()) {
      Matcher block = BLOCK.matcher(Files.readString(document));
      while (block.find()) {
        if (block.group(1).contains("hosts:") && block.group(1).contains("name:")) {
          String name = document.getFileName() + ":" + block.start();
          plans.put(name, Files.writeString(docs.resolve(plans.size() + ".yaml"), block.group(1)));
        }
      }
    }
    assertThat(plans).hasSizeGreaterThan(3);
    return plans.entrySet().stream()
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> check(e.getValue())));
  }

  private static void check(Path plan) {
    Problems problems = new Problems();
    PlanFile.load(plan, plan.toString(), problems).ifPresent(file -> file.check(problems));
    assertThat(problems.sorted()).isEmpty();
  }

  @Test
  void theCodeReadsWhatTheSchemaHasAndNothingElse() {
    JsonNode schema = schema("plan.schema.json");
    Set<String> sections = new TreeSet<>(ENGINE);
    for (Module<?> module : Modules.all()) {
      sections.add(module.section());
      assertThat(read(module))
          .as(module.section())
          .isEqualTo(names(properties(schema, module.section())));
    }
    assertThat(names(schema.path("properties"))).isEqualTo(sections);
    assertThat(names(schema.at("/$defs/rollout/properties")))
        .containsExactlyInAnyOrder(
            "allowDisruption", "batch", "drain", "healthCheck", "maxFailures", "pause");
  }

  /** The properties of a section, or of the items of a section that is a list. */
  private static JsonNode properties(JsonNode schema, String section) {
    JsonNode at = schema.at("/properties/" + section);
    return keyword(schema, isList(schema, section) ? at.path("items") : at, "properties");
  }

  private static boolean isList(JsonNode schema, String section) {
    return keyword(schema, schema.at("/properties/" + section), "type").asText().equals("array");
  }

  private static <D> Set<String> read(Module<D> module) {
    boolean list = isList(schema("plan.schema.json"), module.section());
    Problems problems = new Problems();
    String content = list ? "[{name: x, image: \"x:1\"}]" : module.survey();
    String text = "name: x\nhosts: all\n" + module.section() + ": " + content + "\n";
    Document document = Document.parse("plan", text, problems).orElseThrow();
    ObjectNode tree = (ObjectNode) Schema.load("plan.schema.json").withDefaults(document.tree());
    JsonNode section = tree.path(module.section());
    Watched watched = new Watched((ObjectNode) (list ? section.path(0) : section));
    JsonNode node = list ? tree.arrayNode().add(watched) : watched;
    Facts facts =
        Facts.none("x")
            .withDocker(
                new DockerFacts(
                    Optional.of(new ObjectMapper().createObjectNode()),
                    List.of(),
                    Optional.empty()));
    D desired = module.desired(new Section("/" + module.section(), node));
    assertThat(module.diff(desired, facts)).isNotNull(); // what goes to Docker is read only then
    return watched.read;
  }

  /** Notes which of its properties are read. */
  @SuppressWarnings({"unchecked", "serial"})
  private static final class Watched extends ObjectNode {
    private final transient Set<String> read = new TreeSet<>();

    Watched(ObjectNode node) {
      super(new ObjectMapper().getNodeFactory(), children(node));
    }

    private static Map<String, JsonNode> children(ObjectNode node) {
      Map<String, JsonNode> children = new HashMap<>();
      node.properties().forEach(entry -> children.put(entry.getKey(), entry.getValue()));
      return children;
    }

    @Override
    public @Nullable JsonNode get(String name) {
      read.add(name);
      return super.get(name);
    }

    @Override
    public JsonNode path(String name) {
      return Optional.ofNullable(get(name)).orElse(MissingNode.getInstance());
    }
  }

  @Test
  void theManualHasEveryPropertyWithItsDefault() throws IOException {
    String manual = Files.readString(ROOT.resolve("docs/plan.md"));
    JsonNode schema = schema("plan.schema.json");
    for (Module<?> module : Modules.all()) {
      JsonNode section = properties(schema, module.section());
      for (Map.Entry<String, JsonNode> property : section.properties()) {
        JsonNode value = keyword(schema, property.getValue(), "default");
        String none = isRequired(schema, module, property.getKey()) ? "required" : "none";
        String row =
            "| `%s.%s` | %s |"
                .formatted(
                    module.section(),
                    property.getKey(),
                    value.isMissingNode()
                        ? none
                        : "`" + (value.isTextual() ? value.asText() : value) + "`");
        assertThat(manual).contains(row);
      }
    }
    rowsOf("rollout", schema.at("/$defs/rollout/properties"), schema, manual);
    rowsOf(
        "rollout.healthCheck",
        schema.at("/$defs/rollout/properties/healthCheck/properties"),
        schema,
        manual);
    for (String property : names(schema.path("properties"))) {
      assertThat(manual).contains("`" + property + "`");
    }
  }

  private static void rowsOf(String section, JsonNode properties, JsonNode root, String manual) {
    for (Map.Entry<String, JsonNode> property : properties.properties()) {
      JsonNode value = keyword(root, property.getValue(), "default");
      String text = value.isMissingNode() ? "none" : "`" + value.toString().replace("\"", "") + "`";
      assertThat(manual).contains("| `%s.%s` | %s |".formatted(section, property.getKey(), text));
    }
  }

  private static boolean isRequired(JsonNode schema, Module<?> module, String property) {
    JsonNode at = schema.at("/properties/" + module.section());
    JsonNode required =
        keyword(schema, isList(schema, module.section()) ? at.path("items") : at, "required");
    return StreamSupport.stream(required.spliterator(), false)
        .anyMatch(name -> name.asText().equals(property));
  }

  @Test
  void recordedFactsFitTheSchema() throws IOException {
    for (Path file : files(Path.of("src/test/resources/cases"), ".json")) {
      JsonNode tree = new ObjectMapper().readTree(file.toFile());
      JsonNode written = FactsJson.write(FactsJson.read(tree));
      assertThat(violations("facts.schema.json", written)).as(file.toString()).isEmpty();
    }
  }

  @Test
  void whatIsWrongInFactsIsShownWhereItStands() throws IOException {
    Files.writeString(
        folder.resolve("h.json"),
        """
        {"gpurigFacts": 1, "host": "h",
         "reads": {"flies": {},
          "commands": {"uname": {"exit": "0"}}}}
        """);
    Problems problems = new Problems();
    assertThat(FactsFolder.load(folder, problems)).isEmpty();
    assertThat(problems.sorted().stream().map(SchemaTest::text))
        .containsExactly(
            "2:12 unknown key `flies`, did you mean `files`?",
            "3:34 `exit` must be a whole number, found the string \"0\", write it without quotes");
  }

  private static String text(Problem problem) {
    return problem.source().map(s -> s.line() + ":" + s.column() + " ").orElse("")
        + problem.message()
        + problem.suggestion().map(s -> ", " + s).orElse("");
  }

  @Test
  void fiveMegabytesOfFactsLoadInASecond() throws IOException {
    Map<String, Optional<FileFact>> many = new HashMap<>();
    for (int i = 0; i < 5000; i++) {
      many.put("/etc/file" + i, Optional.of(FileFact.text("x".repeat(1000))));
    }
    Facts facts = new Facts("h", many, Map.of(), Optional.empty(), Map.of(), Optional.empty());
    FactsFolder.save(folder, facts);
    assertThat(Files.size(folder.resolve("h.json"))).isGreaterThan(5_000_000);
    Problems problems = new Problems();
    FactsFolder.load(folder, problems); // the classes are loaded
    long start = System.nanoTime();
    assertThat(FactsFolder.load(folder, problems)).containsExactly(facts);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
  }

  private static List<Problem> violations(String schema, JsonNode tree) {
    Problems problems = new Problems();
    Schema.load(schema).validate(Document.unplaced("x", tree), tree, p -> false, problems);
    return problems.sorted();
  }

  private static JsonNode schema(String name) {
    try {
      return new ObjectMapper().readTree(ROOT.resolve("schema").resolve(name).toFile());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Set<String> names(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return Collections.unmodifiableSet(names);
  }

  private static List<Path> files(Path folder, String end) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(end)).sorted().toList();
    }
  }
}
