package io.gpurig.cli;

import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.report.Shard;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code --shard} says: {@code 3/8}, or {@code auto} for the place that the engine which runs
 * this process has given it in its environment.
 */
final class ShardOption {
  private static final Pattern AUTO = Pattern.compile("auto(?:/([1-9][0-9]{0,5}))?");

  private final Map<String, String> environment;
  private final Problems problems;

  private ShardOption(Map<String, String> environment, Problems problems) {
    this.environment = environment;
    this.problems = problems;
  }

  /**
   * Returns the shard; empty if the word or the environment names none, which is a problem then.
   */
  static Optional<Shard> read(String word, Map<String, String> environment, Problems problems) {
    Matcher auto = AUTO.matcher(word);
    if (auto.matches()) {
      Optional<Integer> said = Optional.ofNullable(auto.group(1)).map(Integer::parseInt);
      return new ShardOption(environment, problems).auto(said);
    }
    Optional<Shard> shard = Shard.parse(word);
    if (shard.isEmpty()) {
      problems.add(
          Problem.error("shard/word", "`--shard " + word + "` names no shard")
              .suggest("write --shard 3/8 for the third of eight, --shard auto or --shard auto/8"));
    }
    return shard;
  }

  private Optional<Shard> auto(Optional<Integer> said) {
    // https://slurm.schedmd.com/job_array.html
    if (environment.containsKey("SLURM_ARRAY_TASK_ID")) {
      return slurm(said);
    }
    // https://kubernetes.io/docs/tasks/job/indexed-parallel-processing-static/
    if (environment.containsKey("JOB_COMPLETION_INDEX")) {
      return kubernetes(said);
    }
    // https://buildkite.com/docs/pipelines/configure/environment-variables
    if (environment.containsKey("BUILDKITE_PARALLEL_JOB")) {
      return counted("BUILDKITE_PARALLEL_JOB", 1, "BUILDKITE_PARALLEL_JOB_COUNT", said);
    }
    // https://docs.gitlab.com/ci/variables/predefined_variables/
    if (environment.containsKey("CI_NODE_INDEX")) {
      return counted("CI_NODE_INDEX", 0, "CI_NODE_TOTAL", said);
    }
    problems.add(
        Problem.error(
                "shard/no-place",
                "`--shard auto` finds no place in the environment: there is none of"
                    + " SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX, BUILDKITE_PARALLEL_JOB and"
                    + " CI_NODE_INDEX")
            .suggest("name the shard, as in --shard 3/8"));
    return Optional.empty();
  }

  private Optional<Shard> slurm(Optional<Integer> said) {
    int id = number("SLURM_ARRAY_TASK_ID");
    int first = number("SLURM_ARRAY_TASK_MIN");
    int last = number("SLURM_ARRAY_TASK_MAX");
    int count = number("SLURM_ARRAY_TASK_COUNT");
    int step = Math.max(1, number("SLURM_ARRAY_TASK_STEP"));
    // a list such as 1,5,9 does not say which place its 5 has
    if (id < 0 || first < 0 || count < 1 || first + (long) (count - 1) * step != last) {
      problems.add(
          Problem.error(
                  "shard/slurm-list", "the ids of this Slurm array do not say which shard is which")
              .suggest("submit it as a range such as --array=1-8, or name the shard"));
      return Optional.empty();
    }
    return place("this Slurm array", (id - first) / step + 1, count, said);
  }

  private Optional<Shard> kubernetes(Optional<Integer> said) {
    if (said.isEmpty()) {
      problems.add(
          Problem.error(
                  "shard/kubernetes-count",
                  "Kubernetes tells a pod its index, and not how many there are")
              .suggest("write --shard auto/N, where N is the Job's completions"));
      return Optional.empty();
    }
    return place("this Job", number("JOB_COMPLETION_INDEX") + 1, said.get(), said);
  }

  private Optional<Shard> counted(String index, int offset, String total, Optional<Integer> said) {
    return place("what " + total + " says", number(index) + offset, number(total), said);
  }

  private Optional<Shard> place(String what, int index, int count, Optional<Integer> said) {
    if (said.isPresent() && said.get() != count) {
      problems.add(
          Problem.error(
                  "shard/count",
                  "%s has %d parts, and `--shard auto/%d` expects %d"
                      .formatted(what, count, said.get(), said.get()))
              .suggest(
                  "run one part alone with its name, as in --shard 3/%d".formatted(said.get())));
      return Optional.empty();
    }
    if (index < 1 || index > count) {
      problems.add(
          Problem.error("shard/place", "%s has no part %d of %d".formatted(what, index, count)));
      return Optional.empty();
    }
    return Optional.of(new Shard(index, count));
  }

  /** Returns a variable's number; -9 if it is none. */
  private int number(String variable) {
    String value = environment.getOrDefault(variable, "");
    return value.matches("[0-9]{1,6}") ? Integer.parseInt(value) : -9;
  }
}
