package io.gpurig.cli;

import io.gpurig.engine.connect.Connectors;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.fact.FactsFolder;
import io.gpurig.engine.plan.PlanFile;
import io.gpurig.engine.report.ExitCode;
import io.gpurig.engine.run.Fleet;
import io.gpurig.engine.run.Operator;
import io.gpurig.engine.run.Target;
import io.gpurig.engine.run.Waiting;
import io.gpurig.modules.Modules;
import io.gpurig.modules.gpu.GpuInventory;
import io.gpurig.modules.vfio.Topology;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads hosts. */
@Command(
    name = "facts",
    description = {
      "Shows the GPUs of hosts, how they are and which workspaces have them, or records what plans need to know of hosts.",
      "Recorded facts stand in for the hosts in `gpurig plan --facts DIR`."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  gpurig facts -i inventory.yaml",
      "  gpurig facts -i inventory.yaml --limit gpu-01 --watch",
      "  gpurig facts -i inventory.yaml --format json",
      "  gpurig facts -i inventory.yaml --format html=gpus.html",
      "  gpurig facts -i inventory.yaml --topology           PCI tree and IOMMU groups",
      "  gpurig facts --format prometheus=/var/lib/node_exporter/gpus.prom --watch 30",
      "  gpurig facts gpu-nodes.yaml -i inventory.yaml --save facts/",
      "  gpurig facts --facts facts/                        without touching a host"
    })
final class FactsCommand implements Callable<Integer> {
  /** What is shown: the GPUs, and the workspaces that have them. */
  private static final List<Read> SHOWN =
      Stream.concat(GpuInventory.READS.stream(), Stream.of(new Read.Docker())).toList();

  private final Console console;

  @Parameters(
      arity = "0..*",
      paramLabel = "PLAN",
      description = "Plan files; without one, all hosts and what any plan needs to know of them.")
  private List<Path> plans = List.of();

  @Mixin private InputOptions options = new InputOptions();
  @Mixin private GpuOutputOptions output = new GpuOutputOptions();
  @Mixin private WatchOptions watch = new WatchOptions();

  @Option(
      names = "--facts",
      paramLabel = "DIR",
      description = "Show recorded facts, one HOST.json a host or one such file, instead of hosts.")
  private @Nullable Path recorded;

  @Option(
      names = "--save",
      paramLabel = "DIR",
      description = "Record the facts, one HOST.json a host; nothing is shown without --format.")
  private @Nullable Path folder;

  FactsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    Inputs inputs = Inputs.withoutSecrets(options, console);
    List<PlanFile> files = plans.isEmpty() ? survey(inputs) : inputs.plans(plans);
    List<Target.Live> live = new ArrayList<>();
    Map<String, Facts> known = new LinkedHashMap<>();
    if (recorded == null) {
      inputs.sharded(files.stream().map(inputs::live).toList(), Target::host).forEach(live::addAll);
    } else {
      inputs
          .sharded(
              files.stream().map(file -> inputs.recorded(file, recorded)).toList(), Target::host)
          .forEach(some -> some.forEach(target -> known.put(target.host(), target.facts())));
    }
    inputs.problems().addAll(output.problems());
    inputs.problems().addAll(watch.problems());
    ProblemText.print(console.err(), inputs.problems().sorted());
    if (inputs.problems().block()) {
      return ExitCode.INPUT_WRONG.code();
    }
    return watch
        .repeat(
            console,
            () -> recorded == null ? ask(live) : new Survey(List.copyOf(known.values()), List.of()),
            this::show)
        .code();
  }

  /** A plan that asks everything: what the modules read does not depend on what is there. */
  private List<PlanFile> survey(Inputs inputs) {
    StringBuilder plan = new StringBuilder("name: Survey\n");
    plan.append(options.inventory().isPresent() ? "hosts: all\n" : "hosts: localhost\n");
    Modules.all()
        .forEach(m -> plan.append(m.section()).append(": ").append(m.survey()).append('\n'));
    return PlanFile.parse("survey", plan.toString(), inputs.problems()).stream().toList();
  }

  /** What is recorded has to do for any plan; what is only shown is the GPUs alone. */
  private Survey ask(List<Target.Live> targets) throws InterruptedException {
    boolean all = folder != null || output.isRaw();
    Fleet fleet =
        new Fleet(
            all ? Modules.all() : List.of(),
            new Connectors(console.ssh(Progress.quiet(console))),
            event -> {},
            Waiting.REAL,
            Operator.NONE,
            options.forks());
    return Survey.of(fleet.read(targets, output.isTopology() ? Topology.READS : SHOWN));
  }

  private String show(Survey survey) throws IOException {
    if (folder != null) {
      for (Facts facts : survey.facts()) {
        FactsFolder.save(folder, facts);
        console.err().println(Printable.line(facts.host() + ": recorded in " + folder));
      }
    }
    return folder == null || output.isAsked() ? output.show(survey, console) : "";
  }
}
