package io.gpurig.engine.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpurig.engine.report.HostReport.Status;
import io.gpurig.engine.rollout.Rollout.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Which hosts come next, and when to stop. */
final class RolloutTest {
  private static final Pause NONE = new Pause.Time(Duration.ZERO);
  private static final Amount ALL = new Amount.Percent(100);

  @Test
  void aLadderRepeatsItsLastStep() {
    Policy policy =
        new Policy(List.of(new Amount.Hosts(1), new Amount.Percent(25)), new Amount.Hosts(0), NONE);

    assertThat(sizes(policy, 40)).containsExactly(1, 10, 10, 10, 9);
    assertThat(sizes(policy, 3)).containsExactly(1, 1, 1); // 25% of 3 is 0.75, and never nothing
    assertThat(sizes(policy, 0)).isEmpty();
  }

  @Test
  void aCanaryThatFailsIsTheOnlyHostTouched() {
    Rollout rollout = rollout(10, new Amount.Hosts(0), new Amount.Hosts(1), ALL);

    assertThat(rollout.step()).isEqualTo(new Step.Run(1, 2, List.of("h0")));
    rollout.ran(Map.of("h0", Status.FAILED));

    assertThat(rollout.step())
        .isEqualTo(
            new Step.End(
                hosts(10).subList(1, 10), "1 host failed, more than rollout.maxFailures: 0"));
  }

  @Test
  void aPercentageIsOfTheBatchAndMustBeExceeded() {
    Rollout equal = rollout(30, new Amount.Percent(10), new Amount.Hosts(10));
    equal.ran(statuses(equal, 1));
    equal.checked(List.of());
    assertThat(equal.step()).isInstanceOf(Step.Run.class);

    Rollout above = rollout(30, new Amount.Percent(10), new Amount.Hosts(10));
    above.ran(statuses(above, 2));
    above.checked(List.of());
    assertThat(above.step())
        .isEqualTo(
            new Step.End(
                hosts(30).subList(10, 30),
                "2 hosts of the 10 hosts of batch 1 failed, more than rollout.maxFailures: 10%"));
  }

  @Test
  void aNumberIsOfAllBatches() {
    Rollout rollout = rollout(30, new Amount.Hosts(2), new Amount.Hosts(10));
    for (int batch = 0; batch < 2; batch++) {
      assertThat(rollout.step()).isInstanceOf(Step.Run.class);
      rollout.ran(statuses(rollout, 2));
      rollout.checked(List.of());
    }
    assertThat(rollout.step())
        .isEqualTo(
            new Step.End(
                hosts(30).subList(20, 30), "4 hosts failed, more than rollout.maxFailures: 2"));
  }

  @Test
  void whatWasRefusedOrHasMovedCountsAsFailed() {
    for (Status status : List.of(Status.FAILED, Status.REFUSED, Status.STALE)) {
      Rollout rollout = rollout(2, new Amount.Hosts(0), new Amount.Hosts(1));
      rollout.ran(Map.of("h0", status));
      assertThat(rollout.step()).as(status.toString()).isInstanceOf(Step.End.class);
    }
  }

  @Test
  void anUnhealthyHostStopsWhateverIsAllowed() {
    Rollout rollout = rollout(4, new Amount.Percent(100), new Amount.Hosts(2));
    rollout.ran(Map.of("h0", Status.CHANGED, "h1", Status.UNCHANGED));

    assertThat(rollout.step()).isEqualTo(new Step.Check(List.of("h0")));
    rollout.checked(List.of("h0"));

    assertThat(rollout.step())
        .isEqualTo(new Step.End(List.of("h2", "h3"), "1 host is not healthy after batch 1"));
  }

  @Test
  void theLastBatchIsCheckedToo() {
    Rollout rollout = rollout(1, new Amount.Hosts(0), ALL);
    rollout.ran(Map.of("h0", Status.CHANGED));

    assertThat(rollout.step()).isEqualTo(new Step.Check(List.of("h0")));
  }

  @Test
  void aPauseComesBetweenBatchesAlone() {
    Policy policy =
        new Policy(
            List.of(new Amount.Hosts(1)),
            new Amount.Hosts(0),
            new Pause.Time(Duration.ofMinutes(5)));
    Rollout rollout = new Rollout(policy, hosts(2));
    rollout.ran(Map.of("h0", Status.UNCHANGED));
    assertThat(rollout.step()).isEqualTo(new Step.Wait(Duration.ofMinutes(5)));
    rollout.goOn();
    assertThat(rollout.step()).isEqualTo(new Step.Run(2, 2, List.of("h1")));
    rollout.ran(Map.of("h1", Status.UNCHANGED));
    assertThat(rollout.step()).isEqualTo(new Step.End(List.of(), ""));
  }

  @Test
  void aPersonIsAskedAndMaySayNo() {
    Policy policy =
        new Policy(List.of(new Amount.Hosts(2)), new Amount.Hosts(1), new Pause.Prompt());
    Rollout rollout = new Rollout(policy, hosts(5));
    rollout.ran(Map.of("h0", Status.UNCHANGED, "h1", Status.FAILED));
    assertThat(rollout.step())
        .isEqualTo(
            new Step.Ask("Batch 1 of 3 is done, 1 failure so far. Go on with the next 2 hosts?"));
    rollout.stop("nobody agreed to go on");
    assertThat(rollout.step())
        .isEqualTo(new Step.End(List.of("h2", "h3", "h4"), "nobody agreed to go on"));
    rollout.stop("again"); // the first reason stays
    assertThat(rollout.step())
        .isEqualTo(new Step.End(List.of("h2", "h3", "h4"), "nobody agreed to go on"));
  }

  @Test
  void whatWasNotAskedForIsABug() {
    Rollout rollout = rollout(2, new Amount.Hosts(0), new Amount.Hosts(1));

    assertThatThrownBy(() -> rollout.ran(Map.of("h1", Status.FAILED)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> rollout.checked(List.of())).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(rollout::goOn).isInstanceOf(IllegalStateException.class);
  }

  @Property
  void everyHostIsInOneBatchInOrder(
      @ForAll("ladders") List<Amount> ladder, @ForAll @IntRange(max = 300) int hosts) {
    List<List<String>> batches =
        new Policy(ladder, new Amount.Hosts(0), NONE).batches(hosts(hosts));

    assertThat(batches.stream().flatMap(List::stream)).containsExactlyElementsOf(hosts(hosts));
    assertThat(batches).noneMatch(List::isEmpty);
  }

  @Property
  void hostsAreStartedOnceInOrderAndNoneAfterTheLimit(
      @ForAll("ladders") List<Amount> ladder,
      @ForAll("limits") Amount limit,
      @ForAll @Size(max = 60) List<Status> outcomes) {
    List<Status> known = outcomes.stream().filter(s -> s != Status.PENDING).toList();
    Rollout rollout = new Rollout(new Policy(ladder, limit, NONE), hosts(known.size()));
    List<String> started = new ArrayList<>();
    int failures = 0;
    boolean over = false;
    while (!(rollout.step() instanceof Step.End)) {
      switch (rollout.step()) {
        case Step.Run(int number, int batches, List<String> hosts) -> {
          assertThat(over).as("batch %d of %d after the limit", number, batches).isFalse();
          Map<String, Status> statuses = new HashMap<>();
          for (String host : hosts) {
            statuses.put(host, known.get(started.size()));
            started.add(host);
          }
          int failed =
              (int)
                  statuses.values().stream()
                      .filter(s -> s != Status.CHANGED && s != Status.UNCHANGED)
                      .count();
          failures += failed;
          over =
              switch (limit) {
                case Amount.Hosts(int most) -> failures > most;
                case Amount.Percent(int most) -> failed * 100 > hosts.size() * most;
              };
          rollout.ran(statuses);
        }
        case Step.Check check -> rollout.checked(List.of());
        default -> throw new AssertionError(rollout.step());
      }
    }
    Step.End end = (Step.End) rollout.step();
    List<String> all = new ArrayList<>(started);
    all.addAll(end.notStarted());
    assertThat(all).containsExactlyElementsOf(hosts(known.size()));
    assertThat(end.why().isEmpty()).isEqualTo(end.notStarted().isEmpty());
    assertThat(end.notStarted().isEmpty())
        .as("not stopped without a reason")
        .isEqualTo(!over || started.size() == known.size());
  }

  @Provide
  Arbitrary<List<Amount>> ladders() {
    Arbitrary<Amount> numbers = Arbitraries.integers().between(1, 50).map(Amount.Hosts::new);
    Arbitrary<Amount> percents = Arbitraries.integers().between(1, 100).map(Amount.Percent::new);
    return Arbitraries.oneOf(numbers, percents).list().ofMinSize(1).ofMaxSize(5);
  }

  @Provide
  Arbitrary<Amount> limits() {
    Arbitrary<Amount> numbers = Arbitraries.integers().between(0, 20).map(Amount.Hosts::new);
    Arbitrary<Amount> percents = Arbitraries.integers().between(0, 100).map(Amount.Percent::new);
    return Arbitraries.oneOf(numbers, percents);
  }

  private static Rollout rollout(int hosts, Amount maxFailures, Amount... ladder) {
    return new Rollout(new Policy(List.of(ladder), maxFailures, NONE), hosts(hosts));
  }

  /** The first hosts of the batch fail, the others are changed. */
  private static Map<String, Status> statuses(Rollout rollout, int failures) {
    Map<String, Status> statuses = new LinkedHashMap<>();
    if (rollout.step() instanceof Step.Run run) {
      run.hosts()
          .forEach(
              host ->
                  statuses.put(host, statuses.size() < failures ? Status.FAILED : Status.CHANGED));
    }
    return statuses;
  }

  private static List<Integer> sizes(Policy policy, int hosts) {
    return policy.batches(hosts(hosts)).stream().map(List::size).toList();
  }

  private static List<String> hosts(int number) {
    return IntStream.range(0, number).mapToObj(i -> "h" + i).toList();
  }
}
