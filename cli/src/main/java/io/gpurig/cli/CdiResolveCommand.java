package io.gpurig.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.report.AsciiJson;
import io.gpurig.engine.report.ExitCode;
import io.gpurig.modules.cdi.CdiCache;
import io.gpurig.modules.cdi.CdiDirectory;
import io.gpurig.modules.cdi.HostNodes;
import io.gpurig.modules.cdi.gpus.DockerFactsReader;
import io.gpurig.modules.cdi.gpus.DockerGpus;
import io.gpurig.modules.cdi.gpus.DockerVersion;
import io.gpurig.modules.cdi.gpus.GpuPath;
import io.gpurig.modules.cdi.gpus.GpuRequests;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says what {@code docker run --gpus} would do. */
@Command(
    name = "resolve",
    description = {
      "Says what `docker run --gpus VALUE` would do on a host, and why.",
      "By CDI, by NVIDIA's runtime hook or AMD's runtime: that depends on the version of Docker,"
          + " on the binaries on its PATH and on the spec files."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  gpurig cdi resolve --gpus all",
      "  gpurig cdi resolve --gpus '\"device=0,1\"' --facts facts/gpu-01.json",
      "  gpurig cdi resolve --gpus 2 --format json",
      "",
      "Exit codes: 0 the container would start, 2 the request fails."
    })
final class CdiResolveCommand implements Callable<Integer> {
  private final Console console;

  @Option(
      names = "--gpus",
      required = true,
      paramLabel = "VALUE",
      description = "As docker takes it: all, 2, device=0, '\"device=0,1\",capabilities=utility'.")
  private String gpus = "";

  @Mixin private CdiInput input = new CdiInput();
  @Mixin private CdiCommand.Shown shown = new CdiCommand.Shown();

  CdiResolveCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Problems problems = new Problems();
    Optional<Facts> facts =
        input.isRecorded() ? input.recorded(problems) : input.local(console, problems);
    Optional<DockerGpus> docker = facts.flatMap(f -> docker(f, problems));
    ProblemText.print(console.err(), problems.sorted());
    if (docker.isEmpty() || problems.block()) {
      return ExitCode.INPUT_WRONG.code();
    }
    GpuPath path = GpuRequests.resolve(gpus, docker.get());
    if (shown.isJson()) {
      ObjectNode node = JsonNodeFactory.instance.objectNode().put("path", path.kind().word());
      path.devices().forEach(node.putArray("devices")::add);
      node.put("error", path.error().orElse(null));
      console.out().print(AsciiJson.render(node));
    } else {
      print(path);
    }
    boolean failed = path.kind() == GpuPath.Kind.ERROR;
    return (failed ? ExitCode.INPUT_WRONG : ExitCode.DESIRED_STATE).code();
  }

  private void print(GpuPath path) {
    String devices = path.devices().isEmpty() ? "no devices" : String.join(" ", path.devices());
    line(path.kind().word() + ": " + path.error().orElse(devices).replace("\n", "; "));
    path.reasons().forEach(reason -> line("  " + reason.replace("\n", "; ")));
  }

  private void line(String text) {
    console.out().println(Printable.line(text));
  }

  private Optional<DockerGpus> docker(Facts facts, Problems problems) {
    DockerFactsReader reader = new DockerFactsReader(facts);
    Optional<DockerVersion> version = reader.version();
    if (version.isEmpty()) {
      String why = reader.error().map(error -> ": " + error).orElse("");
      problems.add(
          Problem.error(
                  "cdi/no-docker",
                  "the version of Docker on %s is not known%s".formatted(facts.host(), why))
              .suggest("record facts where Docker runs, or run this there"));
      return Optional.empty();
    }
    List<CdiDirectory> directories =
        input.isRecorded()
            ? input.directories(Optional.of(facts), List.of())
            : input.directories(reader, List.of());
    List<CdiDirectory> known =
        directories.stream().map(d -> d.knownTo(version.get().newestSpec())).toList();
    // of a recorded host no device files are known; they are taken to be there
    HostNodes nodes =
        input.isRecorded()
            ? path -> Optional.of(new HostNodes.HostNode("c", 1, 1, 0))
            : CdiInput::lstat;
    return Optional.of(
        new DockerGpus(
            version.get(),
            reader.hasCdiHook(),
            reader.hasRuntimeHook(),
            reader.hasAmdRuntime(),
            reader.cdi(version.get()),
            CdiCache.of(known),
            nodes));
  }
}
