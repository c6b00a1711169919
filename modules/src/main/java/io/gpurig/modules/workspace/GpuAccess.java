package io.gpurig.modules.workspace;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.module.Finding;
import io.gpurig.modules.cdi.CdiCache;
import io.gpurig.modules.cdi.CdiFacts;
import io.gpurig.modules.cdi.gpus.DockerFactsReader;
import io.gpurig.modules.cdi.gpus.DockerGpus;
import io.gpurig.modules.cdi.gpus.DockerVersion;
import io.gpurig.modules.workspace.GpuSelection.Given;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The ways in which a host's Docker gives GPUs to a container: {@code runtime}, the nvidia runtime
 * that goes by a variable; {@code cdi}, a device request by CDI names; {@code legacy}, the request
 * of {@code docker run --gpus}, which the prestart hook serves.
 */
final class GpuAccess {
  static final List<Read> READS = reads();

  /** What of {@code GET /info} decides. */
  private static final List<String> DECIDING = List.of("ServerVersion", "CDISpecDirs");

  private static final String KIND = "nvidia.com/gpu=";

  /** Docker 29.2 and later try CDI first unless the driver is named (moby #50228). */
  private static final String HOOK_DRIVER = "nvidia.runtime-hook";

  private static final Set<String> HOOK_DRIVERS = Set.of("", "nvidia", HOOK_DRIVER);

  private final Workspace workspace;
  private final List<Given> given;
  private final Set<String> runtimes;
  private final DockerFactsReader docker;
  private final Optional<DockerVersion> version;
  private final CdiCache specs;
  private final Optional<JsonNode> container;

  private GpuAccess(Workspace workspace, List<Given> given, Facts facts) {
    this.workspace = workspace;
    this.given = given;
    this.runtimes = facts.dockerState().runtimes();
    this.docker = new DockerFactsReader(facts);
    this.version = docker.version();
    this.specs = CdiCache.of(CdiFacts.directories(facts, docker.directories()));
    this.container = facts.dockerState().container(workspace.name());
  }

  /** What the reader looks at without saying so, a saved plan rests on. */
  private static void note(Facts facts) {
    for (Read read : READS) {
      switch (read) {
        case Read.File(String path) -> facts.file(path);
        case Read.Folder(String path) -> facts.folder(path);
        case Read.Command command -> facts.command(command.argv().toArray(String[]::new));
        case Read.Docker() -> facts.dockerState().info().ifPresent(i -> DECIDING.forEach(i::path));
        default -> {} // none of its reads
      }
    }
  }

  private static List<Read> reads() {
    List<Read> reads = new ArrayList<>(DockerFactsReader.reads());
    reads.add(new Read.Folder("/etc/cdi"));
    reads.add(new Read.Folder("/var/run/cdi"));
    return List.copyOf(reads);
  }

  /** Either what to attach, or why that cannot be. */
  record Answer(Optional<Attachment> attachment, Optional<Finding> finding) {}

  /** Returns how a workspace gets GPUs. */
  static Answer of(Workspace workspace, List<Given> given, Facts facts) {
    note(facts);
    return new GpuAccess(workspace, given, facts).answer();
  }

  private Answer answer() {
    List<String> modes =
        workspace.gpuMode().equals("auto") ? preferred() : List.of(workspace.gpuMode());
    List<String> obstacles = new ArrayList<>();
    for (String mode : modes) {
      Optional<String> obstacle = obstacle(mode);
      if (obstacle.isEmpty()) {
        return new Answer(Optional.of(attachment(mode)), Optional.empty());
      }
      obstacles.add(mode + ": " + obstacle.get());
    }
    return new Answer(
        Optional.empty(),
        Optional.of(
            Finding.error(
                "workspaces/no-gpu-access",
                workspace.pointer(workspace.gpuMode().equals("auto") ? "gpus" : "gpuMode"),
                "this host's Docker cannot give GPUs to containers: "
                    + String.join("; ", obstacles),
                "let the plan set up the toolkit and the runtime or cdi section too")));
  }

  /** What a container has is kept while it works: nothing is recreated for a matter of taste. */
  private List<String> preferred() {
    List<String> modes = new ArrayList<>();
    boolean own = workspace.runtime().filter(r -> !isNvidia(r)).isPresent();
    boolean sandboxed = workspace.runtime().filter(r -> r.contains("runsc")).isPresent();
    container.flatMap(GpuAccess::mode).ifPresent(modes::add);
    modes.addAll(
        own
            ? sandboxed ? List.of("legacy", "cdi") : List.of("cdi", "legacy")
            : List.of("runtime", "cdi", "legacy"));
    if (own) {
      modes.remove("runtime");
    }
    return modes.stream().distinct().toList();
  }

  private static Optional<String> mode(JsonNode container) {
    JsonNode host = container.path("HostConfig");
    JsonNode request = host.path("DeviceRequests").path(0);
    if (!request.isMissingNode()) {
      return Optional.of(request.path("Driver").asText().equals("cdi") ? "cdi" : "legacy");
    }
    return Optional.of("runtime").filter(mode -> isNvidia(host.path("Runtime").asText()));
  }

  private static boolean isNvidia(String runtime) {
    return runtime.startsWith("nvidia");
  }

  private Optional<String> obstacle(String mode) {
    return switch (mode) {
      case "runtime" -> {
        if (workspace.runtime().filter(r -> !isNvidia(r)).isPresent()) {
          yield Optional.of("the workspace has another runtime");
        }
        String runtime = workspace.runtime().orElse("nvidia");
        yield runtimes.contains(runtime)
            ? Optional.empty()
            : Optional.of("Docker lists no runtime " + runtime);
      }
      case "cdi" -> {
        if (version.map(v -> docker.cdi(v) != DockerGpus.Cdi.ON).orElse(true)) {
          yield Optional.of("CDI is off");
        }
        yield given.stream()
            .filter(one -> cdiName(one).isEmpty())
            .findFirst()
            .map(one -> "no CDI spec defines " + KIND + one.name());
      }
      default ->
          version.filter(DockerVersion::knowsDeviceRequests).isEmpty()
              ? Optional.of("Docker is older than 19.03")
              : docker.hasRuntimeHook()
                  ? Optional.empty()
                  : Optional.of("nvidia-container-runtime-hook is not on the PATH");
    };
  }

  private Attachment attachment(String mode) {
    return switch (mode) {
      case "runtime" -> Attachment.visible(workspace.runtime().orElse("nvidia"), names());
      case "cdi" ->
          Attachment.request(
              "cdi",
              given.stream().flatMap(one -> cdiName(one).stream()).toList(),
              List.of(),
              workspace.runtime());
      default -> {
        String driver = hookDriver();
        yield given.stream().anyMatch(one -> one.name().equals("all"))
            ? Attachment.allByHook(driver, workspace.runtime())
            : Attachment.request(
                driver,
                names(),
                driver.equals(HOOK_DRIVER) ? List.of() : List.of("gpu"),
                workspace.runtime());
      }
    };
  }

  private List<String> names() {
    return given.stream().map(Given::name).toList();
  }

  /** A container of an engine that was older when it was made keeps its request. */
  private String hookDriver() {
    return container
        .map(c -> c.path("HostConfig").path("DeviceRequests").path(0).path("Driver"))
        .filter(driver -> !driver.isMissingNode() && HOOK_DRIVERS.contains(driver.asText()))
        .map(JsonNode::asText)
        .orElseGet(
            () -> version.filter(DockerVersion::triesCdiForNvidia).isPresent() ? HOOK_DRIVER : "");
  }

  /** Returns the CDI name of a GPU: by UUID where a spec has that, else by index. */
  private Optional<String> cdiName(Given one) {
    return java.util.stream.Stream.of(Optional.of(one.name()), one.index().map(String::valueOf))
        .flatMap(Optional::stream)
        .map(name -> KIND + name)
        .filter(name -> specs.device(name).isPresent())
        .findFirst();
  }
}
