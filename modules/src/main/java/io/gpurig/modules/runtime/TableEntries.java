package io.gpurig.modules.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.modules.config.ConfigSyntaxException;
import io.gpurig.modules.config.ConfigText;
import io.gpurig.modules.config.Merge;
import io.gpurig.modules.config.TomlText;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Runtimes in a TOML file that somebody else put there: they can only be taken out.
 *
 * @param runtimes keys of the table of runtimes
 * @param byDefault keys of the value that names the default one
 */
record TableEntries(List<String> runtimes, List<String> byDefault, List<String> names)
    implements Merge {
  static TableEntries of(Engine engine, int version, List<String> names) {
    return switch (engine) {
      case DOCKER -> throw new IllegalArgumentException("its configuration is JSON");
      case CONTAINERD -> {
        List<String> table =
            Stream.concat(ContainerdMerge.plugin(version).stream(), Stream.of("containerd"))
                .toList();
        yield in(table, "runtimes", "default_runtime_name", names);
      }
      case CRIO -> in(List.of("crio", "runtime"), "runtimes", "default_runtime", names);
      case PODMAN -> in(List.of("engine"), "runtimes", "runtime", names);
    };
  }

  private static TableEntries in(
      List<String> table, String runtimes, String byDefault, List<String> names) {
    return new TableEntries(child(table, runtimes), child(table, byDefault), names);
  }

  private static List<String> child(List<String> path, String key) {
    return Stream.concat(path.stream(), Stream.of(key)).toList();
  }

  @Override
  public ConfigText parse(String text) throws ConfigSyntaxException {
    return TomlText.parse(text);
  }

  @Override
  public ConfigText put(ConfigText file, Optional<ConfigText> before) {
    return file;
  }

  @Override
  public ConfigText takeOut(ConfigText file, List<String> entries, Optional<ConfigText> before)
      throws ConfigSyntaxException {
    ConfigText edited = file;
    for (String name : entries) {
      edited = edited.without(child(runtimes, name));
    }
    return withoutDefault(edited, entries, before);
  }

  /** What was the default before comes back. */
  ConfigText withoutDefault(ConfigText file, List<String> entries, Optional<ConfigText> before)
      throws ConfigSyntaxException {
    Optional<JsonNode> now = file.get(byDefault);
    if (now.isEmpty() || !entries.contains(now.get().asText())) {
      return file;
    }
    Optional<JsonNode> old =
        before.flatMap(b -> b.get(byDefault)).filter(v -> !entries.contains(v.asText()));
    return old.isPresent() ? file.with(byDefault, old.get()) : file.without(byDefault);
  }
}
