package io.gpurig.cli;

import static io.gpurig.cli.Commands.gpurig;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.cli.Commands.Result;
import io.gpurig.engine.saved.Digests;
import io.gpurig.lab.HostKind;
import io.gpurig.lab.Lab;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.xml.sax.InputSource;

/**
 * Files of every kind that the command reads, damaged: it ends in words and in time, and what it
 * prints is well-formed and moves no cursor.
 *
 * <p>How many are tried is in {@code junit-platform.properties}; {@code
 * -Djqwik.tries.default=100000} tries more. What has once gone wrong is kept below {@code
 * src/test/resources/fuzz}.
 */
final class FuzzTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LONGEST = Duration.ofSeconds(2);
  private static final Path CASES = Path.of("../modules/src/test/resources/cases");
  private static final Path KEPT = Path.of("src/test/resources/fuzz");
  private static final List<String> FORMATS =
      List.of("text", "json", "markdown", "junit", "sarif", "html");
  private static Path folder = Path.of("");
  private static List<Path> cases = List.of();
  private static List<Path> specs = List.of();
  private static JsonNode savedPlan = JSON.createObjectNode();
  private static JsonNode report = JSON.createObjectNode();

  @BeforeContainer
  static void collect() throws Exception {
    folder = Files.createTempDirectory("fuzz");
    cases = files(CASES, "plan.yaml");
    specs = files(Path.of("../modules/src/test/resources/cdi/real"), ".yaml");
    Path plan =
        Files.writeString(
            folder.resolve("source.yaml"),
            """
            name: Test
            hosts: all
            driver: {deploy: true, image: "nvcr.io/nvidia/driver:580.126.20-ubuntu22.04"}
            runtime: {path: /usr/bin/nvidia-container-runtime, default: true}
            """);
    Path saved = folder.resolve("saved.json");
    try (Lab lab = Lab.start(folder.resolve("lab"), List.of(HostKind.BARE))) {
      Result result =
          gpurig("plan", plan, "-i", lab.inventory(), "--out", saved, "--format", "json");
      assertThat(result.exit()).as(result.all()).isEqualTo(3);
      report = JSON.readTree(result.out());
    }
    savedPlan = JSON.readTree(saved.toFile());
    // nobody listens there: what is not refused before is refused by the kernel
    Files.writeString(
        folder.resolve("inventory.yaml"),
        "all: {hosts: {gpu-01: {ansible_host: 127.0.0.1,"
            + " ansible_port: 1, ansible_ssh_common_args: -o ConnectTimeout=1}}}\n");
  }

  @AfterContainer
  static void delete() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static List<Path> files(Path below, String end) throws IOException {
    if (!Files.exists(below)) {
      return List.of(); // nothing of this kind has gone wrong yet
    }
    try (Stream<Path> files = Files.walk(below)) {
      return files.filter(file -> file.toString().endsWith(end)).sorted().toList();
    }
  }

  /** What a host answered: all that modules make of it, and all that is printed of that. */
  @Property(shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
  void facts(@ForAll long seed) throws Exception {
    Mutant mutant = new Mutant(seed);
    Path plan = mutant.one(cases);
    Path good = mutant.one(facts(plan));
    Path bad = folder.resolve("facts.json");
    if (mutant.below(5) == 0) {
      Files.write(bad, mutant.of(Files.readAllBytes(good)));
    } else {
      write(bad, mutant.of(JSON.readTree(good.toFile())));
    }
    planOf(plan, bad, mutant.one(FORMATS));
  }

  /** Halves of characters become question marks. */
  private static void write(Path file, JsonNode tree) throws IOException {
    Files.write(file, tree.toString().getBytes(UTF_8));
  }

  private static List<Path> facts(Path plan) throws IOException {
    return files(plan.resolveSibling(""), ".json");
  }

  private static void planOf(Path plan, Path facts, String format) throws Exception {
    check(format, () -> gpurig("plan", plan, "--facts", facts, "--format", format));
  }

  @Property(shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
  void plans(@ForAll long seed) throws Exception {
    Mutant mutant = new Mutant(seed);
    Path good = mutant.one(cases);
    Path bad = Files.write(folder.resolve("plan.yaml"), mutant.of(Files.readAllBytes(good)));
    planOf(bad, mutant.one(facts(good)), mutant.one(FORMATS));
  }

  /** Whoever alters a saved plan can make its digest anew. */
  @Property(shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
  void savedPlans(@ForAll long seed) throws Exception {
    Mutant mutant = new Mutant(seed);
    Path file = folder.resolve("altered.json");
    if (mutant.below(5) == 0) {
      Files.write(file, mutant.of(savedPlan.toString().getBytes(UTF_8)));
    } else {
      write(file, sealed(mutant.of(savedPlan)));
    }
    String format = mutant.one(FORMATS);
    check(format, () -> applyOf(file, format));
  }

  private static Result applyOf(Path file, String format) {
    return gpurig("apply", file, "-i", folder.resolve("inventory.yaml"), "--format", format);
  }

  static JsonNode sealed(JsonNode altered) {
    if (altered instanceof ObjectNode plan) {
      plan.remove("integrity");
      plan.put("integrity", "sha256:" + Digests.of(sorted(plan).toString().getBytes(UTF_8)));
    }
    return altered;
  }

  private static JsonNode sorted(JsonNode node) {
    if (node.isArray()) {
      var items = JSON.createArrayNode();
      node.forEach(item -> items.add(sorted(item)));
      return items;
    }
    if (node.isObject()) {
      Map<String, JsonNode> fields = new TreeMap<>();
      node.properties().forEach(e -> fields.put(e.getKey(), sorted(e.getValue())));
      return JSON.createObjectNode().setAll(fields);
    }
    return node;
  }

  @Property(shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
  void reports(@ForAll long seed) throws Exception {
    Mutant mutant = new Mutant(seed);
    Path file = folder.resolve("report.json");
    if (mutant.below(5) == 0) {
      Files.write(file, mutant.of(report.toString().getBytes(UTF_8)));
    } else {
      write(file, mutant.of(report));
    }
    String format = mutant.one(FORMATS);
    check(format, () -> gpurig("report", "merge", file, "--format", format));
  }

  @Property(shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
  void cdiSpecifications(@ForAll long seed) throws Exception {
    Mutant mutant = new Mutant(seed);
    Path good = mutant.one(specs);
    Path bad = Files.write(folder.resolve("spec.yaml"), mutant.of(Files.readAllBytes(good)));
    check("text", () -> gpurig("cdi", "validate", bad));
    check("text", () -> gpurig("cdi", "diff", good, bad));
  }

  private static final String INI =
      """
      [gpu:children]
      a
      b
      [a]
      node[01:03].example.org ansible_host=10.0.0.1 ansible_port=22 x='{"a": [1, 2]}'
      [b]
      h1 ansible_user=root ansible_ssh_common_args='-o Port=22 -o "User=x y"'
      h[a:c] y=yes ; comment
      [gpu:vars]
      z=[1, 'two', {'three': 3.0}]
      ansible_become=true
      """;

  @Property(shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
  void inventories(@ForAll long seed) throws Exception {
    Mutant mutant = new Mutant(seed);
    Path file = Files.write(folder.resolve("hosts"), mutant.of(INI.getBytes(UTF_8)));
    String format = mutant.one(List.of("text", "json"));
    check(format, () -> gpurig("inventory", "-i", file, "--format", format));
  }

  /** What has once gone wrong. */
  @Example
  void kept() throws Exception {
    Path plan = CASES.resolve("driver/converged/plan.yaml");
    for (Path file : files(KEPT.resolve("facts"), ".json")) {
      for (String format : FORMATS) {
        Path own =
            file.resolveSibling(String.valueOf(file.getFileName()).replace(".json", ".yaml"));
        planOf(Files.exists(own) ? own : plan, file, format);
      }
    }
    for (Path file : files(KEPT.resolve("plans"), ".yaml")) {
      planOf(file, facts(plan).getFirst(), "text");
    }
    for (Path file : files(KEPT.resolve("saved"), ".json")) {
      Path sealed =
          Files.writeString(
              folder.resolve("altered.json"), sealed(JSON.readTree(file.toFile())).toString());
      check("text", () -> applyOf(sealed, "text"));
    }
    for (Path file : files(KEPT.resolve("reports"), ".json")) {
      for (String format : FORMATS) {
        check(format, () -> gpurig("report", "merge", file, "--format", format));
      }
    }
    for (Path file : files(KEPT.resolve("cdi"), ".yaml")) {
      check("text", () -> gpurig("cdi", "validate", file));
    }
    for (Path file : files(KEPT.resolve("inventories"), "text")) {
      check("text", () -> gpurig("inventory", "-i", file));
      check("json", () -> gpurig("inventory", "-i", file, "--format", "json"));
    }
  }

  private static void check(String format, Supplier<Result> command) throws Exception {
    long began = System.nanoTime();
    Result result = command.get();
    if (System.nanoTime() - began > LONGEST.toNanos()) {
      // the machine may have been busy with something else
      began = System.nanoTime();
      int exit = command.get().exit();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LONGEST);
      assertThat(exit).isEqualTo(result.exit());
    }
    assertThat(result.exit()).isBetween(0, 4);
    assertThat(result.all())
        .doesNotContain("bug in gpurig", "\tat ")
        .doesNotContainPattern("[a-z]Exception\\b")
        .doesNotContainPattern("[\\x00-\\x08\\x0b-\\x1f\\x7f\\u202a-\\u202e]");
    if (result.exit() == 2) {
      assertThat(result.err()).contains("error[");
    }
    if (!result.out().isEmpty()) {
      switch (format) {
        case "json", "sarif" -> assertThat(JSON.readTree(result.out())).isNotEmpty();
        case "junit" ->
            assertThat(
                    DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new InputSource(new StringReader(result.out()))))
                .isNotNull();
        case "html" -> assertThat(result.out()).doesNotContain("<script>alert");
        default -> {
          // text
        }
      }
    }
  }
}
