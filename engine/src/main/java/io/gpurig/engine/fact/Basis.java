package io.gpurig.engine.fact;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a comparison rested on: the facts that were looked at, and what they were. A fact that was
 * looked at twice counts as it was at first. Whoever asks the same questions in the same order of
 * the same facts gets the same notes, so that notes of two readings tell what moved between them.
 * For one thread.
 */
public final class Basis {
  /** Notes nothing, for all that is not saved. */
  public static final Basis NONE = new Basis();

  private static final int SHOWN = 60;

  private final Map<String, Answer> answers = new LinkedHashMap<>();

  /** Creates a basis without notes. */
  public Basis() {}

  /**
   * What a fact was.
   *
   * @param exact all of it that counts, as text
   * @param shown the same for people, short
   */
  public record Answer(String exact, String shown) {}

  /** Returns the answers by question, such as {@code file /etc/os-release}. */
  public Map<String, Answer> answers() {
    return Collections.unmodifiableMap(answers);
  }

  /** Whether anybody wants to know. */
  boolean notes() {
    return this != NONE;
  }

  void note(String question, String exact, String shown) {
    if (notes()) {
      answers.putIfAbsent(question, new Answer(exact, shorten(shown)));
    }
  }

  void file(String path, Optional<FileFact> file) {
    if (notes()) {
      note("file " + path, String.valueOf(file), file.map(Basis::shown).orElse("not there"));
    }
  }

  void folder(String path, Map<String, FileFact> files) {
    if (notes()) {
      note("the files in " + path, files.keySet().toString(), files.size() + " files");
      files.forEach((name, file) -> file(path + "/" + name, Optional.of(file)));
    }
  }

  private static String shown(FileFact file) {
    String value = file.value();
    boolean short_ = !file.base64() && value.length() <= SHOWN && value.indexOf('\n') < 0;
    return short_ && !value.isEmpty()
        ? value
        : "%d characters, mode %s".formatted(file.content().length(), file.mode());
  }

  void command(String line, CommandFact answer) {
    if (notes()) {
      String first = answer.stdout().lines().findFirst().orElse("");
      note(
          "command `" + line + "`",
          // what it complains about may name processes and times
          answer.exit() + "\n" + answer.stdout(),
          "exit status " + answer.exit() + (answer.stdout().isBlank() ? "" : ", " + first));
    }
  }

  void pci(Map<String, PciFact> functions) {
    if (notes()) {
      note("PCI functions", functions.keySet().toString(), functions.size() + " functions");
      functions.forEach(
          (bdf, function) ->
              note(
                  "PCI function " + bdf,
                  function.toString(),
                  "driver " + function.driver().orElse("none")));
    }
  }

  /** The same process may come back with another number. */
  void users(String prefix, List<DeviceUser> users) {
    if (notes()) {
      List<String> names =
          users.stream()
              .map(u -> u.command() + " " + u.container().orElse("") + " " + u.devices())
              .sorted()
              .toList();
      List<String> shown = users.stream().map(DeviceUser::command).sorted().distinct().toList();
      note(
          "processes that use " + prefix + "*",
          names.toString(),
          shown.isEmpty() ? "none" : String.join(", ", shown));
    }
  }

  void docker(Optional<String> error) {
    note("Docker", error.orElse("answers"), error.map(e -> "does not answer").orElse("answers"));
  }

  /** An image that is pulled again has another id, and one that is tagged again the same. */
  void image(String nameOrId, Optional<JsonNode> image) {
    String id = image.map(i -> i.path("Id").asText()).orElse("not there");
    note("image " + nameOrId, id, id);
  }

  void info(String property, Optional<JsonNode> value) {
    if (notes()) {
      String text = value.map(Basis::sorted).orElse("none");
      note("Docker's " + property, text, value.map(Basis::shown).orElse("none"));
    }
  }

  private static String shown(JsonNode value) {
    return value.isObject()
        ? String.join(", ", new TreeMap<>(fields(value)).keySet())
        : value.asText(value.toString());
  }

  void container(String nameOrId, Optional<JsonNode> container) {
    if (notes()) {
      note(
          "container " + container.map(DockerFacts::name).orElse(nameOrId),
          container.map(c -> sorted(DockerFacts.settled(c))).orElse("none"),
          container
              .map(
                  c ->
                      c.path("State").path("Status").asText("unknown")
                          + ", "
                          + c.path("Config").path("Image").asText())
              .orElse("not there"));
    }
  }

  void labelled(String label, List<JsonNode> found) {
    if (notes()) {
      List<String> names = found.stream().map(DockerFacts::name).sorted().toList();
      note("containers with the label " + label, names.toString(), String.join(", ", names));
    }
  }

  void containers(String which, List<JsonNode> found) {
    if (notes()) {
      List<String> names = found.stream().map(DockerFacts::name).sorted().toList();
      note(
          "running containers that " + which,
          names.toString(),
          names.isEmpty() ? "none" : String.join(", ", names));
    }
  }

  /** The same text for the same value, in whatever order its properties come. */
  private static String sorted(JsonNode value) {
    if (value.isObject()) {
      StringBuilder text = new StringBuilder("{");
      new TreeMap<>(fields(value))
          .forEach(
              (name, child) -> text.append(name).append(':').append(sorted(child)).append(','));
      return text.append('}').toString();
    }
    if (value.isArray()) {
      StringBuilder text = new StringBuilder("[");
      value.forEach(item -> text.append(sorted(item)).append(','));
      return text.append(']').toString();
    }
    return value.toString();
  }

  private static Map<String, JsonNode> fields(JsonNode object) {
    Map<String, JsonNode> fields = new LinkedHashMap<>();
    object.properties().forEach(entry -> fields.put(entry.getKey(), entry.getValue()));
    return fields;
  }

  private static String shorten(String text) {
    String line = text.lines().findFirst().orElse("");
    return line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line;
  }
}
