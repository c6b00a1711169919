package io.gpurig.modules.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.modules.config.ConfigSyntaxException;
import io.gpurig.modules.config.ConfigText;
import io.gpurig.modules.config.JsonText;
import io.gpurig.modules.config.Merge;
import io.gpurig.modules.runtime.ContainerRuntime.Registration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Runtimes in Docker's daemon.json, as nvidia-ctk registers them (nvidia-container-toolkit,
 * pkg/config/engine/docker/docker.go).
 *
 * @param names of the runtimes
 */
record DockerMerge(List<Registration> runtimes, Optional<Boolean> asDefault, List<String> names)
    implements Merge {
  static final String RUNTIMES = "runtimes";
  static final String DEFAULT = "default-runtime";
  static final String ARGS = "runtimeArgs";

  /** The keys of an entry that names a program; other entries name a shim, and no path. */
  private static final Set<String> KEYS = Set.of("path", "args", ARGS);

  static DockerMerge registering(List<Registration> runtimes, Optional<Boolean> asDefault) {
    return new DockerMerge(runtimes, asDefault, runtimes.stream().map(Registration::name).toList());
  }

  static DockerMerge removing() {
    return new DockerMerge(List.of(), Optional.empty(), List.of());
  }

  /** The folders of services' PATH (systemd.exec(5)). */
  private static final List<String> DEFAULT_PATH =
      List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

  @Override
  public ConfigText parse(String text) throws ConfigSyntaxException {
    return text.isEmpty() ? JsonText.empty() : JsonText.parse(text);
  }

  @Override
  public ConfigText put(ConfigText file, Optional<ConfigText> before) throws ConfigSyntaxException {
    ConfigText edited = file;
    for (Registration runtime : runtimes) {
      edited = put(edited, runtime);
    }
    String name = runtimes.getFirst().name();
    if (asDefault.orElse(false)) {
      return edited.with(List.of(DEFAULT), JsonNodeFactory.instance.textNode(name));
    }
    return asDefault.isPresent() ? withoutDefault(edited, List.of(name), before) : edited;
  }

  private static ConfigText put(ConfigText file, Registration runtime)
      throws ConfigSyntaxException {
    List<String> at = List.of(RUNTIMES, runtime.name());
    Optional<JsonNode> there = file.get(at);
    if (there.filter(entry -> isRight(entry, runtime)).isPresent()) {
      return file;
    }
    boolean program =
        there
            .filter(
                e ->
                    e.isObject()
                        && e.properties().stream().allMatch(p -> KEYS.contains(p.getKey())))
            .isPresent();
    ArrayNode args = JsonNodeFactory.instance.arrayNode();
    runtime.args().forEach(args::add);
    if (program) {
      ConfigText edited =
          file.with(
              List.of(RUNTIMES, runtime.name(), "path"),
              JsonNodeFactory.instance.textNode(runtime.path()));
      return args.isEmpty() ? edited : edited.with(List.of(RUNTIMES, runtime.name(), ARGS), args);
    }
    ObjectNode entry = JsonNodeFactory.instance.objectNode();
    if (args.isEmpty()) {
      entry.putArray("args");
    }
    entry.put("path", runtime.path());
    if (!args.isEmpty()) {
      entry.set(ARGS, args);
    }
    return file.with(at, entry);
  }

  private static boolean isRight(JsonNode entry, Registration runtime) {
    return entry.isObject()
        && isProgram(entry.path("path").asText(), runtime.path())
        && (runtime.args().isEmpty() || runtime.args().equals(args(entry)));
  }

  /** Returns what an entry gives its program. */
  static List<String> args(JsonNode entry) {
    List<String> args = new ArrayList<>();
    entry.path(ARGS).forEach(arg -> args.add(arg.asText()));
    return args;
  }

  /** A name without a folder, as nvidia-ctk writes it, is looked up on dockerd's PATH. */
  private static boolean isProgram(String path, String wanted) {
    boolean bare = !path.isEmpty() && path.indexOf('/') < 0;
    return path.equals(wanted)
        || (bare && DEFAULT_PATH.stream().anyMatch(folder -> wanted.equals(folder + "/" + path)));
  }

  @Override
  public ConfigText takeOut(ConfigText file, List<String> entries, Optional<ConfigText> before)
      throws ConfigSyntaxException {
    ConfigText edited = file;
    for (String name : entries) {
      edited = edited.without(List.of(RUNTIMES, name));
    }
    boolean emptied =
        entries.stream().anyMatch(name -> file.get(List.of(RUNTIMES, name)).isPresent())
            && edited.get(List.of(RUNTIMES)).filter(JsonNode::isEmpty).isPresent();
    if (emptied) {
      edited = edited.without(List.of(RUNTIMES));
    }
    return withoutDefault(edited, entries, before);
  }

  /** What was the default before comes back. */
  private static ConfigText withoutDefault(
      ConfigText file, List<String> entries, Optional<ConfigText> before)
      throws ConfigSyntaxException {
    Optional<JsonNode> now = file.get(List.of(DEFAULT));
    if (now.isEmpty() || !entries.contains(now.get().asText())) {
      return file;
    }
    Optional<JsonNode> old =
        before.flatMap(b -> b.get(List.of(DEFAULT))).filter(v -> !entries.contains(v.asText()));
    return old.isPresent()
        ? file.with(List.of(DEFAULT), old.get())
        : file.without(List.of(DEFAULT));
  }
}
