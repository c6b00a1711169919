package io.gpurig.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.gpurig.engine.inventory.Host;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.problem.Rendered;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TestPlanFile {
  private static final Host BARE = new Host("bare", Map.of());

  @TempDir private Path folder;
  private final Problems problems = new Problems();

  @Test
  void readsAPlan() {
    PlanFile plan = plan("toolkit: {deploy: false}\nvars: {}\n");
    assertThat(plan.name()).isEqualTo("GPU nodes");
    assertThat(plan.hosts()).isEqualTo("gpu:!old");
    assertThat(plan.sections()).containsExactly("name", "hosts", "toolkit", "vars");
    assertThat(plan.document().key("/toolkit").line()).isEqualTo(3);
    ResolvedPlan resolved = resolve(plan, Map.of()).orElseThrow();
    assertThat(resolved.name()).isEqualTo("GPU nodes");
    assertThat(resolved.section("driver")).isEmpty();
    assertThat(resolved.section("name")).isEmpty();
    assertThat(resolved.section("toolkit").orElseThrow().flag("deploy")).isFalse();
    assertThat(resolved.section("toolkit").orElseThrow().text("readyTimeout")).isEqualTo("5m");
    assertThat(resolved.rollout().text("allowDisruption")).isEqualTo("workspace-restart");
    assertThat(problems.sorted()).isEmpty();
  }

  @Test
  void aWholeVariableKeepsItsType() {
    PlanFile plan =
        plan(
            """
            vars:
              common: {A: 1, B: "${b}"}
              b: two
              on_now: true
            driver:
              deploy: ${on_now}
              env: ${common}
              image: driver:${b}-${version}
            """);
    Section driver = section(plan, Map.of("version", TextNode.valueOf("580.10")));
    assertThat(driver.flag("deploy")).isTrue();
    assertThat(driver.texts("env")).isEqualTo(Map.of("A", "1", "B", "two"));
    assertThat(driver.text("image")).isEqualTo("driver:two-580.10");
  }

  @Test
  void aNumberInTextIsAsItWasWritten() {
    PlanFile plan =
        plan("vars: {v: 580.10, t: true}\ndriver: {deploy: true, image: 'a:${v}-${t}'}\n");
    assertThat(section(plan, Map.of()).text("image")).isEqualTo("a:580.10-true");
  }

  @Test
  void laterSourcesWin() {
    PlanFile plan =
        plan("vars: {b: plan, c: plan}\ndriver: {deploy: true, image: '${a}-${b}-${c}'}\n");
    Map<String, JsonNode> host = Map.of("a", text("host"), "b", text("host"), "c", text("host"));
    ResolvedPlan resolved =
        plan.resolve(new Host("h", host), Map.of("c", text("cli")), problems).orElseThrow();
    assertThat(resolved.section("driver").orElseThrow().text("image")).isEqualTo("host-plan-cli");
    assertThat(resolved.tree().at("/vars/c").asText()).isEqualTo("cli");
  }

  @Test
  void aDoubledDollarIsLiteral() {
    PlanFile plan = plan("driver: {deploy: true, image: 'a:$${b}$$${c}$d$'}\n");
    assertThat(section(plan, Map.of("c", text("x"))).text("image")).isEqualTo("a:${b}$${c}$d$");
  }

  @Test
  void keysAreLeftAlone() {
    PlanFile plan = plan("vars: {list: ['${x}']}\ndriver: {deploy: true, env: {X: '${x}'}}\n");
    assertThat(section(plan, Map.of("x", IntNode.valueOf(5))).texts("env"))
        .isEqualTo(Map.of("X", "5"));
  }

  @Test
  void anOverrideHidesWhatIsWrongInThePlan() {
    PlanFile plan = plan("vars: {a: '${nope}'}\ndriver: {deploy: true, image: 'x:${a}'}\n");
    assertThat(plan.resolve(BARE, Map.of("a", text("1")), problems)).isPresent();
    assertThat(problems.sorted()).isEmpty();
    assertThat(plan.resolve(BARE, Map.of(), problems)).isEmpty();
    assertThat(problems.sorted()).hasSize(1);
  }

  @Test
  void hostsWithTheSameValuesShareTheWork() {
    PlanFile plan = plan("driver: {deploy: true, image: 'a:${v}'}\n");
    Host one = new Host("one", Map.of("v", text("1"), "other", text("x")));
    Host same = new Host("same", Map.of("v", text("1"), "other", text("y")));
    Host two = new Host("two", Map.of("v", text("2")));
    ResolvedPlan first = plan.resolve(one, Map.of(), problems).orElseThrow();
    assertThat(plan.resolve(same, Map.of(), problems).orElseThrow()).isSameAs(first);
    assertThat(plan.resolve(two, Map.of(), problems).orElseThrow()).isNotSameAs(first);
  }

  @Test
  void problemsOfASharedOutcomeAreToldEachTime() {
    PlanFile plan = plan("driver: {deploy: '${v}'}\n");
    Host host = new Host("h", Map.of("v", text("maybe")));
    for (int i = 0; i < 2; i++) {
      Problems found = new Problems();
      assertThat(plan.resolve(host, Map.of(), found)).isEmpty();
      assertThat(found.sorted()).hasSize(1);
    }
  }

  @Test
  void theSuggestionForAnUnknownVariableIsThatOfTheHost() {
    PlanFile plan = plan("driver: {deploy: true, image: 'a:${vresion}'}\n");
    plan.resolve(BARE, Map.of(), problems);
    plan.resolve(new Host("h", Map.of("version", text("1"))), Map.of(), problems);
    assertThat(Rendered.of(problems)).contains("did you mean `version`?");
  }

  @Test
  void checkNeedsNoHost() {
    PlanFile plan =
        plan(
            """
            vars: {known: maybe, half: '${unknown}'}
            driver:
              deploy: ${unknown}
              evictClients: ${known}
              image: ${half}
              readyTimeout: ${unclosed
            """);
    plan.check(problems);
    assertThat(Rendered.of(problems).replaceAll("(?m)^ {2}\\|.*\n", ""))
        .isEqualTo(
            """
            plan.yaml:6:17: error[schema/type]: `evictClients` must be true or false, found the string "maybe"
            plan.yaml:8:17: error[variable/malformed]: `${` begins a variable, but its `}` is missing
              = write $${ for a literal ${
            """);
  }

  @Test
  void overridesMayBeOfAnyKind() {
    PlanFile plan = plan("driver: {deploy: '${d}'}\n");
    assertThat(plan.resolve(BARE, Map.of("d", BooleanNode.TRUE), problems)).isPresent();
  }

  @Test
  void aCircleInTheInventoryHasNoPlace() {
    PlanFile plan = plan("driver: {deploy: true, image: '${a}'}\n");
    Host host = new Host("h", Map.of("a", text("${b}"), "b", text("${a}")));
    assertThat(plan.resolve(host, Map.of(), problems)).isEmpty();
    assertThat(Rendered.of(problems))
        .isEqualTo("error[variable/circle]: variables need each other in a circle: a → b → a\n");
  }

  @Test
  void aLongChainOfVariablesIsRefused() {
    StringBuilder vars = new StringBuilder("vars:\n");
    for (int i = 0; i < 5000; i++) {
      vars.append("  v").append(i).append(": ${v").append(i + 1).append("}\n");
    }
    PlanFile plan = plan(vars + "  v5000: end\n");
    assertThat(plan.resolve(BARE, Map.of(), problems).isPresent()).isFalse();
    assertThat(Rendered.of(problems)).contains("plan.yaml:3:1: error[variable/limit]");
  }

  private Section section(PlanFile plan, Map<String, JsonNode> variables) {
    return resolve(plan, variables).orElseThrow().section("driver").orElseThrow();
  }

  private Optional<ResolvedPlan> resolve(PlanFile plan, Map<String, JsonNode> variables) {
    Optional<ResolvedPlan> resolved = plan.resolve(new Host("h", variables), Map.of(), problems);
    assertThat(Rendered.of(problems)).isEmpty();
    return resolved;
  }

  private PlanFile plan(String content) {
    try {
      Path file = folder.resolve("plan.yaml");
      Files.writeString(file, "name: GPU nodes\nhosts: gpu:!old\n" + content);
      return PlanFile.load(file, "plan.yaml", problems).orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode text(String text) {
    return TextNode.valueOf(text);
  }
}
