package io.gpurig.modules.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.modules.config.ConfigSyntaxException;
import io.gpurig.modules.config.ConfigText;
import io.gpurig.modules.config.TomlText;
import java.util.Map;
import java.util.Optional;

/** A file of ours in a folder that an engine reads; or nvidia-ctk's, which has the same name. */
final class DropIn {
  private static final String MARK =
      "# Written by gpurig for the runtime section of a plan; what is changed here is"
          + " overwritten.\n";

  private DropIn() {}

  /** Returns the beginning of a file of ours. */
  static TomlText fresh() throws ConfigSyntaxException {
    return TomlText.parse(MARK);
  }

  static boolean isOurs(String text) {
    return text.startsWith(MARK);
  }

  /**
   * Returns what the file is to hold.
   *
   * @param there what it holds
   * @param wanted what it means when it is right
   */
  static String text(Optional<String> there, ConfigText wanted) throws ConfigSyntaxException {
    if (there.isEmpty() || there.get().isBlank()) {
      return wanted.text();
    }
    if (isOurs(there.get())) {
      boolean spoilt = !parses(there.get());
      return !spoilt && TomlText.parse(there.get()).tree().equals(wanted.tree())
          ? there.get()
          : wanted.text();
    }
    ConfigText edited = TomlText.parse(there.get());
    for (Map.Entry<String, JsonNode> entry : wanted.tree().properties()) {
      edited = edited.with(java.util.List.of(entry.getKey()), entry.getValue());
    }
    return edited.text();
  }

  private static boolean parses(String text) {
    try {
      var _ = TomlText.parse(text);
      return true;
    } catch (ConfigSyntaxException e) {
      return false;
    }
  }

  /**
   * Returns what is left of the file without our entries; empty if that says nothing that another
   * file does not say.
   *
   * @param rest the file without the entries
   * @param elsewhere what the engine's main file says
   */
  static Optional<String> rest(ConfigText rest, JsonNode elsewhere) {
    return isOurs(rest.text()) || isPart(rest.tree(), elsewhere)
        ? Optional.empty()
        : Optional.of(rest.text());
  }

  private static boolean isPart(JsonNode part, JsonNode whole) {
    return part.properties().stream()
        .allMatch(
            e -> {
              JsonNode other = whole.path(e.getKey());
              return e.getValue().isObject()
                  ? isPart(e.getValue(), other)
                  : e.getKey().equals("version") || e.getValue().equals(other);
            });
  }
}
