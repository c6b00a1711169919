package io.gpurig.engine.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.problem.Rendered;
import io.gpurig.engine.problem.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class TestDocument {
  private final Problems problems = new Problems();

  @Test
  void readsTheCoreSchema() {
    String text =
        """
        text: plain
        quoted: "0644"
        int: 42
        negative: -7
        hex: 0x1F
        octal: 0o17
        float: 580.10
        huge: 123456789012345678901234567890
        yes: true
        nothing: ~
        absent:
        bdf: 0000:3b:00.0
        time: 12:30:00
        date: 2026-01-01
        list: [1, two]
        forced: !!str 5
        """;
    assertThat(parse(text).tree().toString())
        .isEqualTo(
            "{\"text\":\"plain\",\"quoted\":\"0644\",\"int\":42,\"negative\":-7,\"hex\":31,"
                + "\"octal\":15,\"float\":580.10,\"huge\":123456789012345678901234567890,"
                + "\"yes\":true,\"nothing\":null,\"absent\":null,\"bdf\":\"0000:3b:00.0\","
                + "\"time\":\"12:30:00\",\"date\":\"2026-01-01\",\"list\":[1,\"two\"],"
                + "\"forced\":\"5\"}");
    assertThat(problems.sorted()).isEmpty();
  }

  @Test
  void knowsWhereKeysAndValuesStand() {
    Document document = parse("driver:\n  env:\n    A: 'x y'\n    list: [1, {b: 22}]\n");
    assertThat(document.key("/driver/env/A")).isEqualTo(at(3, 5, 1, "    A: 'x y'"));
    assertThat(document.value("/driver/env/A")).isEqualTo(at(3, 8, 5, "    A: 'x y'"));
    String line = "    list: [1, {b: 22}]";
    assertThat(document.value("/driver/env/list")).isEqualTo(at(4, 11, 12, line));
    assertThat(document.value("/driver/env/list/1/b")).isEqualTo(at(4, 19, 2, line));
    assertThat(document.key("/driver/env/list/1/b")).isEqualTo(at(4, 16, 1, line));
  }

  @Test
  void anUnknownPointerStandsAtItsNearestAncestor() {
    Document document = parse("driver:\n  env:\n    A: b\n");
    assertThat(document.key("/driver/env/B/0")).isEqualTo(document.key("/driver/env"));
    assertThat(document.key("/nothing")).isEqualTo(document.key(""));
    assertThat(document.value("nonsense").line()).isEqualTo(1);
  }

  @Test
  void pointersAreEscaped() {
    Document document = parse("a/b~c: 1\n");
    assertThat(document.key("/a~1b~0c")).isEqualTo(at(1, 1, 5, "a/b~c: 1"));
    assertThat(Pointers.last(Pointers.child("/x", "a/b~c"))).isEqualTo("a/b~c");
  }

  @Test
  void columnsCountCharacters() {
    Document document = parse("\"🚀🚀\": value");
    assertThat(document.value("/🚀🚀").column()).isEqualTo(7);
  }

  @Test
  void linesMayEndAsOnWindows() {
    Document document = parse("a: 1\r\nb: two\r\n");
    assertThat(document.value("/b")).isEqualTo(at(2, 4, 3, "b: two"));
  }

  @Test
  void aByteOrderMarkIsNoText(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("plan.yaml"), "\uFEFFname: x\n");
    Document document = Document.read(file, "plan.yaml", problems).orElseThrow();
    assertThat(document.tree().path("name").asText()).isEqualTo("x");
    assertThat(document.key("/name").column()).isEqualTo(1);
  }

  @Test
  void aliasesAndMergeKeysAreResolved() {
    Document document =
        parse(
            """
            base: &base {a: 1, b: 1}
            more: &more {<<: *base, b: 2, c: 2}
            one: {<<: *more, c: 3}
            two: {<<: [*more, *base, {d: 4}], a: 9}
            same: *base
            """);
    assertThat(document.tree().path("one").toString()).isEqualTo("{\"c\":3,\"b\":2,\"a\":1}");
    assertThat(document.tree().path("two").toString())
        .isEqualTo("{\"a\":9,\"b\":2,\"c\":2,\"d\":4}");
    assertThat(document.tree().path("same")).isEqualTo(document.tree().path("base"));
    assertThat(document.key("/one/a").line()).isEqualTo(1);
    assertThat(problems.sorted()).isEmpty();
  }

  @Test
  void aMergeCircleIsReported() {
    parse("a: &a\n  <<: *a\n  b: 1\n");
    assertThat(Rendered.of(problems)).contains("1:4: error[yaml/alias-cycle]");
  }

  @Test
  void aValueInADocumentWithErrorsIsStillThere() {
    Document document = parse("a: 1\na: 2\nb: !x 3\n");
    assertThat(document.tree().toString()).isEqualTo("{\"a\":1,\"b\":\"3\"}");
    assertThat(problems.sorted()).hasSize(2);
  }

  @Test
  void piecesOfTextAreFound() {
    Document document = parse("a: 'x ${one} ${two}'\nb: |\n  ${one}\n");
    assertThat(document.piece("/a", "${two}", "${", 1))
        .isEqualTo(at(1, 14, 6, "a: 'x ${one} ${two}'"));
    assertThat(document.piece("/b", "${one}", "${", 0)).isEqualTo(document.value("/b"));
    assertThat(document.piece("/a", "${nope}", "${", 7)).isEqualTo(document.value("/a"));
  }

  @Test
  void filesThatCannotBeRead(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("plan.yaml"), "a: 1");
    Path big = Files.write(folder.resolve("big.yaml"), new byte[InputFile.MAX_BYTES + 1]);
    assertThat(Document.read(folder, "here", problems)).isEmpty();
    assertThat(Document.read(folder.resolve("paln.yaml"), "paln.yaml", problems)).isEmpty();
    assertThat(Document.read(folder.resolve("no/where"), "no/where", problems)).isEmpty();
    assertThat(Document.read(folder.resolve("plan.yaml/x"), "plan.yaml/x", problems)).isEmpty();
    assertThat(Document.read(big, "big.yaml", problems)).isEmpty();
    assertThat(Rendered.of(problems))
        .isEqualTo(
            """
            error[input/directory]: `here` is a directory
              = name a YAML file
            error[input/not-found]: `no/where` does not exist
            error[input/not-found]: `paln.yaml` does not exist
              = did you mean `plan.yaml`?
            error[input/too-big]: `big.yaml` is larger than 8 MiB
              = split it into several files
            error[input/unreadable]: `plan.yaml/x` cannot be read: %s/plan.yaml/x: Not a directory
            """
                .formatted(folder));
  }

  @Test
  @Timeout(20)
  void hostileDocumentsAreRefusedQuickly() {
    String deep = "[".repeat(1_000_000);
    String dashes = "- ".repeat(1_000_000);
    String keys = "? ".repeat(100_000);
    String wide = "[" + "a,".repeat(1_000_000) + "]";
    String digits = "a: " + "9".repeat(5_000_000);
    StringBuilder merges = new StringBuilder("m0: &m0 {k: v}\n");
    for (int i = 1; i < 50_000; i++) {
      merges.append("m%d: &m%d {<<: [*m%d, *m%d]}\n".formatted(i, i, i - 1, i - 1));
    }
    for (String text : new String[] {deep, dashes, keys, wide, digits, merges.toString()}) {
      Problems found = new Problems();
      long start = System.nanoTime();
      Optional<Document> document = Document.parse("x", text, found);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
      assertThat(found.block()).isTrue();
      assertThat(document.map(d -> d.tree().isObject())).isNotEqualTo(Optional.of(false));
    }
  }

  private Document parse(String text) {
    return Document.parse("x.yaml", text, problems).orElseThrow();
  }

  private static Source at(int line, int column, int length, String text) {
    return new Source("x.yaml", line, column, length, text);
  }
}
