package io.gpurig.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.change.Undo;
import io.gpurig.engine.fact.DeviceUser;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.module.Diff;
import io.gpurig.engine.module.Finding;
import io.gpurig.engine.module.Module;
import io.gpurig.engine.plan.Section;
import io.gpurig.engine.problem.Severity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Containers make room for a disruptive change, and come back. */
final class DrainTest {
  private static final Action PULL = new Action.PullImage("img");
  private static final Action WORK = new Action.RunCommand(List.of("true"), List.of(), 1);
  private static final Action LAST = new Action.RemoveContainer("old");

  private record Asked(Function<Facts, Diff> script) implements Module<Section> {
    @Override
    public String section() {
      return "driver";
    }

    @Override
    public Section desired(Section section) {
      return section;
    }

    @Override
    public List<Read> reads(Section desired) {
      return List.of();
    }

    @Override
    public Diff diff(Section desired, Facts facts) {
      return script.apply(facts);
    }
  }

  @Test
  void aChangeThatIsRefusedForTheContainerIsMadeAroundIt() {
    Diff diff = drained("role=batch", DrainTest::refusedWhileDevicesAreUsed);

    assertThat(diff.findings()).isEmpty();
    Change change = diff.changes().getFirst();
    assertThat(change.actions())
        .containsExactly(
            PULL,
            new Action.StopContainer("job", 30),
            WORK,
            new Action.StartContainer("job"),
            LAST);
    assertThat(change.disruption()).isEqualTo(Disruption.WORKSPACE_RESTART);
    assertThat(change.affected()).containsExactly("container job");
  }

  @Test
  void itIsStartedAgainWhenTheChangeIsTakenBack() {
    Change change =
        drained("role=batch", DrainTest::refusedWhileDevicesAreUsed).changes().getFirst();

    assertThat(Undo.of(new Action.StopContainer("job", 30), change.actions(), facts()))
        .containsExactly(new Action.StartContainer("job"));
  }

  @Test
  void nobodyIsStoppedForAChangeThatDisturbsNobody() {
    Diff diff =
        drained("role=batch", facts -> new Diff(List.of(change(Disruption.NONE)), List.of()));

    assertThat(diff.changes()).containsExactly(change(Disruption.NONE));
  }

  @Test
  void aDisruptiveChangeStopsThemToo() {
    Diff diff =
        drained("role", facts -> new Diff(List.of(change(Disruption.DOCKER_RESTART)), List.of()));

    assertThat(diff.changes().getFirst().actions()).contains(new Action.StopContainer("job", 30));
    assertThat(diff.changes().getFirst().disruption()).isEqualTo(Disruption.DOCKER_RESTART);
  }

  @Test
  void containersOfOtherLabelsAndOfTheChangeItselfAreLeftAlone() {
    assertThat(drained("role=web", DrainTest::refusedWhileDevicesAreUsed).findings()).hasSize(1);

    Action own = new Action.StopContainer("job", 5);
    Change change =
        new Change(
            "driver",
            Change.Kind.UPDATE,
            "x",
            "y",
            List.of(),
            Disruption.WORKSPACE_RESTART,
            List.of(),
            List.of(own),
            List.of());
    assertThat(drained("role=batch", facts -> new Diff(List.of(change), List.of())).changes())
        .containsExactly(change);
  }

  private static Diff refusedWhileDevicesAreUsed(Facts facts) {
    Finding inUse =
        new Finding(Severity.REFUSED, "x/in-use", "/driver", "in use", Optional.empty());
    return new Diff(
        List.of(change(Disruption.NONE)),
        facts.usersOf("/dev/gpu").isEmpty() ? List.of() : List.of(inUse));
  }

  private static Change change(Disruption disruption) {
    return new Change(
        "driver",
        Change.Kind.REPLACE,
        "container driver",
        "its image differs",
        List.of(),
        disruption,
        List.of(),
        List.of(PULL, WORK, LAST),
        List.of());
  }

  private static Diff drained(String label, Function<Facts, Diff> script) {
    Section section = new Section("/driver", new ObjectMapper().createObjectNode());
    return new Drain(List.of(label)).diff(new Bound<>(new Asked(script), section), facts());
  }

  private static Facts facts() {
    JsonNode job =
        new ObjectMapper()
            .createObjectNode()
            .put("Id", "abc")
            .put("Name", "/job")
            .setAll(
                Map.of(
                    "Config",
                    tree("{\"Labels\": {\"role\": \"batch\"}, \"StopTimeout\": 30}"),
                    "State",
                    tree("{\"Running\": true, \"Status\": \"running\"}")));
    return Facts.none("h")
        .withDocker(new DockerFacts(Optional.of(tree("{}")), List.of(job), Optional.empty()))
        .withDeviceUsers(
            "/dev/gpu",
            List.of(new DeviceUser(7, "python", Optional.of("abc"), List.of("/dev/gpu0"))));
  }

  private static JsonNode tree(String json) {
    try {
      return new ObjectMapper().readTree(json);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
