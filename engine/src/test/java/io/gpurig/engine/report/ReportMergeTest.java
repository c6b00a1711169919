package io.gpurig.engine.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.problem.Severity;
import io.gpurig.engine.problem.Source;
import io.gpurig.engine.report.ChangeReport.Outcome;
import io.gpurig.engine.report.HostReport.RoundTrips;
import io.gpurig.engine.report.HostReport.Status;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Reports that were written, read again and joined. */
final class ReportMergeTest {
  private static HostReport host(String name) {
    Change change =
        new Change(
            "driver",
            Change.Kind.UPDATE,
            "file /etc/a",
            "it differs",
            List.of(
                Change.Field.of("mode", "0600", "0644"),
                new Change.Field("content", Optional.empty(), Optional.of("x"))),
            Disruption.DOCKER_RESTART,
            List.of("container a"),
            List.of(
                new Action.WriteFile("/etc/a", "x\n", Optional.empty()),
                new Action.RestartService("docker.service")),
            List.of());
    Problem warning =
        new Problem(
            Severity.WARNING,
            "a/b",
            Optional.of(new Source("plan.yaml", 3, 7, 1, "")),
            "it is so",
            Optional.of("do that"));
    return new HostReport(
        name,
        Status.CHANGED,
        List.of(new ChangeReport(change, Outcome.DONE)),
        List.of(warning),
        new RoundTrips(1, 2, 3, 4));
  }

  private static Report part(int index, int count, String... hosts) {
    return new Report(
        "apply",
        "GPU nodes",
        List.of(hosts).stream().map(ReportMergeTest::host).toList(),
        List.of(),
        Optional.of(new Shard(index, count)));
  }

  @Test
  void whatIsReadIsWhatWasWritten() {
    List<Report> written = List.of(part(1, 2, "a", "b"), part(2, 2, "c"));
    String json = ReportJson.render(written.get(0)) + ReportJson.render(written.get(1));
    Problems problems = new Problems();
    assertThat(ReportReader.read("r.json", json, problems)).isEqualTo(written);
    assertThat(problems.sorted()).isEmpty();
  }

  @Test
  void shardsAreJoinedInTheirOrderNotInThatOfTheFiles() {
    List<Report> merged =
        ReportMerge.of(List.of(part(3, 3, "e"), part(1, 3, "a", "b"), part(2, 3, "c", "d")));
    assertThat(merged).hasSize(1);
    assertThat(merged.getFirst().hosts().stream().map(HostReport::host))
        .containsExactly("a", "b", "c", "d", "e");
    assertThat(merged.getFirst().problems()).isEmpty();
    assertThat(merged.getFirst().shard()).isEmpty();
    assertThat(merged.getFirst().exitCode()).isEqualTo(ExitCode.DESIRED_STATE);
  }

  @Test
  void aMissingShardIsNamedAndIsNoSuccess() {
    Report merged = ReportMerge.of(List.of(part(1, 4, "a"), part(3, 4, "c"))).getFirst();
    assertThat(merged.exitCode()).isEqualTo(ExitCode.INPUT_WRONG);
    assertThat(merged.problems())
        .containsExactly(
            Problem.error(
                    "report/shards-missing",
                    "there is no report of `GPU nodes` from shards 2, 4 of 4: nobody knows what"
                        + " became of those hosts")
                .suggest("run what is missing again, with --shard 2/4"));
  }

  @Test
  void whatIsThereTwiceIsNamed() {
    Report merged =
        ReportMerge.of(List.of(part(1, 2, "a"), part(2, 2, "b"), part(2, 2, "b"))).getFirst();
    assertThat(merged.problems())
        .extracting(Problem::message)
        .containsExactly(
            "shard 2/2 is in more than one report of `GPU nodes`",
            "host b is in more than one report of `GPU nodes`");
  }

  @Test
  void splitsThatDifferDoNotFit() {
    Report merged = ReportMerge.of(List.of(part(1, 2, "a"), part(2, 3, "b"))).getFirst();
    assertThat(merged.problems())
        .extracting(Problem::message)
        .containsExactly("the reports of `GPU nodes` are of fleets split in 2 and 3 parts");
  }

  @Test
  void plansStayApart() {
    Report other = new Report("apply", "Other", List.of(host("z")), List.of());
    assertThat(ReportMerge.of(List.of(part(1, 1, "a"), other)))
        .extracting(Report::plan)
        .containsExactly("GPU nodes", "Other");
  }

  @Property(tries = 500)
  void damagedReportsAreRefusedNeverThrownAt(@ForAll long seed) {
    Random random = new Random(seed);
    StringBuilder json = new StringBuilder(ReportJson.render(part(1, 1, "a", "b")));
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(json.length());
      switch (random.nextInt(3)) {
        case 0 -> json.setLength(Math.max(1, at));
        case 1 -> json.setCharAt(at, "{}[]\":,0a\u0000é".charAt(random.nextInt(11)));
        default -> json.insert(at, "null");
      }
    }
    Problems problems = new Problems();
    List<Report> read = ReportReader.read("r.json", json.toString(), problems);
    assertThat(read.isEmpty()).isEqualTo(problems.block());
  }
}
