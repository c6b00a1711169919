package io.gpurig.modules.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.module.Diff;
import io.gpurig.engine.module.Finding;
import io.gpurig.engine.module.Module;
import io.gpurig.engine.plan.Section;
import io.gpurig.modules.config.ConfigSyntaxException;
import io.gpurig.modules.config.HostFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keeps the NVIDIA runtime registered with a container engine, or unregistered. */
public final class RuntimeModule implements Module<ContainerRuntime> {
  static final String SECTION = "runtime";

  @Override
  public String section() {
    return SECTION;
  }

  @Override
  public ContainerRuntime desired(Section section) {
    JsonNode node = section.node();
    List<String> variants = new ArrayList<>();
    node.path("variants").forEach(variant -> variants.add(variant.asText()));
    Map<String, JsonNode> config = new HashMap<>();
    node.path("config").properties().forEach(e -> config.put(e.getKey(), e.getValue()));
    return new ContainerRuntime(
        section.flag("deploy"),
        Engine.of(section.text("engine")),
        section.flag("rootless"),
        section.optionalText("user"),
        section.optionalText("default").map(Boolean::valueOf),
        section.text("name"),
        section.optionalText("path"),
        variants,
        section.optionalText("engineConfig"),
        section.optionalText("engineDropIn"),
        config,
        section.text("configFile"),
        section.duration("readyTimeout"),
        ContainerRuntime.Kind.NVIDIA);
  }

  @Override
  public List<Read> reads(ContainerRuntime desired) {
    List<Read> reads = new ArrayList<>(Host.reads(desired));
    reads.addAll(HostFile.reads(desired.config()));
    if (!desired.dropIn().isEmpty()) {
      reads.add(new Read.File(desired.dropIn()));
      if (desired.engine() == Engine.CONTAINERD) {
        reads.add(new Read.Folder(ImportsMerge.folder(desired.dropIn())));
      }
    }
    reads.addAll(HostFile.reads(desired.configFile()));
    return reads.stream().distinct().toList();
  }

  @Override
  public Diff diff(ContainerRuntime desired, Facts facts) {
    Host host = new Host(desired, facts);
    return host.unfit().map(Diff::blocked).orElseGet(() -> diff(desired, host, facts));
  }

  private static Diff diff(ContainerRuntime desired, Host host, Facts facts) {
    if (host.toolkitContainer().isPresent()) {
      return ToolkitOwner.diff(desired, host.toolkitContainer().get(), facts.dockerState());
    }
    Optional<String> program = host.program();
    if (desired.deploy() && program.isEmpty()) {
      return Diff.blocked(
          Finding.error(
              "runtime/no-toolkit",
              "/runtime",
              "this host has no nvidia-container-runtime"
                  + (desired.variants().isEmpty()
                      ? ""
                      : ", or not all of ." + String.join(", .", desired.variants())),
              "add a toolkit section, or set runtime.path to where it is"));
    }
    List<Change> changes = new ArrayList<>();
    List<Finding> findings = new ArrayList<>();
    String path = desired.configFile();
    try {
      ToolkitConfig.change(desired, HostFile.of(path, facts)).ifPresent(changes::add);
      path = desired.config();
      if (desired.engine() == Engine.DOCKER) {
        new DockerRegistration(desired, host, HostFile.of(path, facts))
            .change(program.orElse(""))
            .ifPresent(changes::add);
      } else {
        new TomlRegistration(desired, host, facts)
            .change(program.orElse(""))
            .ifPresent(changes::add);
        findings.addAll(TomlRegistration.findings(desired, facts));
      }
    } catch (ConfigSyntaxException e) {
      return Diff.blocked(
          Finding.error(
              "runtime/bad-config",
              "/runtime",
              "%s:%s".formatted(e.file().orElse(path), e.positioned()),
              "correct the file on the host; it is left as it is"));
    }
    findings.addAll(host.inUse(changes));
    if (desired.deploy() && desired.rootless() && desired.engine() == Engine.DOCKER) {
      findings.addAll(ToolkitConfig.hostWide(desired, changes));
    }
    return new Diff(changes, findings);
  }

  /** Returns the name of a container in the words of reports. */
  static String named(JsonNode container) {
    return "container " + DockerFacts.name(container);
  }
}
