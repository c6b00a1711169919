package io.gpurig.cli;

import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.ExitCode;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The root command. */
@Command(
    name = "gpurig",
    description =
        "Brings GPU hosts, and the containers on them, to the state that a plan describes.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Examples:",
      "  gpurig demo                                     try it on simulated hosts",
      "  gpurig plan gpu-nodes.yaml -i inventory.yaml    see what would change",
      "  gpurig apply gpu-nodes.yaml -i inventory.yaml   change it, and prove it",
      "",
      "Exit codes: 0 in the desired state, 1 a host failed, 2 the input is wrong,",
      "            3 changes are pending, 4 refused for safety."
    })
final class Gpurig implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private Gpurig() {}

  /** Runs a command and returns its exit code. */
  static int run(Console console, String... args) {
    int code = commandLine(console).execute(args);
    console.out().flush();
    console.err().flush();
    return code;
  }

  static CommandLine commandLine(Console console) {
    CommandLine root =
        new CommandLine(new Gpurig())
            .addSubcommand(new ValidateCommand(console))
            .addSubcommand(new InventoryCommand(console))
            .addSubcommand(new FactsCommand(console))
            .addSubcommand(new DoctorCommand(console))
            .addSubcommand(new PlanCommand(console))
            .addSubcommand(new ApplyCommand(console))
            .addSubcommand(ReportCommand.commandLine(console))
            .addSubcommand(new HistoryCommand(console))
            .addSubcommand(new UndoCommand(console))
            .addSubcommand(new UnlockCommand(console))
            .addSubcommand(CdiCommand.commandLine(console))
            .addSubcommand(LabCommand.commandLine(console))
            .addSubcommand(new DemoCommand(console))
            .addSubcommand(new CompletionCommand(console))
            .addSubcommand(new ManCommand(console))
            .setUsageHelpWidth(OutputOptions.width(console))
            .setOut(console.out())
            .setErr(console.err())
            .setCaseInsensitiveEnumValuesAllowed(true)
            // else picocli would put the lines of the file in the place of --limit @FILE
            .setExpandAtFiles(false)
            .setExecutionExceptionHandler((e, line, result) -> bug(console, e));
    inheritExamples(root);
    return root;
  }

  /** A command without examples of its own shows those of the command that it is part of. */
  private static void inheritExamples(CommandLine parent) {
    for (CommandLine command : parent.getSubcommands().values()) {
      if (command.getCommandSpec().usageMessage().footer().length == 0) {
        command
            .getCommandSpec()
            .usageMessage()
            .footer(parent.getCommandSpec().usageMessage().footer());
      }
      inheritExamples(command);
    }
  }

  /** Users see one line of what is our mistake, and the whole of it when they ask. */
  private static int bug(Console console, Exception e) {
    Problem problem =
        Problem.error("internal", "this is a bug in gpurig: " + e)
            .suggest("run again with GPURIG_DEBUG=1 and report what it prints");
    ProblemText.print(console.err(), List.of(problem));
    if (console.environment().containsKey("GPURIG_DEBUG")) {
      e.printStackTrace(console.err());
    }
    return ExitCode.HOST_FAILED.code();
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
