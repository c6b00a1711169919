package io.gpurig.modules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FactsFolder;
import io.gpurig.engine.inventory.Host;
import io.gpurig.engine.module.Diff;
import io.gpurig.engine.module.Finding;
import io.gpurig.engine.module.Module;
import io.gpurig.engine.plan.PlanFile;
import io.gpurig.engine.plan.ResolvedPlan;
import io.gpurig.engine.problem.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every folder below {@code cases/} is a test: a plan and the facts of a host in, the changes out.
 * Then the facts as they are after the changes go in, and nothing may come out. A folder is good
 * for {@code gpurig plan FOLDER/plan.yaml --facts FOLDER} too.
 *
 * <p>With {@code GPURIG_ACCEPT=1} in the environment what comes out is written to the folders
 * instead, for a person to read and commit.
 */
final class CasesTest {
  private static final Path CASES = Path.of("src/test/resources/cases");
  private static final boolean ACCEPT = System.getenv("GPURIG_ACCEPT") != null;

  @TestFactory
  Stream<DynamicTest> cases() throws IOException {
    List<Path> folders;
    try (Stream<Path> files = Files.walk(CASES)) {
      folders =
          files
              .filter(file -> file.endsWith("plan.yaml"))
              .map(file -> file.resolveSibling(""))
              .sorted()
              .toList();
    }
    assertThat(folders).hasSizeGreaterThan(70);
    return folders.stream()
        .map(
            folder ->
                DynamicTest.dynamicTest(CASES.relativize(folder).toString(), () -> run(folder)));
  }

  private static void run(Path folder) throws IOException {
    Problems problems = new Problems();
    Facts facts = FactsFolder.load(folder, problems).getFirst();
    ResolvedPlan plan =
        PlanFile.load(folder.resolve("plan.yaml"), "plan.yaml", problems)
            .flatMap(file -> file.resolve(new Host("gpu-01", Map.of()), Map.of(), problems))
            .orElseThrow(() -> new AssertionError(problems.sorted().toString()));
    JsonNode saved = new ObjectMapper().readTree(plan.tree().toString());
    assertThat(ResolvedPlan.again(plan.name(), saved, plan.document(), problems))
        .as("the plan in a saved plan: " + problems.sorted())
        .hasValueSatisfying(again -> assertThat(again.tree()).isEqualTo(saved));
    Outcome outcome = plan(plan, facts);

    Path expected = folder.resolve("expected.txt");
    if (ACCEPT) {
      Files.writeString(expected, outcome.text());
    }
    assertThat(outcome.text()).isEqualTo(Files.readString(expected));
    if (outcome.findings.stream().noneMatch(finding -> finding.severity().blocks())) {
      assertThat(plan(plan, outcome.after).changes).as("changes on the facts after").isEmpty();
    }
  }

  private record Outcome(List<Change> changes, List<Finding> findings, Facts after) {
    String text() {
      StringBuilder text = new StringBuilder();
      for (Change change : changes) {
        text.append(change.kind().name().toLowerCase(Locale.ROOT))
            .append(" %s, because %s%n".formatted(change.target(), change.reason()));
        change
            .fields()
            .forEach(
                f ->
                    text.append(
                        "  %s: %s -> %s%n".formatted(f.name(), text(f.before()), text(f.after()))));
        text.append("  disruption: ").append(change.disruption().word());
        text.append(
            change.affected().isEmpty()
                ? "\n"
                : " of " + String.join(", ", change.affected()) + "\n");
        change
            .actions()
            .forEach(action -> text.append("  - ").append(action.describe()).append('\n'));
      }
      for (Finding finding : findings) {
        text.append(
            "%s[%s] %s: %s%n  -> %s%n"
                .formatted(
                    finding.severity().name().toLowerCase(Locale.ROOT),
                    finding.code(),
                    finding.pointer(),
                    finding.message(),
                    text(finding.suggestion())));
      }
      return text.isEmpty() ? "nothing\n" : text.toString();
    }

    private static String text(Optional<String> value) {
      return value.orElse("(none)");
    }
  }

  private static Outcome plan(ResolvedPlan plan, Facts before) {
    Outcome outcome = new Outcome(new ArrayList<>(), new ArrayList<>(), before);
    for (Module<?> module : Modules.all()) {
      outcome = then(outcome, module, plan);
    }
    return outcome;
  }

  private static <D> Outcome then(Outcome outcome, Module<D> module, ResolvedPlan plan) {
    boolean blocked = outcome.findings.stream().anyMatch(f -> f.severity().blocks());
    if (blocked || plan.section(module.section()).isEmpty()) {
      return outcome;
    }
    D desired = module.desired(plan.section(module.section()).get());
    Diff diff = module.diff(desired, outcome.after);
    Facts after = outcome.after;
    for (Change change : diff.changes()) {
      for (Effect effect : change.effects()) {
        after = effect.on(after);
      }
    }
    outcome.changes.addAll(diff.changes());
    outcome.findings.addAll(diff.findings());
    return new Outcome(outcome.changes, outcome.findings, after);
  }
}
