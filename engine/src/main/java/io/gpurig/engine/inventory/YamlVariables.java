package io.gpurig.engine.inventory;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.problem.Source;
import io.gpurig.engine.yaml.Document;
import io.gpurig.engine.yaml.Pointers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads the variables of a document as Ansible does, and refuses what only Ansible can work out.
 */
final class YamlVariables {
  private static final JsonMapper STRICT =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  private static final Pattern ANCHOR = Pattern.compile("^&\\S+\\s+");

  private final Document document;
  private final Problems problems;
  private final boolean json;

  YamlVariables(Document document, Problems problems) {
    this.document = document;
    this.problems = problems;
    this.json = isJson(document.text());
  }

  /** Returns the members of a mapping. */
  Map<String, Setting> read(JsonNode mapping, String pointer) {
    Map<String, Setting> settings = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : mapping.properties()) {
      String child = Pointers.child(pointer, entry.getKey());
      JsonNode value = entry.getValue();
      Source place = value.isContainerNode() ? document.key(child) : document.value(child);
      settings.put(entry.getKey(), new Setting(value(value, child), place));
    }
    return settings;
  }

  private JsonNode value(JsonNode value, String pointer) {
    return switch (value) {
      case ObjectNode object -> {
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        object
            .properties()
            .forEach(
                entry ->
                    copy.set(
                        entry.getKey(),
                        value(entry.getValue(), Pointers.child(pointer, entry.getKey()))));
        yield copy;
      }
      case ArrayNode array -> {
        ArrayNode copy = JsonNodeFactory.instance.arrayNode();
        array.forEach(item -> copy.add(value(item, pointer + "/" + copy.size())));
        yield copy;
      }
      default -> scalar(value, pointer);
    };
  }

  private JsonNode scalar(JsonNode value, String pointer) {
    Optional<String> template = Refusals.template(value);
    if (template.isPresent()) {
      String start = template.get();
      problems.add(Refusals.template(document.piece(pointer, start, start, 0)));
      return value;
    }
    return json ? value : OldYaml.read(value, written(document.value(pointer)));
  }

  private static String written(Source source) {
    int start = source.text().offsetByCodePoints(0, source.column() - 1);
    int rest = source.text().codePointCount(start, source.text().length());
    int end = source.text().offsetByCodePoints(start, Math.min(rest, source.length()));
    return ANCHOR.matcher(source.text().substring(start, end)).replaceFirst("").strip();
  }

  /** Ansible reads a file as JSON if it can, in which numbers follow other rules. */
  private static boolean isJson(String text) {
    String start = text.stripLeading();
    if (!start.startsWith("{") && !start.startsWith("[")) {
      return false;
    }
    try {
      STRICT.readTree(text);
      return true;
    } catch (JacksonException e) {
      return false;
    }
  }
}
