package io.gpurig.cli;

import static io.gpurig.cli.Commands.gpurig;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpurig.cli.Commands.Result;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reports in every form, to files and to standard output. */
final class FormatTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder = Path.of("");

  private Path plan = Path.of("");
  private Path inventory = Path.of("");

  @BeforeEach
  void write() throws IOException {
    plan =
        Files.writeString(
            folder.resolve("p.yaml"), "name: P\nhosts: all\ndriver: {deploy: true}\n");
    // nothing listens on port 1, so that the report is of a host that failed
    inventory =
        Files.writeString(
            folder.resolve("i.yaml"),
            "all:\n  hosts:\n    h:\n      ansible_host: 127.0.0.1\n      ansible_port: 1\n");
  }

  @Test
  void severalFormsAtOnce() throws IOException {
    Path out = Files.createDirectory(folder.resolve("out"));
    Files.writeString(out.resolve("text"), "old");
    Result result =
        gpurig(
            "plan",
            plan,
            "-i",
            inventory,
            "--format",
            "json",
            "--format",
            "text=" + out.resolve("text"),
            "--format",
            "MARKDOWN=" + out.resolve("markdown"),
            "--format=junit=" + out.resolve("junit"),
            "--format",
            "sarif=" + out.resolve("sarif"),
            "--format",
            "html=" + out.resolve("html"));
    assertThat(result.exit()).as(result.all()).isEqualTo(1);
    JsonNode report = JSON.readTree(result.out());
    assertThat(report.path("exitCode").asInt()).isEqualTo(1);
    assertThat(Files.readString(out.resolve("text"))).contains("h: failed").doesNotContain("old");
    assertThat(out.resolve("markdown")).content().startsWith("### ❌ P\n").contains("<details>");
    assertThat(out.resolve("junit")).content().contains("<error ");
    assertThat(JSON.readTree(out.resolve("sarif").toFile()).at("/runs/0/results")).hasSize(1);
    assertThat(out.resolve("html")).content().startsWith("<!doctype html>");
    try (Stream<Path> files = Files.list(out)) {
      // no drafts are left behind
      assertThat(files).hasSize(5);
    }
    assertThat(Files.getPosixFilePermissions(out.resolve("html")))
        .contains(PosixFilePermission.OTHERS_READ);
  }

  @Test
  void textGoesToTheTerminalUnlessSomethingElseDoes() {
    Result result =
        gpurig("plan", plan, "-i", inventory, "--format", "html=" + folder.resolve("r.html"));
    assertThat(result.out()).startsWith("P\n").contains("h: failed");
  }

  @Test
  void wrongInputIsReportedInEveryForm() throws IOException {
    Path bad = Files.writeString(folder.resolve("bad.yaml"), "name: P\nhosts: all\ndrivr: {}\n");
    Path junit = folder.resolve("junit.xml");
    for (String command : List.of("validate", "plan", "apply")) {
      Result result =
          gpurig(command, bad, "-i", inventory, "--format", "sarif", "--format=junit=" + junit);
      assertThat(result.exit()).isEqualTo(2);
      assertThat(result.err()).contains("bad.yaml:3:1: error[schema/unknown-key]");
      JsonNode sarif = JSON.readTree(result.out()).at("/runs/0/results/0");
      assertThat(sarif.path("ruleId").asText()).isEqualTo("schema/unknown-key");
      assertThat(sarif.at("/locations/0/physicalLocation/region/startLine").asInt()).isEqualTo(3);
      assertThat(junit).content().contains("bad.yaml:3:1: error[schema/unknown-key]");
      Files.delete(junit);
    }
  }

  @Test
  void validPlansAreReportedToo() throws IOException {
    Result json = gpurig("validate", plan, "--format", "json");
    assertThat(json.exit()).isZero();
    assertThat(JSON.readTree(json.out()).path("plan").asText()).isEqualTo("P");
    assertThat(gpurig("validate", plan, plan).out()).isEqualTo("2 plans are valid\n");
    assertThat(gpurig("validate", plan, "--quiet").all()).isEqualTo("exit code 0\n");
  }

  @Test
  void severalPlansAreOneDocumentWhereTheFormatWantsOne() throws IOException {
    Path html = folder.resolve("r.html");
    Result result =
        gpurig(
            "plan", plan, plan, "-i", inventory, "--format", "sarif", "--format", "html=" + html);
    assertThat(JSON.readTree(result.out()).path("runs")).hasSize(2);
    assertThat(Files.readString(html).split("<h1>", -1)).hasSize(3);
  }

  @Test
  void mistakesWithFormats() {
    Result unknown = gpurig("plan", plan, "--format", "markdwon=x.md");
    assertThat(unknown.exit()).isEqualTo(2);
    assertThat(unknown.err())
        .contains("no format is named `markdwon`; did you mean markdown?")
        .contains("(there are text, json, markdown, junit, sarif, html)");
    Result two = gpurig("plan", plan, "--format", "json", "--format", "text");
    assertThat(two.exit()).isEqualTo(2);
    assertThat(two.err()).contains("only one --format can go to standard output");
    assertThat(gpurig("plan", plan, "--format", "html=").err()).contains("html= names no file");
  }

  @Test
  void aFileThatCannotBeWrittenIsNoticedBeforeAnythingIsDone() {
    Path nowhere = folder.resolve("no/r.html");
    Result result = gpurig("apply", plan, "-i", inventory, "--format", "html=" + nowhere);
    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.err()).contains("error[output/no-such-folder]").doesNotContain("connect/");
    Result folded = gpurig("apply", plan, "-i", inventory, "--format", "html=" + folder);
    assertThat(folded.err()).contains("error[output/is-a-folder]");
  }

  @Test
  void theWidthIsThatOfTheTerminal() {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    OutputOptions options = new OutputOptions();
    for (Map.Entry<String, Integer> width :
        Map.of("72", 72, "8", 60, "", 100, "wide", 100, "99999", 100).entrySet()) {
      Console console =
          new Console(nowhere, nowhere, false, Map.of("COLUMNS", width.getKey()), folder);
      assertThat(options.style(console).width()).isEqualTo(width.getValue());
    }
  }
}
