package io.gpurig.modules.cdi.host;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.gpurig.modules.config.ConfigSyntaxException;
import io.gpurig.modules.config.ConfigText;
import io.gpurig.modules.config.JsonText;
import io.gpurig.modules.config.Merge;
import io.gpurig.modules.config.TomlText;
import java.util.List;
import java.util.Optional;

/**
 * One setting of an engine that is to be true.
 *
 * @param path its keys, one below the other
 * @param json whether the file is JSON and not TOML
 */
record Switch(List<String> path, boolean json) implements Merge {
  @Override
  public ConfigText parse(String text) throws ConfigSyntaxException {
    if (!json) {
      return TomlText.parse(text);
    }
    return text.isEmpty() ? JsonText.empty() : JsonText.parse(text);
  }

  @Override
  public List<String> names() {
    return List.of(String.join(".", path));
  }

  @Override
  public ConfigText put(ConfigText file, Optional<ConfigText> before) throws ConfigSyntaxException {
    // containerd takes a file without a version for one of version 1
    ConfigText versioned =
        !json && file.tree().isEmpty()
            ? file.with(List.of("version"), JsonNodeFactory.instance.numberNode(2L))
            : file;
    return versioned.with(path, JsonNodeFactory.instance.booleanNode(true));
  }

  @Override
  public ConfigText takeOut(ConfigText file, List<String> entries, Optional<ConfigText> before)
      throws ConfigSyntaxException {
    if (!entries.containsAll(names())) {
      return file;
    }
    Optional<JsonNode> old = before.flatMap(b -> b.get(path));
    if (old.isPresent()) {
      return file.with(path, old.get());
    }
    ConfigText edited = file.without(path);
    for (int depth = path.size() - 1; depth > 0; depth--) {
      List<String> parent = path.subList(0, depth);
      boolean emptied = edited.get(parent).filter(JsonNode::isEmpty).isPresent();
      boolean foreign = before.flatMap(b -> b.get(parent)).isPresent();
      edited = emptied && !foreign ? edited.without(parent) : edited;
    }
    return edited;
  }
}
