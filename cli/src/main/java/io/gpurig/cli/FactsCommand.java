package io.gpurig.cli;

import io.gpurig.engine.connect.Connectors;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FactsFolder;
import io.gpurig.engine.fact.FactsJson;
import io.gpurig.engine.plan.PlanFile;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.ExitCode;
import io.gpurig.engine.report.HostReport;
import io.gpurig.engine.run.Fleet;
import io.gpurig.engine.run.Fleet.Answer;
import io.gpurig.engine.run.Operator;
import io.gpurig.engine.run.Target;
import io.gpurig.engine.run.Waiting;
import io.gpurig.modules.Modules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads hosts. */
@Command(
    name = "facts",
    description = {
      "Reads what plans need to know of their hosts, and prints or records it.",
      "Recorded facts stand in for the hosts in `gpurig plan --facts DIR`."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  gpurig facts -i inventory.yaml --limit gpu-01",
      "  gpurig facts gpu-nodes.yaml -i inventory.yaml --save facts/"
    })
final class FactsCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      arity = "0..*",
      paramLabel = "PLAN",
      description = "Plan files; without one, all hosts and what any plan needs to know of them.")
  private List<Path> plans = List.of();

  @Mixin private InputOptions options = new InputOptions();

  @Option(
      names = "--save",
      paramLabel = "DIR",
      description = "Record the facts, one HOST.json a host, instead of printing them.")
  private @Nullable Path folder;

  FactsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException, IOException {
    Inputs inputs = Inputs.withoutSecrets(options, console);
    List<List<Target.Live>> all =
        (plans.isEmpty() ? survey(inputs) : inputs.plans(plans))
            .stream().map(inputs::live).toList();
    List<Target.Live> targets =
        inputs.sharded(all, Target::host).stream().flatMap(List::stream).toList();
    ProblemText.print(console.err(), inputs.problems().sorted());
    if (inputs.problems().block()) {
      return ExitCode.INPUT_WRONG.code();
    }
    Fleet fleet =
        new Fleet(
            Modules.all(),
            new Connectors(console.ssh(Progress.quiet(console))),
            event -> {},
            Waiting.REAL,
            Operator.NONE,
            options.forks());
    ExitCode exit = ExitCode.DESIRED_STATE;
    for (Answer answer : fleet.read(targets)) {
      switch (answer) {
        case Answer.Read(Facts facts) -> show(facts);
        case Answer.Failed(HostReport report) -> {
          exit = ExitCode.HOST_FAILED;
          for (Problem problem : report.problems()) {
            ProblemText.print(console.err(), report.host(), problem);
          }
        }
      }
    }
    return exit.code();
  }

  /** A plan that asks everything: what the modules read does not depend on what is there. */
  private List<PlanFile> survey(Inputs inputs) {
    StringBuilder plan = new StringBuilder("name: Survey\n");
    plan.append(options.inventory().isPresent() ? "hosts: all\n" : "hosts: localhost\n");
    Modules.all()
        .forEach(m -> plan.append(m.section()).append(": ").append(m.survey()).append('\n'));
    return PlanFile.parse("survey", plan.toString(), inputs.problems()).stream().toList();
  }

  private void show(Facts facts) throws IOException {
    if (folder == null) {
      console.out().println(FactsJson.write(facts).toPrettyString());
    } else {
      FactsFolder.save(folder, facts);
      console.err().println(Printable.line(facts.host() + ": recorded in " + folder));
    }
  }
}
