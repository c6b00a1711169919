package io.gpurig.cli;

import io.gpurig.engine.report.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the manual. */
@Command(
    name = "man",
    description = "Prints the manual page, in the language of man(1).",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  gpurig man | man -l -                                  read it",
      "  gpurig man > /usr/local/share/man/man1/gpurig.1        install it"
    })
final class ManCommand implements Callable<Integer> {
  private final Console console;

  @Spec private CommandSpec spec = CommandSpec.create();

  ManCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    console.out().print(ManPage.of(spec.root().commandLine(), Version.number()));
    return ExitCode.DESIRED_STATE.code();
  }
}
