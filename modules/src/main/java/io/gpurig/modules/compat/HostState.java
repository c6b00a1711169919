package io.gpurig.modules.compat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.gpurig.engine.fact.CommandFact;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.engine.fact.Read;
import io.gpurig.modules.cdi.CdiFacts;
import io.gpurig.modules.cdi.CdiFile;
import io.gpurig.modules.cdi.gpus.DockerVersion;
import io.gpurig.modules.config.ConfigSyntaxException;
import io.gpurig.modules.config.TomlText;
import io.gpurig.modules.gpu.GpuInventory;
import io.gpurig.modules.gvisor.Runsc;
import io.gpurig.modules.host.DriverVersion;
import io.gpurig.modules.host.Version;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What rules look at: a host as it is, or as it will be, and the plan for it.
 *
 * @param facts of the host; none where there is no host yet
 * @param plan the sections by name; empty where there is no plan
 */
record HostState(Facts facts, JsonNode plan) {
  static final Read.File DAEMON = new Read.File("/etc/docker/daemon.json");
  static final Read.File TOOLKIT = new Read.File("/etc/nvidia-container-runtime/config.toml");
  static final Read.Command CTK = Read.Command.of("nvidia-ctk", "--version");
  static final List<Read> CDI =
      List.of(new Read.Folder("/etc/cdi"), new Read.Folder("/var/run/cdi"));

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** As NVIDIA's driver images are tagged (gpu-driver-container, RELEASE.md). */
  private static final Pattern TAG = Pattern.compile(":(\\d+(?:\\.\\d+)+)");

  GpuInventory gpus() {
    return GpuInventory.of(facts);
  }

  /** Returns the driver's version: that which will be loaded, or that which the plan asks for. */
  Optional<Version> driver() {
    JsonNode section = plan.path("driver");
    Matcher tag = TAG.matcher(section.path("image").asText());
    return DriverVersion.of(facts)
        .or(
            () ->
                section.path("deploy").asBoolean() && tag.find()
                    ? Version.in(tag.group(1))
                    : Optional.empty());
  }

  Optional<Runsc> runsc() {
    return Runsc.of("runsc", facts);
  }

  /** Returns what Docker says of itself; a missing node if it says nothing. */
  JsonNode docker() {
    return facts.dockerState().info().orElse(MissingNode.getInstance());
  }

  Optional<DockerVersion> dockerVersion() {
    return DockerVersion.of(docker().path("ServerVersion").asText());
  }

  /** Returns the version of the toolkit's programs. */
  Optional<Version> toolkit() {
    CommandFact answer = run(CTK);
    return answer.succeeded() ? Version.in(answer.stdout()) : Optional.empty();
  }

  CommandFact run(Read.Command command) {
    return facts.command(command.argv().toArray(String[]::new));
  }

  /** Returns what a command answered, if it succeeded. */
  Optional<String> said(Read.Command command) {
    CommandFact answer = run(command);
    return answer.succeeded() ? Optional.of(answer.stdout().strip()) : Optional.empty();
  }

  boolean has(Read.File file) {
    return facts.file(file.path()).isPresent();
  }

  Optional<String> text(Read.File file) {
    return facts.file(file.path()).map(FileFact::content);
  }

  /** Returns a JSON file; a missing node if there is none, or it cannot be read as such. */
  JsonNode json(Read.File file) {
    try {
      return MAPPER.readTree(text(file).orElse(""));
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  /** Returns a TOML file, likewise. */
  JsonNode toml(Read.File file) {
    try {
      return TomlText.parse(text(file).orElse("")).tree();
    } catch (ConfigSyntaxException e) {
      return MissingNode.getInstance();
    }
  }

  /** Returns the CDI specs of the directories that engines read. */
  List<CdiFile> cdi() {
    return CdiFacts.directories(facts, List.of("/etc/cdi", "/var/run/cdi")).stream()
        .flatMap(directory -> directory.files().stream())
        .toList();
  }
}
