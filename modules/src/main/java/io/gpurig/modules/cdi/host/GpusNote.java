package io.gpurig.modules.cdi.host;

import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.module.Finding;
import io.gpurig.engine.problem.Severity;
import io.gpurig.modules.cdi.CdiCache;
import io.gpurig.modules.cdi.CdiDirectory;
import io.gpurig.modules.cdi.CdiFacts;
import io.gpurig.modules.cdi.HostNodes;
import io.gpurig.modules.cdi.gpus.DockerFactsReader;
import io.gpurig.modules.cdi.gpus.DockerGpus;
import io.gpurig.modules.cdi.gpus.DockerVersion;
import io.gpurig.modules.cdi.gpus.GpuPath;
import io.gpurig.modules.cdi.gpus.GpuRequests;
import io.gpurig.modules.host.NvidiaCtk;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What {@code docker run --gpus} does on a host, before anybody runs it. */
final class GpusNote {
  /** All GPUs, and the first: of a host with divided GPUs they go different ways. */
  private static final List<String> VALUES = List.of("all", "1");

  private static final String INSTEAD =
      "ask for what the specs define, as in --device nvidia.com/gpu=all";

  private GpusNote() {}

  static List<Finding> of(Facts facts) {
    DockerFactsReader reader = new DockerFactsReader(facts);
    Optional<DockerVersion> version = reader.version();
    if (version.isEmpty()) {
      return List.of();
    }
    List<CdiDirectory> directories =
        CdiFacts.directories(facts, reader.directories()).stream()
            .map(directory -> directory.knownTo(version.get().newestSpec()))
            .toList();
    // of the host's device files nothing is read; they are taken to be there
    HostNodes nodes = path -> Optional.of(new HostNodes.HostNode("c", 1, 1, 0));
    DockerGpus docker =
        new DockerGpus(
            version.get(),
            reader.hasCdiHook(),
            reader.hasRuntimeHook(),
            reader.hasAmdRuntime(),
            reader.cdi(version.get()),
            CdiCache.of(directories),
            nodes);
    List<Finding> findings = new ArrayList<>();
    List<GpuPath.Kind> seen = new ArrayList<>();
    for (String value : VALUES) {
      GpuPath path = GpuRequests.resolve(value, docker);
      if (!seen.contains(path.kind())) {
        seen.add(path.kind());
        findings.add(finding(value, path, docker, newer(facts)));
      }
    }
    return findings;
  }

  /** Where the flag fails, Docker may take the devices by their CDI names all the same. */
  private static Optional<String> instead(GpuPath path, DockerGpus docker) {
    boolean defined =
        docker.cdi() == DockerGpus.Cdi.ON
            && docker.specs().device("nvidia.com/gpu=all").isPresent();
    return path.kind() == GpuPath.Kind.ERROR && defined ? Optional.of(INSTEAD) : Optional.empty();
  }

  private static String newer(Facts facts) {
    List<String> names = NvidiaCtk.newerHooks(facts);
    return names.isEmpty()
        ? ""
        : "; Docker looks for %s when it starts: if it has not found them, after a restart"
            .formatted(String.join(" and ", names));
  }

  private static Finding finding(String value, GpuPath path, DockerGpus docker, String newer) {
    String reasons = String.join("; ", path.reasons()).replace("\n", "; ");
    String what =
        switch (path.kind()) {
          case CDI -> "goes by CDI to " + String.join(", ", path.devices());
          case RUNTIME_HOOK -> "goes by NVIDIA's runtime hook";
          case AMD -> "goes by AMD's runtime";
          case ERROR -> "fails: " + path.error().orElse("").replace("\n", "; ");
        };
    String message = "docker run --gpus %s %s, because %s%s".formatted(value, what, reasons, newer);
    boolean fallsBack =
        path.kind() == GpuPath.Kind.RUNTIME_HOOK
            && docker.version().triesCdiForNvidia()
            && docker.cdiHook();
    return fallsBack
        ? Finding.warning("cdi/falls-back", "/cdi", message, INSTEAD + ", which never falls back")
        : new Finding(Severity.NOTE, "cdi/gpus", "/cdi", message, instead(path, docker));
  }
}
