package io.gpurig.cli;

import io.gpurig.engine.plan.PlanFile;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.HostReport;
import io.gpurig.engine.report.Report;
import io.gpurig.engine.run.Fleet;
import io.gpurig.engine.run.Target;
import io.gpurig.engine.saved.SavedPlan;
import io.gpurig.engine.saved.SavedPlanFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Brings hosts to their plans. */
@Command(
    name = "apply",
    description = {
      "Brings hosts to the state that plans describe, then reads them again and proves it.",
      "A change that fails is taken back. A saved plan is applied exactly as it was saved, or",
      "not at all on a host that has moved since."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  gpurig apply gpu-nodes.yaml -i inventory.yaml",
      "  gpurig apply gpu-nodes.yaml -i inventory.yaml --limit node01",
      "  gpurig apply gpu-nodes.yaml -i inventory.yaml --limit @failed   what is left to do",
      "  gpurig apply this-host.yaml                        on this very machine",
      "  gpurig apply plan.json -i inventory.yaml           what `plan --out plan.json` saved",
      "",
      "Ctrl-C ends in good order: each host finishes or takes back what it is at. Twice: at once.",
      "",
      "Exit codes: 0 applied and proven, 1 a host failed or was not started, 2 the input is wrong,",
      "            3 the saved plan is stale, 4 refused for safety."
    })
final class ApplyCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private InputOptions.Plans plans = new InputOptions.Plans();
  @Mixin private InputOptions options = new InputOptions();
  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private LockTimeout lockTimeout = new LockTimeout();

  ApplyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    Inputs inputs = new Inputs(options, console);
    Runner runner = new Runner("apply", console, options, output);
    if (plans.files().size() == 1 && SavedPlanFile.is(plans.files().getFirst())) {
      return saved(plans.files().getFirst(), inputs, runner);
    }
    List<PlanFile> files = inputs.plans(plans.files());
    List<List<Target.Live>> all = new ArrayList<>();
    for (PlanFile file : files) {
      List<Target.Live> hosts = inputs.live(file);
      inputs.problems().addAll(RolloutInput.unattended(hosts, console.terminal()));
      all.add(hosts);
    }
    List<List<Target.Live>> targets = inputs.sharded(all, Target::host);
    if (runner.stopped(inputs.problems())) {
      return runner.inputWrong();
    }
    List<List<HostReport>> hosts = runner.changing(lockTimeout.duration(), targets, Fleet::apply);
    List<Report> reports = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      Report report = runner.report(files.get(i), hosts.get(i), inputs.shard());
      runner.keep(plans.files().get(i), report);
      reports.add(report);
    }
    return runner.finish(reports);
  }

  private int saved(Path file, Inputs inputs, Runner runner) throws InterruptedException {
    if (!options.variables().isEmpty()) {
      inputs
          .problems()
          .add(
              Problem.error("saved/variable", "--var does not change a plan that is saved")
                  .suggest("save the plan again with `gpurig plan --out` and that variable"));
    }
    Optional<SavedPlan> saved = SavedPlanFile.load(file, file.toString(), inputs.problems());
    List<List<Target.Approved>> targets =
        inputs.sharded(
            saved.map(plan -> SavedPlans.targets(plan, file, inputs)).orElse(List.of()),
            target -> target.live().host());
    saved.ifPresent(plan -> inputs.problems().addAll(SavedPlans.changedInputs(plan, file)));
    targets.forEach(
        hosts ->
            inputs
                .problems()
                .addAll(
                    RolloutInput.unattended(
                        hosts.stream().map(Target.Approved::live).toList(), console.terminal())));
    if (runner.stopped(inputs.problems()) || saved.isEmpty()) {
      return runner.inputWrong();
    }
    List<List<HostReport>> hosts =
        runner.changing(lockTimeout.duration(), targets, Fleet::applySaved);
    List<Report> reports = new ArrayList<>();
    for (int i = 0; i < hosts.size(); i++) {
      String name = saved.get().plans().get(i).name();
      reports.add(new Report("apply", name, hosts.get(i), List.of(), inputs.shard()));
    }
    // a saved plan may hold several: what is left of all of them is one list
    runner.keep(
        file,
        new Report(
            "apply", file.toString(), hosts.stream().flatMap(List::stream).toList(), List.of()));
    return runner.finish(reports);
  }
}
