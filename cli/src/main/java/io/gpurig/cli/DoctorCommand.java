package io.gpurig.cli;

import io.gpurig.engine.connect.Connectors;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.plan.PlanFile;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.ExitCode;
import io.gpurig.engine.report.HostReport;
import io.gpurig.engine.run.Fleet;
import io.gpurig.engine.run.Operator;
import io.gpurig.engine.run.Target;
import io.gpurig.engine.run.Waiting;
import io.gpurig.modules.Modules;
import io.gpurig.modules.compat.Compatibility;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what is wrong on hosts. */
@Command(
    name = "doctor",
    description = {
      "Says what does not fit together on hosts: driver, kernel, GPUs, Docker, toolkit, CDI,"
          + " runsc.",
      "Each finding has its rule, its source, and what to write in the plan. Changes nothing."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  gpurig doctor                                   this machine",
      "  gpurig doctor gpu-01 -i inventory.yaml",
      "  gpurig doctor 'gpu_nodes:!gpu-07' -i inventory.yaml --format json",
      "  gpurig doctor --facts facts/                    without touching a host",
      "",
      "Exit codes: 0 nothing is wrong, 1 a host did not answer, 2 the input is wrong,",
      "            3 something was found."
    })
final class DoctorCommand implements Callable<Integer> {
  private final Console console;

  /** The forms of the answer. */
  enum Form {
    TEXT,
    JSON
  }

  @Parameters(
      arity = "0..1",
      paramLabel = "HOST",
      description = "A host, or a host pattern; without one all hosts of the inventory.")
  private @Nullable String pattern;

  @Mixin private InputOptions options = new InputOptions();

  @Option(
      names = "--facts",
      paramLabel = "DIR",
      description = "Look at recorded facts, one HOST.json a host, instead of at hosts.")
  private @Nullable Path recorded;

  @Option(names = "--format", paramLabel = "FORMAT", description = "text or json.")
  private Form form = Form.TEXT;

  DoctorCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    Inputs inputs = Inputs.withoutSecrets(options, console);
    Optional<PlanFile> plan = plan(inputs);
    List<Target.Live> live = new ArrayList<>();
    List<Facts> known = new ArrayList<>();
    if (plan.isPresent() && recorded == null) {
      live.addAll(inputs.live(plan.get()));
    } else if (plan.isPresent() && recorded != null) {
      inputs.recorded(plan.get(), recorded).stream()
          .map(Target.Recorded::facts)
          .filter(
              facts ->
                  pattern == null
                      || options.inventory().isPresent()
                      || facts.host().equals(pattern))
          .forEach(known::add);
    }
    ProblemText.print(console.err(), inputs.problems().sorted());
    if (inputs.problems().block()) {
      return ExitCode.INPUT_WRONG.code();
    }
    if (live.isEmpty() && known.isEmpty()) {
      ProblemText.print(
          console.err(), List.of(Problem.error("doctor/no-host", "there is no host to look at")));
      return ExitCode.INPUT_WRONG.code();
    }
    Survey survey = recorded == null ? ask(live) : new Survey(known, List.of());
    Diagnosis diagnosis = Diagnosis.of(survey);
    console.out().print(form == Form.JSON ? diagnosis.json() : diagnosis.text());
    console.out().flush();
    for (HostReport report : survey.failed()) {
      report.problems().forEach(why -> ProblemText.print(console.err(), report.host(), why));
    }
    return diagnosis.exitCode().code();
  }

  /** A plan that asks for nothing: the hosts are all that counts. */
  private Optional<PlanFile> plan(Inputs inputs) {
    String hosts =
        pattern != null ? pattern : options.inventory().isPresent() ? "all" : "localhost";
    String quoted = "'" + hosts.replace("'", "''") + "'";
    return PlanFile.parse("doctor", "name: Doctor\nhosts: " + quoted + "\n", inputs.problems());
  }

  private Survey ask(List<Target.Live> targets) throws InterruptedException {
    Fleet fleet =
        new Fleet(
            Modules.all(),
            new Connectors(console.ssh(Progress.quiet(console))),
            event -> {},
            Waiting.REAL,
            Operator.NONE,
            options.forks());
    return Survey.of(fleet.read(targets, Compatibility.READS));
  }
}
