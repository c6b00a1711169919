package io.gpurig.modules.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.modules.config.ConfigSyntaxException;
import io.gpurig.modules.config.ConfigText;
import io.gpurig.modules.config.Merge;
import io.gpurig.modules.config.TomlText;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Single keys in a TOML file, such as the toolkit's config.toml.
 *
 * @param keys dotted, as {@code nvidia-ctk config --set} takes them
 */
record KeysMerge(Map<String, JsonNode> keys) implements Merge {
  @Override
  public ConfigText parse(String text) throws ConfigSyntaxException {
    return TomlText.parse(text);
  }

  @Override
  public List<String> names() {
    return List.copyOf(keys.keySet());
  }

  @Override
  public ConfigText put(ConfigText file, Optional<ConfigText> before) throws ConfigSyntaxException {
    ConfigText edited = file;
    for (Map.Entry<String, JsonNode> key : keys.entrySet()) {
      edited = edited.with(path(key.getKey()), key.getValue());
    }
    return edited;
  }

  @Override
  public ConfigText takeOut(ConfigText file, List<String> entries, Optional<ConfigText> before)
      throws ConfigSyntaxException {
    ConfigText edited = file;
    for (String key : entries) {
      Optional<JsonNode> old = before.flatMap(b -> b.get(path(key)));
      edited = old.isPresent() ? edited.with(path(key), old.get()) : edited.without(path(key));
    }
    return edited;
  }

  static List<String> path(String key) {
    return List.of(key.split("\\."));
  }
}
