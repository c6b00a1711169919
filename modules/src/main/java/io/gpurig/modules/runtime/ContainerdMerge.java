package io.gpurig.modules.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.modules.config.ConfigSyntaxException;
import io.gpurig.modules.config.ConfigText;
import io.gpurig.modules.config.Merge;
import io.gpurig.modules.config.TomlText;
import io.gpurig.modules.runtime.ContainerRuntime.Registration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Runtimes in containerd's config.toml, as nvidia-ctk registers them (nvidia-container-toolkit,
 * pkg/config/engine/containerd).
 *
 * @param version of the configuration: 1, 2 or 3
 * @param names of runtimes that are not taken as a pattern for others
 */
record ContainerdMerge(
    int version, List<Registration> runtimes, Optional<Boolean> asDefault, List<String> names)
    implements Merge {
  private static final String DEFAULT = "default_runtime_name";

  /** gVisor's shim (gvisor, g3doc/user_guide/containerd/configuration.md). */
  private static final String RUNSC = "io.containerd.runsc.v1";

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Returns a configuration's version: a file without one is of version 1, an empty one of 2. */
  static int version(JsonNode config) {
    return config.isEmpty() ? 2 : config.path("version").asInt(1);
  }

  /** Returns the keys of the table of the CRI plugin that has the runtimes. */
  static List<String> plugin(int version) {
    return switch (version) {
      case 1 -> List.of("plugins", "cri");
      case 2 -> List.of("plugins", "io.containerd.grpc.v1.cri");
      default -> List.of("plugins", "io.containerd.cri.v1.runtime");
    };
  }

  List<String> containerd(String... keys) {
    return Stream.of(plugin(version).stream(), Stream.of("containerd"), Stream.of(keys))
        .flatMap(s -> s)
        .toList();
  }

  @Override
  public ConfigText parse(String text) throws ConfigSyntaxException {
    return TomlText.parse(text);
  }

  @Override
  public ConfigText put(ConfigText file, Optional<ConfigText> before) throws ConfigSyntaxException {
    ConfigText edited = file;
    for (Registration runtime : runtimes) {
      List<String> at = containerd("runtimes", runtime.name());
      Optional<JsonNode> there = edited.get(at).filter(JsonNode::isObject);
      JsonNode entry = there.isPresent() ? program(runtime) : entry(file, runtime);
      edited = edited.with(at, entry);
    }
    String name = runtimes.getFirst().name();
    if (asDefault.orElse(false)) {
      return edited.with(containerd(DEFAULT), JSON.textNode(name));
    }
    return asDefault.isPresent() ? table().withoutDefault(edited, List.of(name), before) : edited;
  }

  /** What is new about a runtime, the rest being that of the one that would be used without it. */
  private ObjectNode entry(ConfigText file, Registration runtime) {
    if (runtime.shim().isPresent()) {
      return program(runtime);
    }
    ObjectNode entry =
        lowLevel(file)
            .<ObjectNode>map(JsonNode::deepCopy)
            .orElseGet(
                () ->
                    JSON.objectNode()
                        .put("privileged_without_host_devices", false)
                        .put("runtime_engine", "")
                        .put("runtime_root", ""));
    if (entry.path("runtime_type").asText().isEmpty()) {
      entry.put("runtime_type", "io.containerd.runc.v2");
    }
    entry.withObjectProperty("options").setAll((ObjectNode) program(runtime).path("options"));
    return entry;
  }

  private ObjectNode program(Registration runtime) {
    ObjectNode program = JSON.objectNode();
    if (runtime.shim().isPresent()) {
      program.put("runtime_type", RUNSC);
      program
          .putObject("options")
          .put("TypeUrl", RUNSC + ".options")
          .put("ConfigPath", runtime.shim().get());
      return program;
    }
    ObjectNode options = program.putObject("options").put("BinaryName", runtime.path());
    if (version == 1) {
      options.put("Runtime", runtime.path());
    }
    return program;
  }

  private Optional<JsonNode> lowLevel(ConfigText file) {
    List<String> candidates = new ArrayList<>();
    file.get(containerd(DEFAULT)).map(JsonNode::asText).ifPresent(candidates::add);
    candidates.removeAll(names);
    candidates.addAll(List.of("runc", "crun"));
    return candidates.stream()
        .flatMap(name -> file.get(containerd("runtimes", name)).stream())
        .filter(JsonNode::isObject)
        .findFirst();
  }

  @Override
  public ConfigText takeOut(ConfigText file, List<String> entries, Optional<ConfigText> before)
      throws ConfigSyntaxException {
    return table().takeOut(file, entries, before);
  }

  private TableEntries table() {
    return TableEntries.of(Engine.CONTAINERD, version, names);
  }
}
