package io.gpurig.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.HostReport;
import io.gpurig.engine.report.HostReport.RoundTrips;
import io.gpurig.engine.report.HostReport.Status;
import io.gpurig.engine.run.Event;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What a terminal shows. */
final class LiveViewTest {
  private static final Change DRIVER =
      new Change(
          "driver",
          Change.Kind.CREATE,
          "container driver",
          "it is not there",
          List.of(),
          Disruption.NONE,
          List.of(),
          List.of(),
          List.of());

  @Test
  void aLineForEachHostAndABarForAll() {
    FleetState state =
        FleetState.before(0)
            .after(new Event.FleetStarted(40), 0)
            .after(new Event.BatchStarted(2, 3, 10), 0)
            .after(new Event.HostStarted("gpu-01"), seconds(1))
            .after(new Event.HostStarted("gpu-100"), seconds(2))
            .after(new Event.ChangeStarted("gpu-01", DRIVER), seconds(3))
            .after(new Event.ActionStarted("gpu-01", new Action.PullImage("img:1")), seconds(3))
            .after(new Event.Progress("gpu-01", "a1b2: Downloading 1 MB"), seconds(4))
            .after(done("gpu-02", Status.CHANGED), seconds(5))
            .after(done("gpu-03", Status.FAILED), seconds(5));

    assertThat(new LiveView(100, 20, false, false).lines(state, seconds(65)))
        .containsExactly(
            row(
                "gpu-01   container driver: pull img:1 unless it is there · a1b2: Downloading 1 MB",
                "1:04"),
            row("gpu-100  connecting and reading", "1:03"),
            "[=>                      ] 2/40 hosts  batch 2/3  1 changed  1 failed  1:05");
    assertThat(new LiveView(100, 20, false, true).lines(state, seconds(65)))
        .contains("    a1b2: Downloading 1 MB");
  }

  private static String row(String text, String clock) {
    return text + " ".repeat(100 - text.length() - clock.length()) + clock;
  }

  @Test
  void anUnhealthyHostIsCountedAgain() {
    FleetState state =
        FleetState.before(0)
            .after(new Event.FleetStarted(1), 0)
            .after(done("h", Status.CHANGED), 0)
            .after(new Event.HealthCheckStarted("h"), 0);
    assertThat(state.active()).containsOnlyKeys("h");

    FleetState unhealthy =
        state.after(
            new Event.HealthCheckDone("h", Optional.of(Problem.error("x", "y"))), seconds(1));
    assertThat(unhealthy.active()).isEmpty();
    assertThat(unhealthy.done()).isEqualTo(1);
    assertThat(unhealthy.ended()).containsEntry(Status.FAILED, 1).containsEntry(Status.CHANGED, 0);
  }

  @Test
  void ofADownloadTheLastLineOfEachLayerCounts() {
    FleetState state = FleetState.before(0).after(new Event.HostStarted("h"), 0);
    for (int i = 0; i < 10; i++) {
      state = state.after(new Event.Progress("h", "a: " + i), 0);
      state = state.after(new Event.Progress("h", "b: " + i), 0);
    }
    assertThat(state.active().values())
        .singleElement()
        .satisfies(host -> assertThat(host.tail()).containsExactly("a: 9", "b: 9"));
  }

  @Property
  void nothingIsWiderOrHigherThanTheTerminalOrObeyedByIt(
      @ForAll @IntRange(min = 1, max = 200) int columns,
      @ForAll @IntRange(min = 1, max = 60) int rows,
      @ForAll @IntRange(max = 80) int hosts,
      @ForAll boolean tails,
      @ForAll String said) {
    FleetState state = FleetState.before(0).after(new Event.FleetStarted(hosts), 0);
    for (int i = 0; i < hosts; i++) {
      state = state.after(new Event.HostStarted("机器-" + i), 0);
      state = state.after(new Event.Progress("机器-" + i, said), 0);
    }
    List<String> lines = new LiveView(columns, rows, false, tails).lines(state, seconds(1));

    assertThat(lines).hasSizeBetween(1, rows);
    assertThat(lines).allMatch(line -> LiveView.width(line) <= columns);
    assertThat(lines).allMatch(line -> line.codePoints().noneMatch(Character::isISOControl));
  }

  @Test
  void theHostsThatDoNotFitAreCounted() {
    FleetState state = FleetState.before(0).after(new Event.FleetStarted(10), 0);
    for (int i = 0; i < 10; i++) {
      state = state.after(new Event.HostStarted("h" + i), 0);
    }
    List<String> lines = new LiveView(80, 5, false, false).lines(state, 0);

    assertThat(lines).hasSize(5);
    assertThat(lines.get(3)).isEqualTo("… and 7 more hosts");
    assertThat(new LiveView(80, 11, false, false).lines(state, 0)).hasSize(11);
  }

  private static Event done(String host, Status status) {
    return new Event.HostDone(
        host, new HostReport(host, status, List.of(), List.of(), RoundTrips.NONE));
  }

  private static long seconds(long seconds) {
    return TimeUnit.SECONDS.toNanos(seconds);
  }
}
