package io.gpurig.cli;

import static io.gpurig.cli.Commands.gpurig;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.cli.Commands.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The recorded answers of the Go library, of docker and of its daemon, through the commands. */
final class CdiCommandTest {
  private static final Path DATA = Path.of("../modules/src/test/resources/cdi");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String GPU = "GPU-4cf8db2d-06c0-7d70-1a51-e59b25b2c16c";

  @TempDir private Path folder = Path.of("");

  private static JsonNode read(String file) throws IOException {
    return JSON.readTree(DATA.resolve(file).toFile());
  }

  @Test
  void filesHaveTheVerdictOfTheLibrary() throws IOException {
    for (JsonNode test : read("conformance/spec-validation.json").path("cases")) {
      Path file = Files.writeString(folder.resolve("spec.yaml"), test.path("data").asText());
      boolean valid = test.path("valid").asBoolean();
      Result result = gpurig("cdi", "validate", file, "--format", "json");
      assertThat(result.exit()).as(test + result.all()).isEqualTo(valid ? 0 : 2);
      JsonNode answer = JSON.readTree(result.out()).get(0);
      assertThat(answer.path("valid").asBoolean()).isEqualTo(valid);
      assertThat(answer.path("errors").isEmpty()).isEqualTo(valid);
      assertThat(answer.properties()).hasSize(3);
    }
  }

  @Test
  void realFilesAreGood() throws IOException {
    try (Stream<Path> files = Files.list(DATA.resolve("real"))) {
      for (Path file : files.filter(f -> !f.toString().endsWith(".tsv")).toList()) {
        Result result = gpurig("cdi", "validate", file);
        assertThat(result.exit()).as(result.all()).isZero();
        assertThat(gpurig("cdi", "diff", file, file).exit()).isZero();
      }
    }
  }

  @Test
  void whatIsWrongIsShownWhereItStands() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("bad.yaml"),
            """
            cdiVersion: 0.6
            kind: v.com/gpu
            devices:
            - name: a
              containerEdits: {env: [AB]}
            """);
    Result result = gpurig("cdi", "validate", file);
    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.err())
        .contains("bad.yaml:1:13", "invalid version \"0.6\"", "bad.yaml:5:26", "\"AB\"");
  }

  @Test
  void withoutFactsThisMachineIsAskedAndNotOverSsh() {
    Result result = gpurig("cdi", "resolve", "--gpus", "all");
    assertThat(result.all())
        .doesNotContain("connect/")
        .containsAnyOf("cdi/no-docker", "error: ", "cdi: ", "hook: ");
  }

  @Test
  void devicesAreInjected() throws IOException {
    for (JsonNode test : read("conformance/inject.json").path("cases")) {
      inject(test, test, "inject", "error");
    }
    for (JsonNode test :
        read("conformance/upstream-tests/pkg_cdi.TestInjectDevice.json").path("cases")) {
      inject(test, test.path("cdiSpecs"), "devices", "expectedErr");
    }
  }

  private void inject(JsonNode test, JsonNode files, String devices, String error)
      throws IOException {
    Path root = Files.createTempDirectory(folder, "case");
    for (String directory : List.of("etc", "run")) {
      Path made = Files.createDirectory(root.resolve(directory));
      for (var file : files.path(directory).properties()) {
        Files.writeString(made.resolve(file.getKey()), file.getValue().asText());
      }
    }
    Path oci = Files.writeString(root.resolve("oci.json"), test.path("ociSpec").toString());
    List<Object> words = new ArrayList<>(List.of("cdi", "inject", "--format", "json"));
    test.path(devices).forEach(device -> words.add(device.asText()));
    words.addAll(List.of("--dir", root.resolve("etc"), "--dir", root.resolve("run"), "--oci", oci));
    Result result = gpurig(words.toArray());
    if (test.path(error).isNull()) {
      assertThat(result.exit()).as(result.all()).isZero();
      assertThat(JSON.readTree(result.out())).isEqualTo(test.path("result"));
    } else {
      assertThat(result.exit()).isEqualTo(2);
      assertThat(result.err()).contains("unresolvable CDI devices");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"29.2.0", "29.3.0"})
  void gpusGoTheWayOfThatDocker(String version) throws IOException {
    JsonNode root = read("moby/gpus-mapping.docker-v" + version + ".json");
    Map<String, Path> hosts = new HashMap<>();
    for (JsonNode environment : root.path("environments")) {
      String name = environment.path("name").asText();
      hosts.put(name, facts(version, environment, hosts.size()));
    }
    JsonNode tests = root.path("cases");
    assertThat(tests).hasSize(169);
    for (JsonNode test : tests) {
      Path facts = requireNonNull(hosts.get(test.path("environment").asText()));
      resolve(facts, test);
    }
  }

  private static void resolve(Path facts, JsonNode test) throws IOException {
    Result result =
        gpurig(
            "cdi",
            "resolve",
            "--facts",
            facts,
            "--format",
            "json",
            "--gpus",
            test.path("gpusFlag").asText());
    JsonNode answer = JSON.readTree(result.out());
    JsonNode error =
        test.path("cliError").isNull() ? test.path("daemonError") : test.path("cliError");
    assertThat(answer.path("error")).as(test + result.all()).isEqualTo(error);
    String path = answer.path("path").asText();
    String env = test.path("ociEnvAdded").toString();
    if (!error.isNull()) {
      assertThat(path).isEqualTo("error");
    } else if (!test.path("ociPrestartHookArgs").isNull()) {
      assertThat(path).isEqualTo("runtime-hook");
      assertThat(env).contains("NVIDIA_VISIBLE_DEVICES=" + devices(answer) + "\"");
    } else if (env.contains("AMD_VISIBLE_DEVICES")) {
      assertThat(path).isEqualTo("amd");
      assertThat(env).contains("AMD_VISIBLE_DEVICES=" + devices(answer) + "\"");
    } else {
      assertThat(path).as(test.toString()).isEqualTo("cdi");
      assertThat(answer.path("devices").isEmpty()).isEqualTo(env.equals("null"));
      for (JsonNode device : answer.path("devices")) {
        String[] parts = device.asText().split("=", 2);
        String name = parts[1].equals(GPU) ? "UUID" : parts[1].equals("all") ? "ALL" : parts[1];
        assertThat(env).contains("CDI_SPEC_GLOBAL=" + parts[0], "DEV_" + name + "=1");
      }
    }
  }

  private static String devices(JsonNode answer) {
    return String.join(",", JSON.convertValue(answer.path("devices"), String[].class));
  }

  private Path facts(String version, JsonNode environment, int number) throws IOException {
    ObjectNode root = JSON.createObjectNode().put("gpurigFacts", 1).put("host", "gpu-01");
    ObjectNode reads = root.putObject("reads");
    ObjectNode info = reads.putObject("docker").putObject("info").put("ServerVersion", version);
    ArrayNode directories = info.putArray("CDISpecDirs");
    if (environment.path("cdiEnabled").asBoolean()) {
      directories.add("/etc/cdi").add("/run/cdi");
    }
    environment.path("binariesOnDaemonPATH").forEach(binary -> binary(reads, binary.asText()));
    environment.path("cdiSpecsPresent").forEach(kind -> spec(reads, kind.asText()));
    return Files.writeString(folder.resolve(number + ".json"), root.toString());
  }

  private static void binary(ObjectNode reads, String name) {
    reads
        .withObject("/commands")
        .putObject("command -v " + name)
        .put("exit", 0)
        .put("stdout", "/usr/bin/" + name + "\n");
  }

  private static void spec(ObjectNode reads, String kind) {
    StringBuilder text = new StringBuilder("cdiVersion: 0.5.0\nkind: " + kind + "\ndevices:\n");
    for (String device : List.of("0", "1", "all", GPU)) {
      text.append("- {name: \"%s\", containerEdits: {env: [A=B]}}\n".formatted(device));
    }
    String file = "/etc/cdi/" + kind.replace(".com/gpu", "") + ".yaml";
    reads.withObject("/files").putObject(file).put("content", text.toString());
  }
}
