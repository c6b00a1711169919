package io.gpurig.modules.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/** A configuration file: its text, what it means, and edits that return another one. Immutable. */
public interface ConfigText {
  /** Returns the text. */
  String text();

  /** Returns what the text means. TOML's dates become strings. */
  JsonNode tree();

  /** Returns the value at a path, if there is one. */
  default Optional<JsonNode> get(List<String> path) {
    JsonNode node = tree();
    for (String key : path) {
      node = node.path(key);
    }
    return node.isMissingNode() ? Optional.empty() : Optional.of(node);
  }

  /**
   * Returns this with a value at a path. What is in the way is made; a value that is there already
   * is left as it is written.
   *
   * @throws ConfigSyntaxException if something else than an object is in the way
   */
  ConfigText with(List<String> path, JsonNode value) throws ConfigSyntaxException;

  /**
   * Returns this without what is at a path, if something is.
   *
   * @throws ConfigSyntaxException if it is written in a way in which it cannot be taken out
   */
  ConfigText without(List<String> path) throws ConfigSyntaxException;
}
