package io.gpurig.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.inventory.Host;
import io.gpurig.engine.module.Diff;
import io.gpurig.engine.module.Finding;
import io.gpurig.engine.module.Module;
import io.gpurig.engine.plan.PlanFile;
import io.gpurig.engine.plan.ResolvedPlan;
import io.gpurig.engine.plan.Section;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.report.HostReport;
import io.gpurig.engine.report.HostReport.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Planning, from recorded facts and with small modules. */
final class FleetTest {
  private static final String FIRST = "/etc/first";
  private static final String SECOND = "/etc/second";

  @TempDir private Path folder = Path.of("");

  /** A module that wants what a function says. */
  private record Scripted(String section, Function<Facts, Diff> script) implements Module<Section> {
    @Override
    public Section desired(Section section) {
      return section;
    }

    @Override
    public List<Read> reads(Section desired) {
      return List.of(new Read.File(FIRST), new Read.File(SECOND));
    }

    @Override
    public Diff diff(Section desired, Facts facts) {
      return script.apply(facts);
    }
  }

  @Test
  void aModuleSeesTheHostAsItWillBe() throws Exception {
    Module<?> first = new Scripted("driver", facts -> writes(facts, FIRST, Disruption.NONE));
    Module<?> second =
        new Scripted(
            "toolkit",
            facts ->
                facts.file(FIRST).isPresent()
                    ? writes(facts, SECOND, Disruption.NONE)
                    : Diff.blocked(Finding.error("x/no-first", "/toolkit", "no first", "-")));

    HostReport report = plan(List.of(first, second), "").getFirst();

    assertThat(report.status()).isEqualTo(Status.PENDING);
    assertThat(report.changes())
        .extracting(c -> c.change().target())
        .containsExactly(FIRST, SECOND);
  }

  @Test
  void whatBlocksAModuleBlocksThoseAfterIt() throws Exception {
    Module<?> first =
        new Scripted(
            "driver", facts -> Diff.blocked(Finding.error("x/no", "/driver", "cannot", "do")));
    Module<?> second = new Scripted("toolkit", facts -> writes(facts, SECOND, Disruption.NONE));

    HostReport report = plan(List.of(first, second), "").getFirst();

    assertThat(report.status()).isEqualTo(Status.FAILED);
    assertThat(report.changes()).isEmpty();
    assertThat(report.problems().getFirst().source().orElseThrow().position())
        .endsWith("plan.yaml:3:9");
  }

  @Test
  void moreDisruptionThanThePlanAllowsIsRefused() throws Exception {
    Module<?> reboots = new Scripted("driver", facts -> writes(facts, FIRST, Disruption.REBOOT));

    HostReport refused = plan(List.of(reboots), "").getFirst();
    assertThat(refused.status()).isEqualTo(Status.REFUSED);
    assertThat(refused.problems())
        .extracting(Problem::message)
        .anyMatch(
            m ->
                m.contains(
                    "means a reboot and hits container x, but the plan allows workspace-restart"));

    HostReport allowed = plan(List.of(reboots), "rollout: {allowDisruption: reboot}\n").getFirst();
    assertThat(allowed.status()).isEqualTo(Status.PENDING);
  }

  @Test
  void aBugOnOneHostHidesNoOther() throws Exception {
    Module<?> module =
        new Scripted(
            "driver",
            facts -> {
              if (facts.host().equals("b")) {
                throw new IllegalStateException("oops");
              }
              return Diff.NOTHING;
            });

    List<HostReport> reports = plan(List.of(module), "");

    assertThat(reports)
        .extracting(HostReport::status)
        .containsExactly(Status.UNCHANGED, Status.FAILED, Status.UNCHANGED);
    assertThat(reports.get(1).problems().getFirst().message()).contains("bug", "oops", "FleetTest");
  }

  @Test
  void aBugWhileReadingIsToldOfOnItsHost() throws Exception {
    Fleet fleet =
        new Fleet(
            List.of(new Scripted("driver", facts -> Diff.NOTHING)),
            settings -> {
              throw new IllegalStateException("oops");
            },
            event -> {},
            Waiting.REAL,
            Operator.NONE,
            1);
    Target.Live here = LocalTarget.of("name: Test\nhosts: all\ndriver: {deploy: true}\n");

    assertThat(fleet.read(List.of(here), List.of()))
        .singleElement()
        .isInstanceOfSatisfying(
            Fleet.Answer.Failed.class,
            failed ->
                assertThat(failed.report().problems().getFirst().message())
                    .contains("bug", "oops", "FleetTest"));
  }

  @Test
  void everyHostIsReportedOnceWhateverTheForks() throws Exception {
    List<String> done = new CopyOnWriteArrayList<>();
    Fleet fleet =
        new Fleet(
            List.of(new Scripted("driver", facts -> Diff.NOTHING)),
            settings -> {
              throw new IllegalStateException("nothing is to be connected");
            },
            event -> {
              if (event instanceof Event.HostDone) {
                done.add(event.host());
              }
            },
            Waiting.REAL,
            Operator.NONE,
            2);
    List<String> names = java.util.stream.IntStream.range(0, 50).mapToObj(i -> "h" + i).toList();
    List<Target> targets = names.stream().map(this::target).toList();

    assertThat(fleet.plan(targets)).extracting(HostReport::host).isEqualTo(names);
    assertThat(done).containsExactlyInAnyOrderElementsOf(names);
  }

  private static Diff writes(Facts facts, String path, Disruption disruption) {
    if (facts.file(path).isPresent()) {
      return Diff.NOTHING;
    }
    return new Diff(
        List.of(
            new Change(
                "test",
                Change.Kind.CREATE,
                path,
                "it is not there",
                List.of(),
                disruption,
                disruption == Disruption.NONE ? List.of() : List.of("container x"),
                List.of(new Action.WriteFile(path, "x", Optional.empty())),
                List.of(new Effect.FileBecomes(path, FileFact.text("x"))))),
        List.of());
  }

  private List<HostReport> plan(List<Module<?>> modules, String rollout) throws Exception {
    Files.writeString(folder.resolve("rollout"), rollout);
    Fleet fleet =
        new Fleet(
            modules,
            settings -> {
              throw new IllegalStateException("nothing is to be connected");
            },
            event -> {},
            Waiting.REAL,
            Operator.NONE,
            4);
    return fleet.plan(List.of(target("a"), target("b"), target("c")));
  }

  private Target target(String host) {
    Facts facts =
        Facts.none(host).withFile(FIRST, Optional.empty()).withFile(SECOND, Optional.empty());
    return new Target.Recorded(facts, resolved());
  }

  private ResolvedPlan resolved() {
    try {
      Path rollout = folder.resolve("rollout");
      String text =
          "name: Test\nhosts: all\ndriver: {deploy: true}\ntoolkit: {deploy: true}\n"
              + (Files.exists(rollout) ? Files.readString(rollout) : "");
      Path file = Files.writeString(folder.resolve("plan.yaml"), text);
      Problems problems = new Problems();
      return PlanFile.load(file, file.toString(), problems)
          .flatMap(plan -> plan.resolve(new Host("h", Map.of()), Map.of(), problems))
          .orElseThrow(() -> new AssertionError(problems.sorted().toString()));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
