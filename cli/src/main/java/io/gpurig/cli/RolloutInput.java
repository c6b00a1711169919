package io.gpurig.cli;

import io.gpurig.engine.plan.PlanFile;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.rollout.Pause;
import io.gpurig.engine.rollout.Policy;
import io.gpurig.engine.run.Target;
import java.util.ArrayList;
import java.util.List;

/** What can be wrong with a rollout although each host's plan fits the schema. */
final class RolloutInput {
  private RolloutInput() {}

  /** Returns the problems of a plan as resolved for its hosts. */
  static List<Problem> problems(PlanFile plan, List<? extends Target> targets) {
    List<Problem> problems = new ArrayList<>();
    if (targets.stream().map(RolloutInput::policy).distinct().count() > 1) {
      problems.add(
          Problem.error(
                  "rollout/differs",
                  plan.document().value("/rollout"),
                  "batch, maxFailures and pause are not the same for all hosts of the plan")
              .suggest("a rollout is of all its hosts: use no variable there that differs"));
    }
    return problems;
  }

  /** Returns what forbids to apply plans with such rollouts. */
  static List<Problem> unattended(List<? extends Target> targets, Terminal terminal) {
    List<Problem> problems = new ArrayList<>();
    for (Target target : targets) {
      if (policy(target).pause() instanceof Pause.Prompt && !terminal.canAsk()) {
        problems.add(
            Problem.error(
                    "rollout/no-terminal",
                    target.plan().document().value("/rollout/pause"),
                    "rollout.pause: prompt asks on a terminal, and there is none")
                .suggest("run it on a terminal, or set a time, such as rollout.pause: 10m"));
        break; // it is the same for all of them
      }
    }
    return problems;
  }

  private static Policy policy(Target target) {
    return Policy.of(target.plan().rollout());
  }
}
