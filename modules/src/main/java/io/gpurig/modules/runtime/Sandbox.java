package io.gpurig.modules.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.module.Diff;
import io.gpurig.engine.module.Finding;
import io.gpurig.modules.config.ConfigSyntaxException;
import io.gpurig.modules.config.HostFile;
import io.gpurig.modules.runtime.ContainerRuntime.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A runtime of another kind beside NVIDIA's, in the same files of the same engines. Its backups
 * have a name of their own, so that either can be taken out without the other.
 *
 * @param section the section of the plan that asks for it
 * @param enabled whether it is to be registered
 * @param engine {@code docker} or {@code containerd}
 * @param registered whether the engine itself is to know it; else {@code keys} say who runs it
 * @param name its name
 * @param args what its program is given by Docker
 * @param shim the file of options of containerd's shim
 * @param keys dotted keys of the file {@code keysFile}
 * @param keysFile a TOML file
 * @param readyTimeout how long the engine may take to list the runtime
 */
public record Sandbox(
    String section,
    boolean enabled,
    String engine,
    boolean registered,
    String name,
    List<String> args,
    String shim,
    Map<String, JsonNode> keys,
    String keysFile,
    Duration readyTimeout) {

  private ContainerRuntime desired(boolean deploy) {
    Engine known = Engine.of(engine);
    boolean containerd = known == Engine.CONTAINERD;
    return new ContainerRuntime(
        deploy,
        known,
        false,
        Optional.empty(),
        Optional.empty(),
        name,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        containerd
            ? Optional.of("/etc/containerd/conf.d/99-%s.toml".formatted(section))
            : Optional.empty(),
        keys,
        keysFile,
        readyTimeout,
        new Kind(
            section,
            "enabled: false",
            section,
            args,
            containerd ? Optional.of(shim) : Optional.empty()));
  }

  /** Returns what must be known of a host. */
  public List<Read> reads() {
    ContainerRuntime desired = desired(enabled);
    List<Read> reads = new ArrayList<>(HostFile.reads(desired.config(), section));
    if (desired.engine() == Engine.CONTAINERD) {
      reads.add(Read.Command.of("containerd", "--version"));
      reads.add(new Read.File(desired.dropIn()));
      reads.add(new Read.Folder(ImportsMerge.folder(desired.dropIn())));
    }
    reads.addAll(HostFile.reads(keysFile, section));
    reads.add(new Read.Docker());
    return reads;
  }

  /**
   * Compares a host with what is wanted of it.
   *
   * @param program the runtime's program
   */
  public Diff diff(String program, Facts facts) {
    ContainerRuntime desired = desired(enabled && registered);
    Host host = new Host(desired, facts);
    Optional<Finding> noEngine = host.noEngine();
    if (noEngine.isPresent()) {
      return Diff.blocked(noEngine.get());
    }
    List<Change> changes = new ArrayList<>();
    List<Finding> findings = new ArrayList<>();
    String path = keysFile;
    try {
      ToolkitConfig.change(desired(enabled), HostFile.of(path, section, facts))
          .ifPresent(changes::add);
      path = desired.config();
      if (desired.engine() == Engine.DOCKER) {
        new DockerRegistration(desired, host, HostFile.of(path, section, facts))
            .change(program)
            .ifPresent(changes::add);
      } else {
        new TomlRegistration(desired, host, facts).change(program).ifPresent(changes::add);
        findings.addAll(TomlRegistration.findings(desired, facts));
      }
    } catch (ConfigSyntaxException e) {
      return Diff.blocked(
          Finding.error(
              section + "/bad-config",
              "/" + section,
              "%s:%s".formatted(e.file().orElse(path), e.positioned()),
              "correct the file on the host; it is left as it is"));
    }
    if (!enabled) {
      findings.addAll(host.inUse(changes));
    }
    return new Diff(changes, findings);
  }
}
