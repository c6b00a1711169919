package io.gpurig.cli;

import io.gpurig.engine.inventory.Host;
import io.gpurig.engine.plan.PlanFile;
import io.gpurig.engine.plan.ResolvedPlan;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.ExitCode;
import io.gpurig.engine.report.Report;
import io.gpurig.engine.run.Planned;
import io.gpurig.engine.run.Target;
import io.gpurig.engine.saved.SavedPlanFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what an apply would change. */
@Command(
    name = "plan",
    description =
        "Compares hosts with plans and shows what an apply would change; changes nothing.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  gpurig plan gpu-nodes.yaml -i inventory.yaml",
      "  gpurig plan gpu-nodes.yaml -i inventory.yaml --limit 'node[01:04]' --var"
          + " driver=580.126.20",
      "  gpurig plan gpu-nodes.yaml --facts facts/          without touching a host",
      "  gpurig plan gpu-nodes.yaml -i inventory.yaml --out plan.json",
      "  gpurig plan gpu-nodes.yaml -i inventory.yaml --explain",
      "",
      "Exit codes: 0 nothing to change, 3 changes are pending, 1 a host failed,",
      "            2 the input is wrong, 4 refused for safety."
    })
final class PlanCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private InputOptions.Plans plans = new InputOptions.Plans();
  @Mixin private InputOptions options = new InputOptions();
  @Mixin private OutputOptions output = new OutputOptions();

  @Option(
      names = "--facts",
      paramLabel = "DIR",
      description = "Plan from recorded facts, one HOST.json a host, instead of from the hosts.")
  private @Nullable Path facts;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Save the changes, for `gpurig apply FILE` to make exactly these or none.")
  private @Nullable Path out;

  @Option(
      names = "--explain",
      description = "Show where each value of the plans comes from, and ask no host.")
  private boolean explain;

  PlanCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (explain) {
      return explained();
    }
    Inputs inputs = new Inputs(options, console);
    Runner runner = new Runner("plan", console, options, output);
    List<PlanFile> files = inputs.plans(plans.files());
    List<List<Target>> all = new ArrayList<>();
    for (PlanFile file : files) {
      all.add(List.copyOf(facts == null ? inputs.live(file) : inputs.recorded(file, facts)));
    }
    List<List<Target>> targets = inputs.sharded(all, Target::host);
    if (runner.stopped(inputs.problems())) {
      return runner.inputWrong();
    }
    List<Report> reports = new ArrayList<>();
    List<List<Planned>> planned = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      List<? extends Target> hosts = targets.get(i);
      planned.add(runner.reading(fleet -> fleet.planned(hosts, out != null)));
      reports.add(
          runner.report(
              files.get(i), planned.get(i).stream().map(Planned::report).toList(), inputs.shard()));
    }
    int exit = runner.finish(reports);
    return out == null || save(out, files, planned) ? exit : runner.inputWrong();
  }

  private int explained() {
    Inputs inputs = Inputs.withoutSecrets(options, console);
    Map<PlanFile, Map<Host, ResolvedPlan>> plans = new LinkedHashMap<>();
    inputs.plans(this.plans.files()).forEach(file -> plans.put(file, inputs.resolved(file)));
    ProblemText.print(console.err(), inputs.problems().sorted());
    if (inputs.problems().block()) {
      return ExitCode.INPUT_WRONG.code();
    }
    plans.forEach(
        (file, hosts) ->
            ExplainText.print(console.out(), file, hosts, options.variables().keySet()));
    return ExitCode.DESIRED_STATE.code();
  }

  private boolean save(Path file, List<PlanFile> files, List<List<Planned>> planned) {
    List<Problem> problems = new ArrayList<>();
    planned.stream()
        .flatMap(List::stream)
        .map(Planned::report)
        .filter(report -> !SavedPlans.isSound(report))
        .map(report -> notSaved(report.host(), file))
        .forEach(problems::add);
    boolean saved = true;
    try {
      SavedPlanFile.write(file, SavedPlans.of(files, planned, options.inventory()));
    } catch (IOException e) {
      problems.add(
          Problem.error("saved/unwritable", "cannot write " + file + ": " + e.getMessage()));
      saved = false;
    }
    ProblemText.print(console.err(), problems);
    return saved;
  }

  private static Problem notSaved(String host, Path file) {
    return Problem.warning(
        "saved/left-out", "%s is not in %s, as there is no plan for it".formatted(host, file));
  }
}
