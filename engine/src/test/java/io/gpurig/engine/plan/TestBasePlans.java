package io.gpurig.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpurig.engine.inventory.Host;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.problem.Rendered;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans that are based on others. */
final class TestBasePlans {
  private static final Host HOST = new Host("h", Map.of());

  @TempDir private Path folder;
  private final Problems problems = new Problems();

  @Test
  void mapsMergeKeyByKeyAndThisFileWins() {
    write("base.yaml", "name: B\nhosts: all\ndriver:\n  deploy: true\n  env: {A: 1, B: 2}\n");
    PlanFile plan = load("name: P\nfrom: base.yaml\ndriver:\n  image: x:1\n  env: {B: 3, C: 4}\n");
    ResolvedPlan resolved = plan.resolve(HOST, Map.of(), problems).orElseThrow();
    assertThat(plan.name()).isEqualTo("P");
    assertThat(plan.hosts()).isEqualTo("all");
    Section driver = resolved.section("driver").orElseThrow();
    assertThat(driver.flag("deploy")).isTrue();
    assertThat(driver.text("image")).isEqualTo("x:1");
    assertThat(driver.texts("env")).isEqualTo(Map.of("A", "1", "B", "3", "C", "4"));
    assertThat(plan.files())
        .containsExactly(folder.resolve("plan.yaml"), folder.resolve("base.yaml"));
  }

  @Test
  void nullRemoves() {
    write(
        "base.yaml",
        "name: B\nhosts: all\ndriver: {deploy: true, env: {A: 1}}\ntoolkit: {deploy: true}\n");
    PlanFile plan = load("from: base.yaml\ndriver: {env: {A: null}}\ntoolkit: null\n");
    ResolvedPlan resolved = plan.resolve(HOST, Map.of(), problems).orElseThrow();
    assertThat(resolved.section("toolkit")).isEmpty();
    assertThat(resolved.section("driver").orElseThrow().texts("env")).isEmpty();
  }

  @Test
  void nullThatRemovesNothingIsAnError() {
    write("base.yaml", "name: B\nhosts: all\n");
    PlanFile plan = load("from: base.yaml\ntoolkit: null\n");
    assertThat(plan.resolve(HOST, Map.of(), problems)).isEmpty();
    assertThat(Rendered.of(problems)).contains("plan.yaml:2:10: error[schema/type]");
  }

  @Test
  void pathsAreRelativeToTheFileThatNamesThem() {
    write("a/b/base.yaml", "from: ../root.yaml\nvars: {v: 1}\n");
    write("a/root.yaml", "name: R\nhosts: all\ndriver: {deploy: true, image: 'x:${v}'}\n");
    PlanFile plan = load("from: a/b/base.yaml\n");
    assertThat(plan.name()).isEqualTo("R");
    assertThat(plan.document().value("/driver/image").position()).isEqualTo("a/root.yaml:3:31");
    assertThat(plan.document().value("/vars/v").position()).isEqualTo("a/b/base.yaml:2:11");
    assertThat(plan.document().value("/from").position()).isEqualTo("plan.yaml:1:7");
    assertThat(plan.resolve(HOST, Map.of(), problems)).isPresent();
  }

  @Test
  void tenBasesAreNotTooMany() {
    for (int i = 1; i < 10; i++) {
      write(i + ".yaml", "from: " + (i + 1) + ".yaml\n");
    }
    write("10.yaml", "name: deep\nhosts: all\n");
    assertThat(load("from: 1.yaml\n").name()).isEqualTo("deep");
    assertThat(problems.sorted()).isEmpty();
  }

  private PlanFile load(String content) {
    write("plan.yaml", content);
    return PlanFile.load(folder.resolve("plan.yaml"), "plan.yaml", problems)
        .orElseThrow(() -> new AssertionError(Rendered.of(problems)));
  }

  private void write(String name, String content) {
    try {
      Path file = folder.resolve(name);
      Files.createDirectories(file.resolveSibling(""));
      Files.writeString(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
