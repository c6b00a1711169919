package io.gpurig.modules.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.fact.CommandFact;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.modules.config.Backup;
import io.gpurig.modules.config.ConfigText;
import io.gpurig.modules.config.JsonText;
import io.gpurig.modules.config.TomlText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What nvidia-ctk and the toolkit's installer made of files, and what gpurig makes of them. */
final class CtkConfigureTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Path CASES = Path.of("src/test/resources/ctk-configure");

  /** Listed with the reasons in docs/runtime.md. */
  static final Map<String, String> EXCEPTIONS =
      Map.ofEntries(
          Map.entry("docker-006", "an empty daemon.json is none"),
          Map.entry("docker-020", "features of another type are refused"),
          Map.entry("docker-043", "Docker has no drop-in to refuse"),
          Map.entry("containerd-026", "upstream registers nothing"),
          Map.entry("containerd-034", "upstream registers nothing"),
          Map.entry("containerd-035", "the schema refuses the path"),
          Map.entry("crio-009", "upstream overwrites crio.conf"),
          Map.entry("crio-011", "upstream overwrites crio.conf"),
          Map.entry("docker/docker/TestGetRuntimeConfig/1", "a getter"),
          Map.entry("crio/crio/TestCrioConfigLifecycle/5", "OCI hooks are not written"),
          Map.entry("TestConfigureLifecycle/10", "OCI hooks are not written"),
          Map.entry("list comma", "syntax of --set"),
          Map.entry("bad bool", "the schema refuses the value"),
          Map.entry("bare key of string", "syntax of --set"),
          Map.entry("output and in-place", "options of nvidia-ctk config"),
          Map.entry("print defaults (file missing)", "options of nvidia-ctk config"));

  /** The files differ, or only one of the two takes what it is given. */
  private static final Class<?>[] DIFFERENT = {
    AssertionError.class, io.gpurig.modules.config.ConfigSyntaxException.class
  };

  @TestFactory
  Stream<DynamicTest> executed() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (String engine : List.of("docker", "containerd", "crio")) {
      for (JsonNode c : MAPPER.readTree(CASES.resolve(engine + ".json").toFile()).path("cases")) {
        String id = c.path("id").asText();
        tests.add(
            DynamicTest.dynamicTest(id + " " + c.path("name").asText(), () -> executed(id, c)));
      }
    }
    assertThat(tests).hasSizeGreaterThan(40);
    return tests.stream();
  }

  /** An exception that is none any more has to be taken off the list. */
  private static void executed(String id, JsonNode c) throws Exception {
    if (EXCEPTIONS.containsKey(id)) {
      assertThatThrownBy(() -> agrees(c)).isInstanceOfAny(DIFFERENT);
    } else {
      agrees(c);
    }
  }

  private static void agrees(JsonNode c) throws Exception {
    Engine engine = Engine.of(c.path("engine").asText());
    List<String> flags = new ArrayList<>();
    c.path("flags").forEach(flag -> flags.add(flag.asText()));
    JsonNode results = c.path("results");
    String input = c.path("input").isNull() ? null : c.path("input").asText();
    boolean version1 =
        engine == Engine.CONTAINERD
            && ContainerdMerge.version(input == null ? TomlText.empty().tree() : lenient(input))
                == 1;
    // of version 1 only releases before 1.18, which write in place, have any effect
    JsonNode result = results.path(version1 ? 0 : results.size() - 1).path("result");
    String name = value(flags, "--nvidia-runtime-name=").orElse("nvidia");
    String program =
        value(flags, "--nvidia-runtime-path=")
            .orElse(
                engine == Engine.DOCKER
                    ? "nvidia-container-runtime"
                    : "/usr/bin/nvidia-container-runtime");
    Ours ours =
        ours(
            engine,
            input,
            flags.contains("--set-as-default") ? Optional.of(true) : Optional.empty(),
            name,
            program,
            List.of());
    if (result.path("rc").asInt() != 0) {
      assertThat(ours.error).as("as upstream, an error").isPresent();
      return;
    }
    assertThat(ours.error).isEmpty();
    boolean cdi = flags.contains("--cdi.enabled") && engine != Engine.CRIO;
    if (flags.contains("--dry-run")) {
      String stdout = result.path("stdout").asText();
      String first = engine == Engine.DOCKER ? stdout : stdout.split("(?m)^(?=imports)")[0];
      assertThat(tree(engine, engine == Engine.DOCKER ? ours.main : ours.dropIn))
          .isEqualTo(tree(engine, first));
      return;
    }
    compare(engine, version1, cdi, ours, result.path("files"), input == null ? "" : input);
  }

  private static void compare(
      Engine engine, boolean inPlace, boolean cdi, Ours ours, JsonNode files, String input)
      throws Exception {
    if (engine == Engine.DOCKER) {
      ConfigText text = JsonText.parse(ours.main);
      text = cdi ? text.with(List.of("features", "cdi"), BooleanNode.TRUE) : text;
      assertThat(text.tree()).isEqualTo(tree(engine, files.path("daemon.json").asText()));
      return;
    }
    String theirs =
        files
            .path(engine == Engine.CRIO ? "crio.conf.d/99-nvidia.toml" : "conf.d/99-nvidia.toml")
            .asText();
    if (inPlace) {
      TomlText text = TomlText.parse(ours.main);
      text =
          cdi
              ? text.with(List.of("plugins", "cri", "containerd", "enable_cdi"), BooleanNode.TRUE)
              : text;
      ObjectNode expected = (ObjectNode) tree(engine, files.path("config.toml").asText());
      assertThat(text.with(List.of("version"), MAPPER.getNodeFactory().numberNode(1L)).tree())
          .isEqualTo(expected);
      return;
    }
    TomlText text = TomlText.parse(ours.dropIn);
    int version = ContainerdMerge.version(lenient(input));
    text =
        cdi
            ? text.with(child(ContainerdMerge.plugin(version), "enable_cdi"), BooleanNode.TRUE)
            : text;
    assertThat(text.tree()).isEqualTo(tree(engine, theirs));
    if (engine == Engine.CONTAINERD) {
      String main = files.path("config.toml").asText().replace("{T}", "/etc/containerd");
      assertThat(tree(engine, ours.main)).isEqualTo(tree(engine, main));
    }
  }

  @TestFactory
  Stream<DynamicTest> unitTests() throws IOException {
    return StreamSupport.stream(
            MAPPER.readTree(CASES.resolve("cases.json").toFile()).spliterator(), false)
        .map(c -> DynamicTest.dynamicTest(c.path("id").asText(), () -> unitTest(c)));
  }

  private static void unitTest(JsonNode c) throws Exception {
    String id = c.path("id").asText();
    if (EXCEPTIONS.keySet().stream().anyMatch(id::endsWith)) {
      assertThatThrownBy(() -> unitAgrees(c)).isInstanceOfAny(DIFFERENT);
    } else {
      unitAgrees(c);
    }
  }

  private static void unitAgrees(JsonNode c) throws Exception {
    String id = c.path("id").asText();
    switch (c.path("engine").asText() + " " + c.path("operation").asText()) {
      case "docker add-runtime", "docker installer-update" -> {
        Optional<Boolean> asDefault =
            c.path("setAsDefault").asBoolean() ? Optional.of(true) : Optional.empty();
        boolean installer = c.path("operation").asText().startsWith("installer");
        String name =
            c.path("runtimeName").asText().isEmpty() ? "nvidia" : c.path("runtimeName").asText();
        Ours ours =
            ours(
                Engine.DOCKER,
                c.path("input").toString(),
                asDefault,
                name,
                c.path("runtimeDir").asText("/usr/bin") + "/nvidia-container-runtime",
                installer ? List.of("cdi", "legacy") : List.of());
        JsonNode after = tree(Engine.DOCKER, ours.main);
        if (c.has("expectedDefaultRuntime")) {
          assertThat(after.path("default-runtime")).isEqualTo(c.path("expectedDefaultRuntime"));
        } else {
          assertThat(after).isEqualTo(c.path("expected"));
        }
      }
      case "docker add-runtimes" -> {
        String text = c.path("input").isArray() ? null : c.path("input").toString();
        for (Map.Entry<String, JsonNode> runtime : c.path("runtimes").properties()) {
          text =
              ours(
                      Engine.DOCKER,
                      text,
                      Optional.empty(),
                      runtime.getKey(),
                      runtime.getValue().asText(),
                      List.of())
                  .main;
        }
        assertThat(tree(Engine.DOCKER, String.valueOf(text))).isEqualTo(c.path("expected"));
      }
      case "docker installer-revert" -> {
        ConfigText text = JsonText.parse(c.path("input").toString());
        assertThat(
                DockerMerge.removing()
                    .takeOut(
                        text, List.of("nvidia", "nvidia-cdi", "nvidia-legacy"), Optional.empty())
                    .tree())
            .isEqualTo(c.path("expected"));
      }
      case "containerd add-runtime", "crio add-runtime" -> {
        Engine engine = Engine.of(c.path("engine").asText());
        boolean inPlace = c.path("configVersion").asInt() == 1;
        Ours ours =
            ours(
                engine,
                c.path("input").asText(),
                Optional.of(c.path("setAsDefault").asBoolean()),
                c.path("runtimeName").asText(),
                c.path("runtimePath").asText(),
                List.of());
        ObjectNode theirs = (ObjectNode) tree(engine, c.path("expected").asText());
        if (inPlace) {
          theirs.remove("version");
        }
        assertThat(tree(engine, inPlace ? ours.main : ours.dropIn)).isEqualTo(theirs);
      }
      case "containerd ensure-imports" -> {
        TomlText text = TomlText.empty().with(List.of("imports"), c.at("/input/imports"));
        assertThat(
                new ImportsMerge("/etc/containerd/config.toml", c.path("dropInPath").asText())
                    .put(text, Optional.empty())
                    .tree()
                    .path("imports"))
            .isEqualTo(c.path("expectedImports"));
      }
      case "containerd installer-setup-then-cleanup", "crio installer-setup-then-cleanup" ->
          lifecycle(c);
      case "cli nvidia-ctk runtime configure" -> command(c);
      case "installer nvidia-ctk-installer --no-daemon --restart-mode=none"
              + " --create-device-nodes=none" -> {
        Ours ours =
            ours(
                Engine.DOCKER,
                null,
                Optional.of(true),
                "nvidia",
                "{{ .toolkitRoot }}/toolkit/nvidia-container-runtime",
                List.of("cdi", "legacy"));
        ConfigText text = JsonText.parse(ours.main);
        boolean cdi = c.path("args").toString().contains("--cdi-enabled");
        assertThat((cdi ? text.with(List.of("features", "cdi"), BooleanNode.TRUE) : text).tree())
            .isEqualTo(tree(Engine.DOCKER, c.path("expectedRuntimeConfig").asText()));
      }
      default -> throw new AssertionError("a case of a new kind: " + id);
    }
  }

  /**
   * Its cleanup forgets the imports and leaves CRI-O's drop-in: ours is as if it had never been.
   */
  private static void lifecycle(JsonNode c) throws Exception {
    Engine engine = Engine.of(c.path("engine").asText());
    boolean containerd = engine == Engine.CONTAINERD;
    JsonNode in = containerd ? c.path("inputTopLevel") : c.at("/inputs/configContent");
    String input = in.isTextual() ? in.asText() : null;
    boolean asDefault = c.at("/options/SetAsDefault").asBoolean();
    Ours ours =
        ours(
            engine,
            input,
            asDefault ? Optional.of(true) : Optional.empty(),
            "nvidia",
            "/usr/bin/nvidia-container-runtime",
            List.of("cdi", "legacy"));
    boolean inPlace = c.path("configVersion").asInt() == 1;
    boolean cdi = c.at("/options/EnableCDI").asBoolean();
    if (inPlace) {
      TomlText text = TomlText.parse(ours.main);
      text =
          cdi
              ? text.with(List.of("plugins", "cri", "containerd", "enable_cdi"), BooleanNode.TRUE)
              : text;
      assertThat(text.tree())
          .isEqualTo(tree(engine, c.path("expectedTopLevelAfterSetup").asText()));
      return;
    }
    JsonNode setup = c.path("expectedAfterSetup");
    JsonNode expected =
        containerd
            ? c.path("expectedDropInAfterSetup")
            : setup.path(setup.has("expectedDropIn") ? "expectedDropIn" : "expected");
    TomlText text = TomlText.parse(ours.dropIn);
    text =
        cdi
            ? text.with(
                child(ContainerdMerge.plugin(c.path("configVersion").asInt()), "enable_cdi"),
                BooleanNode.TRUE)
            : text;
    assertThat(text.tree()).isEqualTo(tree(engine, expected.asText()));
    if (containerd) {
      String top =
          c.path("expectedTopLevelAfterSetup")
              .asText()
              .replaceAll("imports = .*", "imports = [\"/etc/containerd/conf.d/*.toml\"]");
      assertThat(tree(engine, ours.main)).isEqualTo(tree(engine, top));
    }
  }

  private static void command(JsonNode c) throws Exception {
    List<String> args = new ArrayList<>();
    c.path("args").forEach(arg -> args.add(arg.asText()));
    boolean hooks = args.contains("oci-hook");
    int at = args.indexOf("--runtime");
    Engine engine = at < 0 ? Engine.DOCKER : Engine.of(args.get(at + 1));
    JsonNode in = c.at("/inputs/configContent");
    Optional<Boolean> asDefault =
        args.contains("--nvidia-set-as-default") ? Optional.of(true) : Optional.empty();
    String program =
        engine == Engine.DOCKER ? "nvidia-container-runtime" : "/usr/bin/nvidia-container-runtime";
    Ours ours =
        ours(engine, in.isTextual() ? in.asText() : null, asDefault, "nvidia", program, List.of());
    if (hooks) {
      assertThat(ours.main + ours.dropIn).contains("prestart");
    }
    switch (engine) {
      case DOCKER -> {
        TreeSet<String> names = new TreeSet<>();
        tree(engine, ours.main).path("runtimes").fieldNames().forEachRemaining(names::add);
        assertThat(names).containsExactly("nvidia");
      }
      case CONTAINERD -> assertThat(ours.dropIn).contains("BinaryName = \"" + program + "\"");
      default -> {
        assertThat(ours.main).contains("/old/path/nvidia-container-runtime");
        assertThat(ours.dropIn)
            .contains("default_runtime = \"nvidia\"", "runtime_path = \"" + program + "\"");
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> toolkitConfig() throws IOException {
    return StreamSupport.stream(
            MAPPER.readTree(CASES.resolve("config-toml.json").toFile()).path("cases").spliterator(),
            false)
        .map(c -> DynamicTest.dynamicTest(c.path("name").asText(), () -> toolkitConfig(c)));
  }

  private static void toolkitConfig(JsonNode c) throws Exception {
    if (EXCEPTIONS.containsKey(c.path("name").asText())) {
      assertThatThrownBy(() -> configAgrees(c)).isInstanceOfAny(DIFFERENT);
    } else {
      configAgrees(c);
    }
  }

  /** Ours sets the key; theirs also writes out the defaults, and drops the comments. */
  private static void configAgrees(JsonNode c) throws Exception {
    JsonNode result = c.path("results").path(c.path("results").size() - 1).path("result");
    List<String> args = new ArrayList<>();
    result.path("argv").forEach(arg -> args.add(arg.asText()));
    String set = args.getLast();
    String key = set.split("=", 2)[0];
    String value = set.contains("=") ? set.split("=", 2)[1] : "true";
    JsonNode node =
        value.equals("true")
            ? BooleanNode.TRUE
            : key.endsWith("dirs")
                ? MAPPER.valueToTree(value.split(":"))
                : MAPPER.valueToTree(value);
    KeysMerge merge = new KeysMerge(Map.of(key, node));
    if (result.path("rc").asInt() != 0) {
      assertThatThrownBy(() -> merge.parse(c.path("initial").asText()))
          .isInstanceOf(io.gpurig.modules.config.ConfigSyntaxException.class);
      return;
    }
    ConfigText ours = merge.put(merge.parse(c.path("initial").asText()), Optional.empty());
    JsonNode theirs =
        tree(Engine.CRIO, result.at("/files/nvidia-container-runtime~1config.toml").asText());
    JsonNode there = theirs;
    for (String part : KeysMerge.path(key)) {
      there = there.path(part);
    }
    assertThat(ours.get(KeysMerge.path(key))).contains(there);
    assertThat(ours.text()).contains("# my comment", "# another comment");
  }

  /** What the toolkit's container makes of files while it runs; its clean-up is not ours. */
  @TestFactory
  Stream<DynamicTest> installer() throws IOException {
    return StreamSupport.stream(
            MAPPER.readTree(CASES.resolve("installer.json").toFile()).path("cases").spliterator(),
            false)
        .map(
            c ->
                DynamicTest.dynamicTest(
                    c.path("version").asText() + " " + c.path("name").asText(),
                    () -> installed(c)));
  }

  private static void installed(JsonNode c) throws Exception {
    Engine engine = Engine.of(c.path("engine").asText());
    List<String> flags = new ArrayList<>();
    c.path("flags").forEach(flag -> flags.add(flag.asText()));
    String input = c.path("input").isNull() ? null : c.path("input").asText();
    Ours ours =
        ours(
            engine,
            input,
            Optional.of(true),
            value(flags, "--runtime-name=").orElse("nvidia"),
            "{T}/nv/toolkit/nvidia-container-runtime",
            List.of("cdi", "legacy"));
    JsonNode files = c.path("files_while_running");
    if (engine == Engine.DOCKER) {
      assertThat(tree(engine, ours.main))
          .isEqualTo(tree(engine, files.path("etc/daemon.json").asText()));
    } else if (ContainerdMerge.version(lenient(String.valueOf(input))) == 1) {
      // upstream writes a drop-in that nothing imports
      assertThat(files.path("etc/config.toml").asText()).isEqualTo(input);
      assertThat(ours.main).contains("{T}/nv/toolkit/nvidia-container-runtime.cdi");
    } else {
      String top = files.path("etc/config.toml").asText().replace("{T}/etc", "/etc/containerd");
      assertThat(tree(engine, ours.main)).isEqualTo(tree(engine, top));
      assertThat(tree(engine, ours.dropIn))
          .isEqualTo(tree(engine, files.path("etc/conf.d/99-nvidia.toml").asText()));
    }
  }

  private record Ours(String main, String dropIn, Optional<String> error) {}

  /** Runs the module on a host with this file, and returns what it writes. */
  private static Ours ours(
      Engine engine,
      @org.jspecify.annotations.Nullable String input,
      Optional<Boolean> asDefault,
      String name,
      String program,
      List<String> variants)
      throws Exception {
    ContainerRuntime desired =
        new ContainerRuntime(
            true,
            engine,
            false,
            Optional.empty(),
            asDefault,
            name,
            Optional.of(program),
            variants,
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            "/etc/nvidia-container-runtime/config.toml",
            Duration.ofMinutes(1),
            ContainerRuntime.Kind.NVIDIA);
    Map<String, Optional<FileFact>> files = new HashMap<>();
    files.put(engine.config(), Optional.ofNullable(input).map(FileFact::text));
    Map<String, CommandFact> commands =
        Map.of(engine.word() + " --version", new CommandFact(0, "", ""));
    DockerFacts docker =
        new DockerFacts(
            Optional.of(MAPPER.readTree("{\"Runtimes\":{},\"DefaultRuntime\":\"runc\"}")),
            List.of(),
            Optional.empty());
    Facts facts = new Facts("h", files, commands, Optional.empty(), Map.of(), Optional.of(docker));
    var diff = new RuntimeModule().diff(desired, facts);
    Optional<String> error =
        diff.findings().stream()
            .filter(f -> f.code().equals("runtime/bad-config"))
            .map(f -> f.message())
            .findFirst();
    Map<String, String> written = new HashMap<>();
    for (Change change : diff.changes()) {
      for (Action action : change.actions()) {
        if (action instanceof Action.WriteFile write && !write.path().endsWith(Backup.SUFFIX)) {
          written.put(write.path(), write.content());
        }
      }
    }
    return new Ours(
        written.getOrDefault(engine.config(), input == null ? "" : input),
        written.getOrDefault(engine.dropIn(), ""),
        error);
  }

  private static JsonNode tree(Engine engine, String text) throws Exception {
    return engine == Engine.DOCKER ? MAPPER.readTree(text) : TomlText.parse(text).tree();
  }

  /** A file that is no TOML has no version. */
  private static JsonNode lenient(String text) {
    try {
      return TomlText.parse(text).tree();
    } catch (io.gpurig.modules.config.ConfigSyntaxException e) {
      return TomlText.empty().tree();
    }
  }

  private static List<String> child(List<String> path, String key) {
    return Stream.concat(path.stream(), Stream.of(key)).toList();
  }

  private static Optional<String> value(List<String> flags, String flag) {
    return flags.stream()
        .filter(f -> f.startsWith(flag))
        .map(f -> f.substring(flag.length()))
        .findFirst();
  }
}
