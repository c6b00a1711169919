package io.gpurig.cli;

import static io.gpurig.cli.Commands.gpurig;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.cli.Commands.Result;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.yaml.Document;
import io.gpurig.engine.yaml.Schema;
import io.gpurig.lab.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The GPUs of hosts, shown in every form. */
final class FactsCommandTest {
  private static final Path SAMPLES = Path.of("../modules/src/test/resources/smi-xml");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder = Path.of("");

  /** A facts file of one command, as one writes by hand. */
  private Path recorded(String host, String xml) throws IOException {
    ObjectNode facts = JSON.createObjectNode().put("gpurigFacts", 1).put("host", host);
    facts.withObject("/reads/commands").putObject("nvidia-smi -q -x").put("stdout", xml);
    Path recorded = Files.createDirectories(folder.resolve("facts"));
    return Files.writeString(recorded.resolve(host + ".json"), facts.toString());
  }

  private Path allSamples() throws IOException {
    try (Stream<Path> files = Files.list(SAMPLES)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".xml")).toList()) {
        recorded(file.getFileName().toString().replace(".xml", ""), Files.readString(file));
      }
    }
    return folder.resolve("facts");
  }

  @Test
  void recordedFactsGiveTheDocumentOfTheSchema() throws Exception {
    Result shown = gpurig("facts", "--facts", allSamples(), "--format", "json");

    assertThat(shown.exit()).as(shown.all()).isZero();
    JsonNode document = JSON.readTree(shown.out());
    assertThat(document.path("hosts")).hasSize(16);
    Problems problems = new Problems();
    Schema.load("gpus.schema.json")
        .validate(Document.unplaced("gpus", document), document, pointer -> false, problems);
    assertThat(problems.sorted()).extracting(Problem::message).isEmpty();
  }

  @Test
  void oneFileWillDo() throws Exception {
    Path file = recorded("gpu-07", Files.readString(SAMPLES.resolve("telegraf-a10g.xml")));
    Result shown = gpurig("facts", "--facts", file);
    assertThat(shown.out())
        .isEqualTo(
            """
            gpu-07: 1 GPU, driver 515.105.01, CUDA 11.7
            GPU  NAME  PCI           TEMP  UTIL  MEMORY        POWER
            0    A10G  0000:00:1e.0  17C   0%    0.0/22.5 GiB  26/300 W
            """);
  }

  @Test
  void linesFitTheTerminal() throws Exception {
    allSamples();
    Result shown = gpurig("facts", "--facts", folder.resolve("facts"));
    assertThat(shown.out().lines()).allMatch(line -> line.length() <= 100);
    assertThat(shown.out()).contains("MIG 3: GPU instance 6, compute instance 0, 14 SMs");
  }

  @Test
  void whatNvidiaSmiComplainsOfIsSaidAndTheRestIsShown() throws Exception {
    recorded(
        "gpu-01",
        "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/hostname'>]>"
            + "<nvidia_smi_log><driver_version>&e;</driver_version></nvidia_smi_log>");
    Result shown = gpurig("facts", "--facts", folder.resolve("facts"));
    assertThat(shown.exit()).isZero();
    assertThat(shown.out()).isEqualTo("gpu-01: no NVIDIA GPU\n");
    assertThat(shown.all())
        .contains("gpu-01: warning[gpu/nvidia-smi]: what nvidia-smi printed refers to an entity");
  }

  @Test
  void prometheusTakesTheSamples() throws Exception {
    Path file = folder.resolve("gpus.prom");
    Result shown = gpurig("facts", "--facts", allSamples(), "--format", "prometheus=" + file);
    assertThat(shown.exit()).as(shown.all()).isZero();
    String text = Files.readString(file);
    assertThat(text)
        .contains(
            """
            # HELP DCGM_FI_DEV_GPU_TEMP GPU temperature (in C).
            # TYPE DCGM_FI_DEV_GPU_TEMP gauge
            """)
        .contains(
            "DCGM_FI_DEV_FB_USED{gpu=\"0\",UUID=\"GPU-9a9a6c50-2a47-2f51-a902-b82c3b127e94\","
                + "pci_bus_id=\"00000000:00:1E.0\",device=\"nvidia0\",modelName=\"NVIDIA A10G\","
                + "Hostname=\"telegraf-a10g\"} 22\n")
        .endsWith("} 1\n");
    List<String> helps = text.lines().filter(line -> line.startsWith("# HELP")).toList();
    assertThat(helps).doesNotHaveDuplicates();
    List<String> series =
        text.lines().filter(l -> !l.startsWith("#")).map(l -> l.replaceAll(" \\S+$", "")).toList();
    assertThat(series).doesNotHaveDuplicates();
  }

  @Test
  void prometheusFindsNothingWrongWithTheSamples() throws Exception {
    Path promtool = Path.of("/usr/bin/promtool");
    Assumptions.assumeTrue(Files.isExecutable(promtool), "no promtool here");
    Path file = folder.resolve("gpus.prom");
    Result shown = gpurig("facts", "--facts", allSamples(), "--format", "prometheus=" + file);
    assertThat(shown.exit()).as(shown.all()).isZero();
    Process check =
        new ProcessBuilder(promtool.toString(), "check", "metrics")
            .redirectInput(file.toFile())
            .redirectErrorStream(true)
            .start();
    List<String> said = new String(check.getInputStream().readAllBytes(), UTF_8).lines().toList();
    assertThat(check.waitFor(60, TimeUnit.SECONDS)).isTrue();
    // the letters of the labels are dcgm-exporter's
    assertThat(said)
        .allMatch(
            line -> line.endsWith("label names should be written in 'snake_case' not 'camelCase'"));
  }

  @Test
  void thePageShowsNoTextOfAHostAsMarkup() throws Exception {
    String evil = "&lt;script&gt;alert(1)&lt;/script&gt;";
    recorded(
        "gpu-01",
        "<nvidia_smi_log><gpu id='0000:3b:00.0'><product_name>"
            + evil
            + "</product_name></gpu></nvidia_smi_log>");
    Result shown = gpurig("facts", "--facts", folder.resolve("facts"), "--format", "html");
    assertThat(shown.out())
        .startsWith("<!doctype html>")
        .contains(evil, "default-src 'none'")
        .doesNotContain("<script", "http://", "https://", "src=");
  }

  @ParameterizedTest
  @ValueSource(strings = {"txt", "prometheus=", "json=/no/such/folder/x"})
  void wrongFormatsAreRefused(String format) throws Exception {
    Path facts = recorded("gpu-01", "");
    Result refused = gpurig("facts", "--facts", facts, "--format", format);
    assertThat(refused.exit()).isEqualTo(2);
    assertThat(refused.out()).isEmpty();
  }

  @Test
  void watchingRepeats() throws Exception {
    Path file = recorded("gpu-07", Files.readString(SAMPLES.resolve("telegraf-a10g.xml")));
    String once = gpurig("facts", "--facts", file).out();
    Result twice = gpurig("facts", "--facts", file, "--watch", "1", "--rounds", "2");
    assertThat(twice.exit()).isZero();
    assertThat(twice.out()).isEqualTo(once + once);
    assertThat(gpurig("facts", "--facts", file, "--watch", "0").exit()).isEqualTo(2);
    assertThat(gpurig("facts", "--facts", file, "--rounds", "2").exit()).isEqualTo(2);
  }

  @Test
  void onAScreenAFrameIsWrittenOverTheLastOne() {
    assertThat(WatchOptions.frame("a\nb\n")).isEqualTo("\u001b[Ha\u001b[K\nb\u001b[K\n\u001b[J");
  }

  @Test
  void hostsWithAndWithoutADriver() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), 2)) {
      Path plan =
          Files.writeString(
              folder.resolve("plan.yaml"),
              """
              name: Test
              hosts: gpu-01
              driver: {deploy: true, image: "nvcr.io/nvidia/driver:580.126.20-ubuntu22.04"}
              """);
      assertThat(gpurig("apply", plan, "-i", lab.inventory()).exit()).isZero();

      Result shown = gpurig("facts", "-i", lab.inventory());

      assertThat(shown.exit()).as(shown.all()).isZero();
      List<String> lines = new ArrayList<>(shown.out().lines().toList());
      assertThat(lines.get(0)).isEqualTo("gpu-01: 8 GPUs, driver 580.126.20, CUDA 13.0");
      assertThat(lines.get(2))
          .matches("0 +H100 80GB HBM3 +0000:1b:00.0 +nvidia +29C +0% +0.0/79.6 GiB +66/700 W.*");
      assertThat(shown.out())
          .contains("gpu-02: 8 GPUs, no NVIDIA driver")
          .contains("GH100 [H100 SXM5 80GB]");
      assertThat(shown.all()).doesNotContain("warning");

      lab.host("gpu-02").refuseConnections(true);
      Result one = gpurig("facts", "-i", lab.inventory(), "--format", "json");
      assertThat(one.exit()).isEqualTo(1);
      assertThat(JSON.readTree(one.out()).path("hosts")).hasSize(1);
    }
  }
}
