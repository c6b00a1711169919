package io.gpurig.cli;

import io.gpurig.engine.plan.PlanFile;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.ExitCode;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Checks plans without a host. */
@Command(
    name = "validate",
    description = {
      "Checks plans without touching a host: YAML, schema, variables and, with an inventory,",
      "the hosts that they are for. Shows everything that is wrong, not the first thing alone."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  gpurig validate plans/*.yaml",
      "  gpurig validate gpu-nodes.yaml -i inventory.yaml"
    })
final class ValidateCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private InputOptions.Plans plans = new InputOptions.Plans();
  @Mixin private InputOptions options = new InputOptions();

  ValidateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Inputs inputs = Inputs.withoutSecrets(options, console);
    for (PlanFile plan : inputs.plans(plans.files())) {
      if (options.inventory().isPresent()) {
        inputs.live(plan);
      } else {
        plan.check(inputs.problems());
      }
    }
    List<Problem> problems = inputs.problems().sorted();
    ProblemText.print(console.err(), problems);
    if (inputs.problems().block()) {
      return ExitCode.INPUT_WRONG.code();
    }
    int count = plans.files().size();
    console.out().println(count == 1 ? "1 plan is valid" : count + " plans are valid");
    return ExitCode.DESIRED_STATE.code();
  }
}
