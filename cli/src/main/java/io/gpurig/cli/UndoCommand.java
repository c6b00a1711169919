package io.gpurig.cli;

import io.gpurig.engine.connect.ConnectionSettings;
import io.gpurig.engine.journal.RunRecord;
import io.gpurig.engine.journal.Step;
import io.gpurig.engine.journal.UndoPlan;
import io.gpurig.engine.problem.Nearest;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Severity;
import io.gpurig.engine.report.ExitCode;
import io.gpurig.engine.run.HostCare;
import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes a run back. */
@Command(
    name = "undo",
    description = {
      "Takes back what a run did to a host, newest action first.",
      "Shows first what it would do, and asks. A change that removed a container for good is left",
      "as it is: apply the earlier plan instead."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  gpurig history gpu-01 -i inventory.yaml",
      "  gpurig undo gpu-01 20261121T150557Z-1f3a9c -i inventory.yaml",
      "  gpurig undo gpu-01 20261121T150557Z-1f3a9c -i inventory.yaml --yes",
      "",
      "Exit codes: 0 taken back, 1 the host failed, 2 the input is wrong,",
      "            4 refused: later runs touched the same, or nobody said yes."
    })
final class UndoCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private HostOptions options = new HostOptions();

  @Parameters(index = "1", paramLabel = "RUN", description = "The run, as `gpurig history` has it.")
  private String run = "";

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  private boolean yes;

  @Option(
      names = "--forget",
      description = "Take nothing back of a run that was cut off; only mark it as ended.")
  private boolean forget;

  UndoCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Optional<List<ConnectionSettings>> hosts = options.hosts(console);
    if (hosts.isEmpty()) {
      return ExitCode.INPUT_WRONG.code();
    }
    if (hosts.get().size() != 1) {
      return wrong(Problem.error("undo/one-host", "a run is taken back on one host at a time"));
    }
    ConnectionSettings host = hosts.get().getFirst();
    HostCare care =
        HostOptions.care(
            console, new PlainProgress(console.err(), Clock.system(ZoneId.systemDefault()), false));
    return HostOptions.value(console, host, care.history(host))
        .map(runs -> undo(host, runs, care))
        .orElse(ExitCode.HOST_FAILED.code());
  }

  private int undo(ConnectionSettings host, List<RunRecord> runs, HostCare care) {
    Optional<RunRecord> found = runs.stream().filter(r -> r.id().equals(run)).findFirst();
    if (found.isEmpty()) {
      Problem problem =
          Problem.error("undo/no-such-run", "%s has no run %s".formatted(host.name(), run));
      return wrong(
          Nearest.to(run, runs.stream().map(RunRecord::id).toList())
              .map(near -> problem.suggest("it has " + near))
              .orElseGet(() -> problem.suggest("see `gpurig history " + host.name() + "`")));
    }
    if (forget) {
      return confirmed("end run " + run + " without taking anything back")
          ? code(HostOptions.value(console, host, care.forget(host, run)))
          : notConfirmed();
    }
    if (found.get().outcome().isEmpty()) {
      return wrong(
          Problem.error("undo/unfinished", "run %s is unfinished".formatted(run))
              .suggest("apply a plan: that takes its last change back first"));
    }
    UndoPlan plan = UndoPlan.of(found.get(), runs);
    plan.steps().reversed().stream()
        .filter(Step::canBeUndone)
        .forEach(step -> line("undo of \"%s\": %s".formatted(step.action(), words(step))));
    plan.kept().forEach(kept -> line("stays: " + kept));
    if (plan.steps().stream().noneMatch(Step::canBeUndone)) {
      line("nothing is left that can be taken back");
      return plan.kept().isEmpty() ? ExitCode.DESIRED_STATE.code() : ExitCode.REFUSED.code();
    }
    if (!plan.conflicts().isEmpty()) {
      ProblemText.print(
          console.err(),
          List.of(
              new Problem(
                  Severity.REFUSED,
                  "undo/touched-since",
                  Optional.empty(),
                  "later runs touched the same: " + String.join("; ", plan.conflicts()),
                  Optional.of("take those back first, newest first"))));
      return ExitCode.REFUSED.code();
    }
    if (!confirmed("take this back on " + host.name())) {
      return notConfirmed();
    }
    return code(HostOptions.value(console, host, care.undo(host, found.get(), plan.steps())));
  }

  private static String words(Step step) {
    return String.join(", ", step.undo());
  }

  private boolean confirmed(String what) {
    if (yes) {
      return true;
    }
    return Optional.ofNullable(System.console())
        .filter(java.io.Console::isTerminal)
        .map(terminal -> terminal.readLine("%s? [y/N] ", what))
        .filter(answer -> answer.strip().toLowerCase(Locale.ROOT).matches("y|yes"))
        .isPresent();
  }

  private int notConfirmed() {
    line("nothing was done: say yes, or --yes where nobody can be asked");
    return ExitCode.REFUSED.code();
  }

  private int code(Optional<?> done) {
    done.ifPresent(value -> line("done"));
    return (done.isPresent() ? ExitCode.DESIRED_STATE : ExitCode.HOST_FAILED).code();
  }

  private void line(String text) {
    console.out().println(Printable.line(text));
  }

  private int wrong(Problem problem) {
    ProblemText.print(console.err(), List.of(problem));
    return ExitCode.INPUT_WRONG.code();
  }
}
