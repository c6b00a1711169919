package io.gpurig.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.connect.ConnectionSettings;
import io.gpurig.engine.journal.RunRecord;
import io.gpurig.engine.journal.Step;
import io.gpurig.engine.report.AsciiJson;
import io.gpurig.engine.report.ExitCode;
import io.gpurig.engine.run.HostCare;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what was done to hosts. */
@Command(
    name = "history",
    description = {
      "Shows the runs that changed hosts: when, who, which plan, how they ended, what they did.",
      "A host keeps its last 20 runs, in /var/lib/gpurig; runs that changed nothing are not there."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  gpurig history gpu-01 -i inventory.yaml",
      "  gpurig history 'gpu-*' -i inventory.yaml --format json"
    })
final class HistoryCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private HostOptions options = new HostOptions();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text or json (default: ${DEFAULT-VALUE}).")
  private InventoryCommand.Listing format = InventoryCommand.Listing.TEXT;

  HistoryCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Optional<List<ConnectionSettings>> hosts = options.hosts(console);
    if (hosts.isEmpty()) {
      return ExitCode.INPUT_WRONG.code();
    }
    HostCare care = HostOptions.care(console, Progress.quiet(console));
    Map<ConnectionSettings, List<RunRecord>> runs =
        HostOptions.ask(console, hosts.get(), care::history);
    switch (format) {
      case TEXT -> runs.forEach((host, list) -> print(host.name(), list));
      case JSON -> {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        runs.forEach((host, list) -> list.forEach(run -> json(all.addObject(), host.name(), run)));
        console.out().print(AsciiJson.render(all));
      }
    }
    return (runs.size() < hosts.get().size() ? ExitCode.HOST_FAILED : ExitCode.DESIRED_STATE)
        .code();
  }

  private void print(String host, List<RunRecord> runs) {
    line(host + ": " + count(runs.size()));
    for (RunRecord run : runs) {
      line("  %s  %s  %s  %s".formatted(run.id(), outcome(run), run.who(), run.plan()));
      for (Step step : run.steps()) {
        line(
            "    %d. %s%s"
                .formatted(
                    step.step(),
                    step.action(),
                    run.undone().contains(step.step()) ? " (taken back)" : ""));
      }
    }
  }

  private static String count(int runs) {
    return switch (runs) {
      case 0 -> "no run has changed it";
      case 1 -> "1 run";
      default -> runs + " runs";
    };
  }

  private void line(String text) {
    console.out().println(Printable.line(text));
  }

  private static String outcome(RunRecord run) {
    return run.outcome().orElse("unfinished");
  }

  private static void json(ObjectNode node, String host, RunRecord run) {
    node.put("host", host)
        .put("run", run.id())
        .put("at", run.at())
        .put("who", run.who())
        .put("plan", run.plan())
        .put("digest", run.digest())
        .put("outcome", outcome(run));
    ArrayNode steps = node.putArray("steps");
    for (Step step : run.steps()) {
      steps
          .addObject()
          .put("step", step.step())
          .put("change", step.change())
          .put("action", step.action())
          .put("undone", run.undone().contains(step.step()));
    }
  }
}
