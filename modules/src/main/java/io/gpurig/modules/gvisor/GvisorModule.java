package io.gpurig.modules.gvisor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.module.Diff;
import io.gpurig.engine.module.Finding;
import io.gpurig.engine.module.Module;
import io.gpurig.engine.plan.Section;
import io.gpurig.modules.gpu.GpuInventory;
import io.gpurig.modules.host.DriverVersion;
import io.gpurig.modules.host.Platform;
import io.gpurig.modules.runtime.Sandbox;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keeps gVisor's runsc registered with GPUs, or unregistered. It does not install runsc. */
public final class GvisorModule implements Module<Gvisor> {
  static final String SECTION = "gvisor";

  private static final String BELOW = "nvidia-container-runtime";

  /** The file that gVisor's containerd shim is told to read (gvisor, containerd user guide). */
  private static final String SHIM_CONFIG = "/etc/containerd/runsc.toml";

  private static final String TOOLKIT_CONFIG = "/etc/nvidia-container-runtime/config.toml";

  static final String SHIM = "containerd-shim-runsc-v1";
  static final String CLI = "nvidia-container-cli";

  @Override
  public String section() {
    return SECTION;
  }

  @Override
  public String survey() {
    return "{enabled: true}";
  }

  @Override
  public Gvisor desired(Section section) {
    return new Gvisor(
        section.flag("enabled"),
        section.text("engine"),
        section.text("via").equals(BELOW),
        section.text("name"),
        section.optionalText("path"),
        texts(section.node().path("driverCapabilities")),
        section.flag("allowUnsupportedDriver"),
        texts(section.node().path("args")),
        section.duration("readyTimeout"));
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(item -> texts.add(item.asText()));
    return texts;
  }

  @Override
  public List<Read> reads(Gvisor desired) {
    List<Read> reads = new ArrayList<>(Platform.READS);
    reads.addAll(sandbox(desired).reads());
    reads.addAll(Runsc.reads(desired.program()));
    reads.addAll(DriverVersion.READS);
    reads.addAll(GpuInventory.READS);
    reads.addAll(GpuFiles.READS);
    reads.add(new Read.File(Wrapper.PATH));
    if (desired.engine().equals("containerd")) {
      reads.add(Read.Command.of("command", "-v", SHIM));
    }
    if (desired.below()) {
      reads.add(Read.Command.of("command", "-v", BELOW));
      reads.add(Read.Command.of("command", "-v", CLI));
    }
    return reads.stream().distinct().toList();
  }

  @Override
  public List<Finding> check(Gvisor desired) {
    boolean twice =
        desired.args().stream().anyMatch(arg -> arg.matches("--?nvproxy(-docker)?(=.*)?"));
    return twice
        ? List.of(
            Finding.warning(
                "gvisor/args",
                "/gvisor/args",
                "runsc is given --nvproxy and --nvproxy-docker anyway",
                "leave them out of args"))
        : List.of();
  }

  private static Sandbox sandbox(Gvisor desired) {
    boolean containerd = desired.engine().equals("containerd");
    return new Sandbox(
        SECTION,
        desired.enabled(),
        desired.engine(),
        !desired.below(),
        desired.name(),
        desired.flags(),
        SHIM_CONFIG,
        desired.below() ? below() : containerd ? shimKeys(desired) : Map.of(),
        containerd && !desired.below() ? SHIM_CONFIG : TOOLKIT_CONFIG,
        desired.readyTimeout());
  }

  /**
   * Below nvidia-container-runtime runsc gets its GPUs in the legacy way alone, which since 1.18
   * has to be said (nvidia-container-toolkit, internal/info/auto.go).
   */
  private static Map<String, JsonNode> below() {
    JsonNodeFactory json = JsonNodeFactory.instance;
    ArrayNode runtimes = json.arrayNode().add(Wrapper.PATH);
    Map<String, JsonNode> keys = new LinkedHashMap<>();
    keys.put(BELOW + ".mode", json.textNode("legacy"));
    keys.put(BELOW + ".runtimes", runtimes);
    return keys;
  }

  /** The shim takes flags as keys, and all values as strings. */
  private static Map<String, JsonNode> shimKeys(Gvisor desired) {
    Map<String, JsonNode> keys = new LinkedHashMap<>();
    for (String flag : desired.flags()) {
      String[] parts = flag.replaceFirst("^--?", "").split("=", 2);
      String value = parts.length == 2 ? parts[1] : "true";
      keys.put("runsc_config." + parts[0], JsonNodeFactory.instance.textNode(value));
    }
    return keys;
  }

  @Override
  public Diff diff(Gvisor desired, Facts facts) {
    Optional<Finding> notLinux = Platform.notLinux(facts, SECTION);
    if (notLinux.isPresent()) {
      return Diff.blocked(notLinux.get());
    }
    if (!desired.enabled()) {
      return with(sandbox(desired).diff(desired.program(), facts), Wrapper.gone(facts), List.of());
    }
    Optional<Runsc> runsc = Runsc.of(desired.program(), facts);
    Optional<Finding> lacking = GvisorFindings.lacking(desired, runsc, facts);
    if (lacking.isPresent() || runsc.isEmpty()) {
      return Diff.blocked(lacking.orElseThrow());
    }
    List<Finding> findings = GvisorFindings.of(desired, runsc.get(), facts);
    Optional<Change> script =
        desired.below()
            ? Wrapper.placed(Wrapper.text(runsc.get().path(), desired.flags()), facts)
            : Wrapper.gone(facts);
    return with(sandbox(desired).diff(runsc.get().path(), facts), script, findings);
  }

  /** The script is there before anybody is told to run it; a blocked diff stays one. */
  private static Diff with(Diff diff, Optional<Change> script, List<Finding> more) {
    List<Change> changes = new ArrayList<>(diff.changes());
    script.ifPresent(
        change -> {
          if (change.kind() == Change.Kind.REMOVE) {
            changes.add(change);
          } else {
            changes.addFirst(change);
          }
        });
    List<Finding> findings = new ArrayList<>(diff.findings());
    findings.addAll(more);
    return new Diff(changes, findings);
  }
}
