package io.gpurig.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.report.AsciiJson;
import io.gpurig.engine.report.ExitCode;
import io.gpurig.modules.cdi.CdiFile;
import io.gpurig.modules.cdi.SpecDiff;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Compares two specs. */
@Command(
    name = "diff",
    description = "Compares two specs by meaning: order and notation do not count.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  gpurig cdi diff /etc/cdi/nvidia.yaml /var/run/cdi/nvidia.yaml",
      "",
      "Exit codes: 0 they mean the same, 3 they do not, 2 one is no valid spec."
    })
final class CdiDiffCommand implements Callable<Integer> {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Console console;

  @Parameters(index = "0", paramLabel = "OLD", description = "A spec file.")
  private Path before = Path.of("");

  @Parameters(index = "1", paramLabel = "NEW", description = "Another.")
  private Path after = Path.of("");

  @Mixin private CdiCommand.Shown shown = new CdiCommand.Shown();

  CdiDiffCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    CdiFile old = CdiInput.file(before);
    CdiFile now = CdiInput.file(after);
    ProblemText.print(console.err(), old.problems());
    ProblemText.print(console.err(), now.problems());
    if (!old.isValid() || !now.isValid()) {
      return ExitCode.INPUT_WRONG.code();
    }
    List<SpecDiff.Difference> differences =
        SpecDiff.between(old.spec().orElseThrow(), now.spec().orElseThrow());
    if (shown.isJson()) {
      ArrayNode array = JSON.arrayNode();
      for (SpecDiff.Difference difference : differences) {
        ObjectNode node = array.addObject().put("field", difference.field());
        node.set("old", difference.before().orElse(JSON.nullNode()));
        node.set("new", difference.after().orElse(JSON.nullNode()));
      }
      console.out().print(AsciiJson.render(array));
    } else {
      differences.forEach(this::print);
    }
    return (differences.isEmpty() ? ExitCode.DESIRED_STATE : ExitCode.CHANGES_PENDING).code();
  }

  private void print(SpecDiff.Difference difference) {
    difference.before().ifPresent(v -> line("- " + difference.field() + ": " + v));
    difference.after().ifPresent(v -> line("+ " + difference.field() + ": " + v));
  }

  private void line(String text) {
    console.out().println(Printable.line(text));
  }
}
