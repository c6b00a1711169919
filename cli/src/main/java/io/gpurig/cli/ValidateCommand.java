package io.gpurig.cli;

import io.gpurig.engine.plan.PlanFile;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Checks plans without a host. */
@Command(
    name = "validate",
    description = {
      "Checks plans without touching a host.",
      "YAML, schema, variables and, with an inventory, the hosts that they are for. Shows"
          + " everything that is wrong, not the first thing alone."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  gpurig validate plans/*.yaml",
      "  gpurig validate gpu-nodes.yaml -i inventory.yaml",
      "  gpurig validate plans/*.yaml --format sarif=gpurig.sarif    for code review",
      "",
      "Exit codes: 0 nothing is wrong, 2 the input is wrong."
    })
final class ValidateCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private InputOptions.Plans plans = new InputOptions.Plans();
  @Mixin private InputOptions options = new InputOptions();
  @Mixin private OutputOptions output = new OutputOptions();

  ValidateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Inputs inputs = Inputs.withoutSecrets(options, console);
    Runner runner = new Runner("validate", console, options, output);
    List<PlanFile> files = inputs.plans(plans.files());
    for (PlanFile plan : files) {
      if (options.inventory().isPresent()) {
        inputs.live(plan);
      } else {
        inputs.check(plan);
      }
    }
    if (runner.stopped(inputs.problems())) {
      return runner.inputWrong();
    }
    return runner.valid(files);
  }
}
