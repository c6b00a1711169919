package io.gpurig.cli;

import io.gpurig.engine.plan.PlanFile;
import io.gpurig.engine.report.Report;
import io.gpurig.engine.run.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Brings hosts to their plans. */
@Command(
    name = "apply",
    description = {
      "Brings hosts to the state that plans describe, then reads them again and proves it.",
      "A change that fails is taken back."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  gpurig apply gpu-nodes.yaml -i inventory.yaml",
      "  gpurig apply gpu-nodes.yaml -i inventory.yaml --limit node01",
      "  gpurig apply this-host.yaml                        on this very machine",
      "",
      "Exit codes: 0 applied and proven, 1 a host failed, 2 the input is wrong,",
      "            4 refused for safety."
    })
final class ApplyCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private InputOptions.Plans plans = new InputOptions.Plans();
  @Mixin private InputOptions options = new InputOptions();
  @Mixin private OutputOptions output = new OutputOptions();

  ApplyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    Inputs inputs = new Inputs(options, console);
    Runner runner = new Runner("apply", console, options, output);
    List<PlanFile> files = inputs.plans(plans.files());
    List<List<Target.Live>> targets = new ArrayList<>();
    for (PlanFile file : files) {
      targets.add(inputs.live(file));
    }
    if (runner.stopped(inputs.problems())) {
      return runner.inputWrong();
    }
    List<Report> reports = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      reports.add(runner.report(files.get(i), runner.fleet().apply(targets.get(i))));
    }
    return runner.finish(reports);
  }
}
