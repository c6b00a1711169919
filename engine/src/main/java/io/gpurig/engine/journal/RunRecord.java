package io.gpurig.engine.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A run as the journal of a host tells of it.
 *
 * @param id its name: the host's time at its start in UTC, and some random digits
 * @param who user and controller
 * @param plan the plan's name
 * @param digest what tells one content of the plan from another
 * @param at when it began, by the host's clock
 * @param steps what it began, in order
 * @param changed the numbers of the last steps of changes that were made to the end
 * @param undone the numbers of the steps that were taken back
 * @param undoing the numbers of the steps that somebody asked to take back
 * @param outcome how it ended; absent if it did not
 */
public record RunRecord(
    String id,
    String who,
    String plan,
    String digest,
    String at,
    List<Step> steps,
    Set<Integer> changed,
    Set<Integer> undone,
    Set<Integer> undoing,
    Optional<String> outcome) {

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  public RunRecord {
    steps = List.copyOf(steps);
    changed = Set.copyOf(changed);
    undone = Set.copyOf(undone);
    undoing = Set.copyOf(undoing);
  }

  /** Returns the first line of a run. */
  public static ObjectNode header(String id, Owner owner, String digest) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("run", id)
        .put("who", owner.who())
        .put("pid", owner.pid())
        .put("plan", owner.plan())
        .put("digest", digest);
  }

  /** Returns the line of a step. */
  public static JsonNode line(Step step) {
    return MAPPER.valueToTree(step);
  }

  /** Returns the line that says that a change is made, whose last step is this. */
  public static ObjectNode changed(int step) {
    return JsonNodeFactory.instance.objectNode().put("changed", step);
  }

  /** Returns the line that says that steps are going to be taken back. */
  public static ObjectNode undoing(List<Step> steps) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    steps.forEach(step -> line.withArray("undoing").add(step.step()));
    return line;
  }

  /** Reads logs, one after the other; a line that a crash has torn says nothing. */
  public static List<RunRecord> parse(String logs) {
    List<RunRecord> runs = new ArrayList<>();
    List<JsonNode> lines = new ArrayList<>();
    for (String text : logs.lines().toList()) {
      Optional<JsonNode> line = json(text);
      if (line.isPresent() && line.get().has("run")) {
        of(lines).ifPresent(runs::add);
        lines.clear();
      }
      line.ifPresent(lines::add);
    }
    of(lines).ifPresent(runs::add);
    return runs;
  }

  private static Optional<JsonNode> json(String text) {
    try {
      return Optional.of(MAPPER.readTree(text)).filter(JsonNode::isObject);
    } catch (JsonProcessingException torn) {
      return Optional.empty();
    }
  }

  private static Optional<RunRecord> of(List<JsonNode> lines) {
    if (lines.isEmpty() || !lines.getFirst().has("run")) {
      return Optional.empty();
    }
    JsonNode header = lines.getFirst();
    List<Step> steps = new ArrayList<>();
    Set<Integer> changed = new HashSet<>();
    Set<Integer> undone = new HashSet<>();
    Set<Integer> undoing = new LinkedHashSet<>();
    Optional<String> outcome = Optional.empty();
    for (JsonNode line : lines) {
      if (line.has("step")) {
        step(line).ifPresent(steps::add);
      } else if (line.has("changed")) {
        changed.add(line.path("changed").asInt());
      } else if (line.has("undone")) {
        undone.add(line.path("undone").asInt());
      } else if (line.has("undoing")) {
        line.path("undoing").forEach(number -> undoing.add(number.asInt()));
        outcome = Optional.empty();
      } else if (line.has("closed")) {
        outcome = Optional.of(line.path("closed").asText());
      }
    }
    return Optional.of(
        new RunRecord(
            header.path("run").asText(),
            header.path("who").asText(),
            header.path("plan").asText(),
            header.path("digest").asText(),
            header.path("at").asText(),
            steps,
            changed,
            undone,
            undoing,
            outcome));
  }

  private static Optional<Step> step(JsonNode line) {
    try {
      return Optional.of(MAPPER.treeToValue(line, Step.class));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /**
   * Returns the steps that were begun and neither brought to the end of their change nor undone.
   */
  public List<Step> open() {
    int last = changed.stream().mapToInt(i -> i).max().orElse(0);
    return steps.stream()
        .filter(s -> undoing.isEmpty() ? s.step() > last : undoing.contains(s.step()))
        .filter(s -> !undone.contains(s.step()))
        .toList();
  }

  /** Returns the steps that stand, as one list a change, in order. */
  public List<List<Step>> standing() {
    List<List<Step>> changes = new ArrayList<>();
    int from = 0;
    for (int end : changed.stream().sorted().toList()) {
      int begin = from;
      List<Step> change =
          steps.stream()
              .filter(s -> s.step() > begin && s.step() <= end && !undone.contains(s.step()))
              .toList();
      if (!change.isEmpty()) {
        changes.add(change);
      }
      from = end;
    }
    return changes;
  }
}
