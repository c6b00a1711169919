package io.gpurig.cli;

import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.ExitCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
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
  private static final Map<String, Function<Console, CommandLine>> COMMANDS = commands();

  /** The commands that tell of all others. */
  private static final Set<String> TELL_OF_ALL = Set.of("completion", "man");

  @Spec private CommandSpec spec = CommandSpec.create();

  private Gpurig() {}

  private static Map<String, Function<Console, CommandLine>> commands() {
    Map<String, Function<Console, CommandLine>> commands = new LinkedHashMap<>();
    commands.put("validate", console -> new CommandLine(new ValidateCommand(console)));
    commands.put("inventory", console -> new CommandLine(new InventoryCommand(console)));
    commands.put("facts", console -> new CommandLine(new FactsCommand(console)));
    commands.put("doctor", console -> new CommandLine(new DoctorCommand(console)));
    commands.put("plan", console -> new CommandLine(new PlanCommand(console)));
    commands.put("apply", console -> new CommandLine(new ApplyCommand(console)));
    commands.put("report", ReportCommand::commandLine);
    commands.put("history", console -> new CommandLine(new HistoryCommand(console)));
    commands.put("undo", console -> new CommandLine(new UndoCommand(console)));
    commands.put("unlock", console -> new CommandLine(new UnlockCommand(console)));
    commands.put("cdi", CdiCommand::commandLine);
    commands.put("lab", LabCommand::commandLine);
    commands.put("demo", console -> new CommandLine(new DemoCommand(console)));
    commands.put("completion", console -> new CommandLine(new CompletionCommand(console)));
    commands.put("man", console -> new CommandLine(new ManCommand(console)));
    return commands;
  }

  /**
   * Runs a command and returns its exit code. Describing all commands costs more time than most of
   * them take to start, so the others are left out where the first word names one.
   */
  static int run(Console console, String... args) {
    boolean one =
        args.length > 0 && COMMANDS.containsKey(args[0]) && !TELL_OF_ALL.contains(args[0]);
    CommandLine root = one ? commandLine(console, Set.of(args[0])) : commandLine(console);
    int code = root.execute(args);
    console.out().flush();
    console.err().flush();
    return code;
  }

  static CommandLine commandLine(Console console) {
    return commandLine(console, COMMANDS.keySet());
  }

  private static CommandLine commandLine(Console console, Set<String> names) {
    CommandLine root = new CommandLine(new Gpurig());
    COMMANDS.forEach(
        (name, command) -> {
          if (names.contains(name)) {
            root.addSubcommand(name, command.apply(console));
          }
        });
    root.setUsageHelpWidth(OutputOptions.width(console))
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
