package io.gpurig.modules.cdi.gpus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.engine.fact.Read;
import io.gpurig.modules.cdi.CdiDirectory;
import io.gpurig.modules.cdi.gpus.DockerGpus.Cdi;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells from a host's facts how its Docker answers requests for GPUs. */
public final class DockerFactsReader {
  /** Where dockerd reads its settings, unless it is told otherwise. */
  private static final String DAEMON_JSON = "/etc/docker/daemon.json";

  private static final String CDI_HOOK = "nvidia-cdi-hook";
  private static final String RUNTIME_HOOK = "nvidia-container-runtime-hook";
  private static final String AMD_RUNTIME = "amd-container-runtime";

  /** The PATH that systemd gives dockerd. */
  private static final List<String> PATH =
      List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern LOOK = Pattern.compile("(?s).*\\b(command -v|which|type)\\b.*");

  private final Facts facts;
  private final Optional<JsonNode> info;

  /** Reads what a host's facts tell of its Docker. */
  public DockerFactsReader(Facts facts) {
    this.facts = facts;
    this.info = facts.docker().flatMap(docker -> docker.info());
  }

  /** Returns what has to be read of a host. */
  public static List<Read> reads() {
    List<Read> reads = new ArrayList<>(List.of(new Read.Docker(), new Read.File(DAEMON_JSON)));
    for (String binary : List.of(CDI_HOOK, RUNTIME_HOOK, AMD_RUNTIME)) {
      reads.add(Read.Command.of("command", "-v", binary));
    }
    return List.copyOf(reads);
  }

  /** Returns the daemon's version, as it tells it, else as its command line does. */
  public Optional<DockerVersion> version() {
    return info.map(node -> node.path("ServerVersion").asText())
        .flatMap(DockerVersion::of)
        .or(
            () ->
                facts.commands().entrySet().stream()
                    .filter(e -> e.getKey().matches("(?s)dockerd? .*version.*"))
                    .flatMap(e -> number(e.getValue().stdout()).stream())
                    .findFirst());
  }

  private static Optional<DockerVersion> number(String output) {
    Matcher matcher =
        Pattern.compile("(?s).*?([0-9]{2}\\.[0-9]+\\.[0-9]+[-.+~\\w]*).*").matcher(output);
    return matcher.matches() ? DockerVersion.of(matcher.group(1)) : Optional.empty();
  }

  /** Returns whether {@code nvidia-cdi-hook} is on the PATH. */
  public boolean hasCdiHook() {
    return isOnPath(CDI_HOOK);
  }

  /** Returns whether {@code nvidia-container-runtime-hook} is on the PATH. */
  public boolean hasRuntimeHook() {
    return isOnPath(RUNTIME_HOOK);
  }

  /** Returns whether {@code amd-container-runtime} is on the PATH. */
  public boolean hasAmdRuntime() {
    return isOnPath(AMD_RUNTIME);
  }

  private boolean isOnPath(String binary) {
    boolean told =
        facts.commands().entrySet().stream()
            .anyMatch(e -> e.getValue().succeeded() && asksFor(e.getKey(), binary));
    return told
        || PATH.stream()
            .anyMatch(
                folder ->
                    facts
                        .files()
                        .getOrDefault(folder + "/" + binary, Optional.empty())
                        .isPresent());
  }

  private static boolean asksFor(String line, String binary) {
    String[] words = line.replaceAll("['\"]", " ").strip().split("\\s+");
    boolean look = LOOK.matcher(line).matches();
    String word = look ? words[words.length - 1] : words[0];
    return word.substring(word.lastIndexOf('/') + 1).equals(binary);
  }

  /** Returns whether the daemon has CDI on. */
  public Cdi cdi(DockerVersion version) {
    if (!version.knowsCdi()) {
      return Cdi.OFF;
    }
    Optional<JsonNode> settings = settings();
    Optional<JsonNode> feature =
        settings.map(node -> node.path("features").path("cdi")).filter(JsonNode::isBoolean);
    Optional<Cdi> configured =
        feature.map(node -> node.asBoolean() ? onOrNowhere(settings) : Cdi.OFF);
    Optional<JsonNode> directories = infoDirectories();
    if (directories.isPresent() && !directories.get().isEmpty()) {
      return Cdi.ON;
    }
    if (directories.isPresent()) {
      // it says none: CDI is off, unless the settings tell that it is on with nowhere to look
      boolean on = feature.map(JsonNode::asBoolean).orElse(version.cdiByDefault());
      boolean nowhere = on && onOrNowhere(settings) == Cdi.NO_DIRECTORIES;
      return nowhere ? Cdi.NO_DIRECTORIES : Cdi.OFF;
    }
    return configured.orElseGet(() -> version.cdiByDefault() ? onOrNowhere(settings) : Cdi.OFF);
  }

  private static Cdi onOrNowhere(Optional<JsonNode> settings) {
    JsonNode list = settings.map(node -> node.path("cdi-spec-dirs")).orElse(JSON.createArrayNode());
    boolean nowhere = list.isEmpty() || (list.size() == 1 && list.get(0).asText().isEmpty());
    boolean given = settings.filter(node -> node.has("cdi-spec-dirs")).isPresent();
    return given && nowhere ? Cdi.NO_DIRECTORIES : Cdi.ON;
  }

  /** Returns the directories that the daemon reads specs from, the one of least priority first. */
  public List<String> directories() {
    Optional<JsonNode> told =
        infoDirectories()
            .filter(list -> !list.isEmpty())
            .or(() -> settings().map(s -> s.path("cdi-spec-dirs")).filter(list -> !list.isEmpty()));
    List<String> paths = new ArrayList<>();
    told.ifPresent(list -> list.forEach(path -> paths.add(path.asText())));
    return paths.isEmpty() ? CdiDirectory.DEFAULTS : List.copyOf(paths);
  }

  private Optional<JsonNode> infoDirectories() {
    return info.map(node -> node.path("CDISpecDirs")).filter(JsonNode::isArray);
  }

  private Optional<JsonNode> settings() {
    return facts
        .files()
        .getOrDefault(DAEMON_JSON, Optional.empty())
        .map(FileFact::content)
        .flatMap(DockerFactsReader::json);
  }

  private static Optional<JsonNode> json(String text) {
    try {
      return Optional.of(JSON.readTree(text)).filter(JsonNode::isObject);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** Returns why Docker did not answer, if it did not. */
  public Optional<String> error() {
    return facts.docker().flatMap(docker -> docker.error());
  }
}
