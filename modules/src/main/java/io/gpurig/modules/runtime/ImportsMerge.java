package io.gpurig.modules.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.gpurig.modules.config.ConfigSyntaxException;
import io.gpurig.modules.config.ConfigText;
import io.gpurig.modules.config.Merge;
import io.gpurig.modules.config.TomlText;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The {@code imports} of containerd's config.toml, so that it reads a further file.
 *
 * @param config path of the config.toml, which relative imports start from
 * @param dropIn path of the further file
 */
record ImportsMerge(String config, String dropIn) implements Merge {
  private static final List<String> IMPORTS = List.of("imports");

  @Override
  public ConfigText parse(String text) throws ConfigSyntaxException {
    return TomlText.parse(text);
  }

  @Override
  public List<String> names() {
    return List.of(folder(dropIn) + "/*.toml");
  }

  @Override
  public ConfigText put(ConfigText file, Optional<ConfigText> before) throws ConfigSyntaxException {
    if (isImported(file)) {
      return file;
    }
    ConfigText versioned =
        file.tree().isEmpty()
            ? file.with(List.of("version"), JsonNodeFactory.instance.numberNode(2L))
            : file;
    String pattern = dropIn.endsWith(".toml") ? names().getFirst() : dropIn;
    return ((TomlText) versioned).withElement(IMPORTS, JsonNodeFactory.instance.textNode(pattern));
  }

  private boolean isImported(ConfigText file) {
    for (JsonNode pattern : file.tree().path("imports")) {
      String glob = pattern.asText();
      String absolute = glob.startsWith("/") ? glob : folder(config) + "/" + glob;
      // a star of filepath.Glob stops at a slash
      String regex = Pattern.quote(absolute).replace("*", "\\E[^/]*\\Q").replace("?", "\\E[^/]\\Q");
      if (dropIn.matches(regex)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public ConfigText takeOut(ConfigText file, List<String> entries, Optional<ConfigText> before)
      throws ConfigSyntaxException {
    TomlText edited = (TomlText) file;
    for (String entry : entries) {
      edited = edited.withoutElement(IMPORTS, JsonNodeFactory.instance.textNode(entry));
    }
    boolean emptied = !edited.text().equals(file.text()) && edited.tree().path("imports").isEmpty();
    return emptied ? edited.without(IMPORTS) : edited;
  }

  static String folder(String path) {
    return path.substring(0, path.lastIndexOf('/'));
  }
}
