package io.gpurig.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Source;
import io.gpurig.engine.report.AsciiJson;
import io.gpurig.engine.report.ExitCode;
import io.gpurig.modules.cdi.CdiFile;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Checks spec files. */
@Command(
    name = "validate",
    description = "Checks spec files: the verdict is that of the CDI library v1.1.0.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  gpurig cdi validate /etc/cdi/nvidia.yaml",
      "  gpurig cdi validate /etc/cdi/*.yaml --format json",
      "",
      "Exit codes: 0 all files are good, 2 one is not."
    })
final class CdiValidateCommand implements Callable<Integer> {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Console console;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Spec files, YAML or JSON.")
  private List<Path> files = List.of();

  @Mixin private CdiCommand.Shown shown = new CdiCommand.Shown();

  CdiValidateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    List<CdiFile> read = files.stream().map(CdiInput::file).toList();
    if (shown.isJson()) {
      ArrayNode array = JSON.arrayNode();
      read.forEach(file -> array.add(json(file)));
      console.out().print(AsciiJson.render(array));
    } else {
      for (CdiFile file : read) {
        ProblemText.print(console.err(), file.problems());
        if (file.isValid()) {
          console.out().println(Printable.line(file.path() + ": good"));
        }
      }
    }
    boolean good = read.stream().allMatch(CdiFile::isValid);
    return (good ? ExitCode.DESIRED_STATE : ExitCode.INPUT_WRONG).code();
  }

  private static ObjectNode json(CdiFile file) {
    ObjectNode node = JSON.objectNode().put("file", file.path()).put("valid", file.isValid());
    ArrayNode errors = node.putArray("errors");
    for (Problem problem : file.problems()) {
      String place = problem.source().map(Source::position).map(p -> p + ": ").orElse("");
      errors.add(place + problem.message());
    }
    return node;
  }
}
