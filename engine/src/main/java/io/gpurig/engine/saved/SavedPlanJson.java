package io.gpurig.engine.saved;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.ChangeJson;
import io.gpurig.engine.saved.SavedHost.Expectation;
import io.gpurig.engine.saved.SavedPlan.Input;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The JSON of a saved plan, as {@code schema/saved-plan.schema.json} describes it. */
final class SavedPlanJson {
  static final String MARK = "gpurigPlan";
  static final String INTEGRITY = "integrity";

  /** The version of the format that is written, and the newest that is read. */
  static final int VERSION = 1;

  private SavedPlanJson() {}

  static ObjectNode write(SavedPlan plan) {
    ObjectNode root = JsonNodeFactory.instance.objectNode().put(MARK, VERSION);
    root.put("tool", plan.tool()).put("salt", plan.salt());
    ArrayNode inputs = root.putArray("inputs");
    plan.inputs().forEach(i -> inputs.addObject().put("file", i.file()).put("sha256", i.sha256()));
    ObjectNode secrets = root.putObject("secrets");
    new TreeMap<>(plan.secrets()).forEach(secrets::put);
    ArrayNode plans = root.putArray("plans");
    for (SavedPlan.Plan one : plan.plans()) {
      ArrayNode hosts = plans.addObject().put("name", one.name()).putArray("hosts");
      one.hosts().forEach(host -> host(hosts.addObject(), host));
    }
    return root.put(INTEGRITY, integrity(root));
  }

  private static void host(ObjectNode node, SavedHost host) {
    node.put("host", host.host()).set("plan", host.plan());
    ArrayNode changes = node.putArray("changes");
    host.changes().forEach(change -> changes.add(ChangeJson.write(change)));
    ObjectNode expectations = node.putObject("expectations");
    host.expectations()
        .forEach(
            (question, fact) ->
                expectations
                    .putObject(question)
                    .put("digest", fact.digest())
                    .put("shown", fact.shown()));
  }

  /** Returns what the digest of a saved plan must be. */
  static String integrity(ObjectNode root) {
    return "sha256:" + Digests.of(root.deepCopy().without(INTEGRITY));
  }

  /**
   * Returns the saved plan that JSON describes, which has been checked against the schema.
   *
   * @throws IllegalArgumentException if one of its changes is none
   */
  static SavedPlan read(JsonNode root) {
    List<Input> inputs = new ArrayList<>();
    root.path("inputs")
        .forEach(i -> inputs.add(new Input(i.path("file").asText(), i.path("sha256").asText())));
    Map<String, String> secrets = new TreeMap<>();
    root.path("secrets").properties().forEach(e -> secrets.put(e.getKey(), e.getValue().asText()));
    List<SavedPlan.Plan> plans = new ArrayList<>();
    for (JsonNode plan : root.path("plans")) {
      List<SavedHost> hosts = new ArrayList<>();
      plan.path("hosts").forEach(host -> hosts.add(readHost(host)));
      plans.add(new SavedPlan.Plan(plan.path("name").asText(), hosts));
    }
    return new SavedPlan(
        root.path("tool").asText(), root.path("salt").asText(), inputs, secrets, plans);
  }

  private static SavedHost readHost(JsonNode host) {
    List<Change> changes = new ArrayList<>();
    host.path("changes").forEach(change -> changes.add(ChangeJson.read(change)));
    Map<String, Expectation> expectations = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : host.path("expectations").properties()) {
      JsonNode fact = entry.getValue();
      expectations.put(
          entry.getKey(),
          new Expectation(fact.path("digest").asText(), fact.path("shown").asText()));
    }
    return new SavedHost(host.path("host").asText(), host.path("plan"), changes, expectations);
  }
}
