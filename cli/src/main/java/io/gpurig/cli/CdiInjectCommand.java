package io.gpurig.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.report.AsciiJson;
import io.gpurig.engine.report.ExitCode;
import io.gpurig.engine.yaml.InputFile;
import io.gpurig.modules.cdi.CdiCache;
import io.gpurig.modules.cdi.HostNodes;
import io.gpurig.modules.cdi.Injection;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a container gets with a device. */
@Command(
    name = "inject",
    description = {
      "Shows what CDI devices change in the OCI runtime spec of a container.",
      "As a unified diff; with --format json the whole resulting spec."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  gpurig cdi inject nvidia.com/gpu=0",
      "  gpurig cdi inject nvidia.com/gpu=all --oci config.json --format json",
      "  gpurig cdi inject nvidia.com/gpu=0 --facts facts/gpu-01.json",
      "",
      "Exit codes: 0 the devices can be injected, 2 they cannot."
    })
final class CdiInjectCommand implements Callable<Integer> {
  private static final int CONTEXT = 3;

  private final Console console;

  @Parameters(
      arity = "1..*",
      paramLabel = "DEVICE",
      description = "Qualified names, such as nvidia.com/gpu=0; in the order of injection.")
  private List<String> devices = List.of();

  @Option(
      names = "--oci",
      paramLabel = "FILE",
      description = "An OCI runtime spec, config.json of a bundle (default: an empty one).")
  private @Nullable Path oci;

  @Mixin private CdiInput input = new CdiInput();
  @Mixin private CdiCommand.Shown shown = new CdiCommand.Shown();

  CdiInjectCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Problems problems = new Problems();
    Optional<Facts> facts = input.recorded(problems);
    Optional<ObjectNode> spec = spec(problems);
    if (problems.block() || spec.isEmpty()) {
      ProblemText.print(console.err(), problems.sorted());
      return ExitCode.INPUT_WRONG.code();
    }
    CdiCache cache = CdiCache.of(input.directories(facts, List.of()));
    cache
        .errors()
        .values()
        .forEach(errors -> errors.forEach(e -> problems.add(Problem.warning("cdi/spec", e))));
    HostNodes nodes = input.isRecorded() ? HostNodes.NONE : CdiInput::lstat;
    Injection injection = Injection.into(spec.get(), cache, devices, nodes);
    injection.error().ifPresent(error -> problems.add(Problem.error("cdi/inject", error)));
    ProblemText.print(console.err(), problems.sorted());
    if (injection.error().isPresent()) {
      return ExitCode.INPUT_WRONG.code();
    }
    if (shown.isJson()) {
      console.out().print(AsciiJson.render(injection.spec()));
    } else {
      diff(spec.get(), injection.spec());
    }
    return ExitCode.DESIRED_STATE.code();
  }

  private void diff(JsonNode before, JsonNode after) {
    String name = oci == null ? "config.json" : oci.toString();
    List<String> old = before.toPrettyString().lines().toList();
    List<String> now = after.toPrettyString().lines().toList();
    UnifiedDiffUtils.generateUnifiedDiff(
            name,
            name + " with " + String.join(", ", devices),
            old,
            DiffUtils.diff(old, now),
            CONTEXT)
        .forEach(line -> console.out().println(Printable.line(line)));
  }

  private Optional<ObjectNode> spec(Problems problems) {
    if (oci == null) {
      return Optional.of(JsonNodeFactory.instance.objectNode().put("ociVersion", ""));
    }
    String name = oci.toString();
    Optional<String> text = InputFile.read(oci, name, problems);
    try {
      if (text.isPresent() && new ObjectMapper().readTree(text.get()) instanceof ObjectNode node) {
        return Optional.of(node);
      }
      text.ifPresent(
          t ->
              problems.add(
                  Problem.error("cdi/oci", "`" + name + "` is no OCI spec: expected {…}")));
    } catch (JsonProcessingException e) {
      problems.add(
          Problem.error("cdi/oci", "`" + name + "` is not JSON: " + e.getOriginalMessage()));
    }
    return Optional.empty();
  }
}
