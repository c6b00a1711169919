package io.gpurig.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.report.Shard;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Slurm sets is recorded from Slurm 22.05; the hostsuite asks a real one. */
final class ShardOptionTest {
  private final Problems problems = new Problems();

  private Optional<Shard> read(String word, Map<String, String> environment) {
    return ShardOption.read(word, environment, problems);
  }

  private static Map<String, String> slurm(String id, String min, String max, String count) {
    Map<String, String> environment = new HashMap<>();
    environment.put("SLURM_ARRAY_TASK_ID", id);
    environment.put("SLURM_ARRAY_TASK_MIN", min);
    environment.put("SLURM_ARRAY_TASK_MAX", max);
    environment.put("SLURM_ARRAY_TASK_COUNT", count);
    environment.put("SLURM_ARRAY_TASK_STEP", "1");
    return environment;
  }

  @ParameterizedTest
  @CsvSource({
    "JOB_COMPLETION_INDEX, 0,, auto/3, 1/3",
    "JOB_COMPLETION_INDEX, 2,, auto/3, 3/3",
    "BUILDKITE_PARALLEL_JOB, 0, BUILDKITE_PARALLEL_JOB_COUNT=4, auto, 1/4",
    "BUILDKITE_PARALLEL_JOB, 3, BUILDKITE_PARALLEL_JOB_COUNT=4, auto/4, 4/4",
    "CI_NODE_INDEX, 1, CI_NODE_TOTAL=5, auto, 1/5",
    "CI_NODE_INDEX, 5, CI_NODE_TOTAL=5, auto, 5/5",
  })
  void eachEngineGivesItsPlace(
      String index, String value, String total, String word, String expected) {
    Map<String, String> environment = new HashMap<>(Map.of(index, value));
    if (total != null) {
      environment.put(total.substring(0, total.indexOf('=')), total.replaceAll(".*=", ""));
    }
    assertThat(read(word, environment)).isEqualTo(Shard.parse(expected));
    assertThat(problems.sorted()).isEmpty();
  }

  @Test
  void slurmArraysMayStartAnywhereAndTakeSteps() {
    assertThat(read("auto", slurm("0", "0", "3", "4"))).contains(new Shard(1, 4));
    assertThat(read("auto", slurm("4", "1", "4", "4"))).contains(new Shard(4, 4));
    Map<String, String> steps = slurm("4", "0", "6", "4");
    steps.put("SLURM_ARRAY_TASK_STEP", "2");
    assertThat(read("auto", steps)).contains(new Shard(3, 4));
  }

  @Test
  void aSlurmListDoesNotSayWhichShardIsWhich() {
    assertThat(read("auto", slurm("5", "1", "9", "3"))).isEmpty();
    assertThat(problems.sorted()).extracting(Problem::code).containsExactly("shard/slurm-list");
  }

  /** One task of an array submitted alone calls itself the first of one: it would do all hosts. */
  @Test
  void aTaskThatRunsAloneDoesNotTakeTheWholeFleet() {
    assertThat(read("auto/8", slurm("3", "3", "3", "1"))).isEmpty();
    assertThat(problems.sorted()).extracting(Problem::code).containsExactly("shard/count");
  }

  @Test
  void kubernetesDoesNotSayHowManyThereAre() {
    assertThat(read("auto", Map.of("JOB_COMPLETION_INDEX", "1"))).isEmpty();
    assertThat(problems.sorted())
        .extracting(Problem::code)
        .containsExactly("shard/kubernetes-count");
  }

  @Test
  void outsideOfAnEngineAutoIsRefused() {
    assertThat(read("auto", Map.of())).isEmpty();
    assertThat(problems.sorted()).extracting(Problem::code).containsExactly("shard/no-place");
  }

  @ParameterizedTest
  @CsvSource({
    "JOB_COMPLETION_INDEX, 3, auto/3",
    "JOB_COMPLETION_INDEX, -1, auto/3",
    "JOB_COMPLETION_INDEX, x, auto/3",
    "CI_NODE_INDEX, 0, auto/3",
  })
  void aPlaceThatIsNoneIsRefused(String variable, String value, String word) {
    Map<String, String> environment = Map.of(variable, value, "CI_NODE_TOTAL", "3");
    assertThat(read(word, environment)).isEmpty();
    assertThat(problems.sorted()).extracting(Problem::code).containsExactly("shard/place");
  }

  @ParameterizedTest
  @CsvSource({"auto/0", "auto/", "AUTO", "3", "2/1", "x"})
  void otherWordsAreNoShards(String word) {
    assertThat(read(word, Map.of("CI_NODE_INDEX", "1", "CI_NODE_TOTAL", "1"))).isEmpty();
    assertThat(problems.sorted()).extracting(Problem::code).containsExactly("shard/word");
  }
}
