package io.gpurig.cli;

import io.gpurig.engine.report.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Container Device Interface. */
@Command(
    name = "cdi",
    description = {
      "Checks, lists and tries out CDI specs, as the engines read them.",
      "Container Device Interface: the files in /etc/cdi and /var/run/cdi that say what a container"
          + " gets with a GPU. docs/cdi.md says more."
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(validate | list | resolve | inject | diff)",
    footer = {
      "",
      "Examples:",
      "  gpurig cdi validate /etc/cdi/*.yaml",
      "  gpurig cdi resolve --gpus all",
      "  gpurig cdi inject nvidia.com/gpu=0"
    })
final class CdiCommand implements Callable<Integer> {
  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  private CdiCommand() {}

  static CommandLine commandLine(Console console) {
    return new CommandLine(new CdiCommand())
        .addSubcommand(new CdiValidateCommand(console))
        .addSubcommand(new CdiListCommand(console))
        .addSubcommand(new CdiResolveCommand(console))
        .addSubcommand(new CdiInjectCommand(console))
        .addSubcommand(new CdiDiffCommand(console));
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.INPUT_WRONG.code();
  }

  /** The forms of an answer. */
  enum Form {
    TEXT,
    JSON
  }

  /** How an answer is shown. */
  static final class Shown {
    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        defaultValue = "text",
        description = "text or json (default: ${DEFAULT-VALUE}).")
    private Form form = Form.TEXT;

    Shown() {}

    boolean isJson() {
      return form == Form.JSON;
    }
  }
}
