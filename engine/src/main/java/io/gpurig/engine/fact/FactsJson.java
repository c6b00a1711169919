package io.gpurig.engine.fact;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The facts file: {@code {"gpurigFacts": 1, "host": "…", "reads": {…}}}. What a hand-written file
 * leaves out of an entry has the value that is usual: a file is regular, root's and 0644.
 */
public final class FactsJson {
  /** The version of the format that is written, and the newest that is read. */
  public static final int VERSION = 1;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private FactsJson() {}

  /** Returns the facts file's content. */
  public static ObjectNode write(Facts facts) {
    ObjectNode root = JSON.objectNode().put("gpurigFacts", VERSION).put("host", facts.host());
    ObjectNode reads = root.putObject("reads");
    ObjectNode files = reads.putObject("files");
    facts.files().forEach((path, file) -> files.set(path, file.map(FactsJson::file).orElse(null)));
    ObjectNode commands = reads.putObject("commands");
    facts
        .commands()
        .forEach(
            (line, answer) ->
                commands
                    .putObject(line)
                    .put("exit", answer.exit())
                    .put("stdout", answer.stdout())
                    .put("stderr", answer.stderr()));
    facts.pci().ifPresent(functions -> pci(reads.putObject("pci"), functions));
    ObjectNode users = reads.putObject("deviceUsers");
    facts
        .deviceUsers()
        .forEach(
            (prefix, list) ->
                list.forEach(u -> users.withArray("/" + escape(prefix)).add(user(u))));
    facts.deviceUsers().forEach((prefix, list) -> users.withArray("/" + escape(prefix)));
    facts.docker().ifPresent(state -> docker(reads.putObject("docker"), state));
    return root;
  }

  private static String escape(String key) {
    return key.replace("~", "~0").replace("/", "~1");
  }

  private static ObjectNode file(FileFact file) {
    ObjectNode node =
        JSON.objectNode()
            .put("mode", file.mode())
            .put("owner", file.owner())
            .put(file.base64() ? "contentBase64" : "content", file.content());
    if (file.type() != FileFact.Type.FILE) {
      node.put("type", file.type().name().toLowerCase(Locale.ROOT));
    }
    file.error().ifPresent(error -> node.put("error", error));
    return node;
  }

  private static void pci(ObjectNode node, Map<String, PciFact> functions) {
    functions.forEach(
        (bdf, pci) ->
            node.putObject(bdf)
                .put("vendor", pci.vendor())
                .put("device", pci.device())
                .put("class", pci.classCode())
                .put("driver", pci.driver().orElse(null))
                .put("iommuGroup", pci.iommuGroup().orElse(null))
                .put("driverOverride", pci.driverOverride().orElse(null))
                .put("numaNode", pci.numaNode().orElse(null)));
  }

  private static ObjectNode user(DeviceUser user) {
    ObjectNode node =
        JSON.objectNode()
            .put("pid", user.pid())
            .put("command", user.command())
            .put("container", user.container().orElse(null));
    user.devices().forEach(node.putArray("devices")::add);
    return node;
  }

  private static void docker(ObjectNode node, DockerFacts state) {
    node.set("info", state.info().orElse(null));
    node.putArray("containers").addAll(state.containers());
    answers(node, "images", state.images());
    answers(node, "distributions", state.distributions());
    state.error().ifPresent(error -> node.put("error", error));
  }

  private static void answers(
      ObjectNode node, String name, Map<String, Optional<JsonNode>> answers) {
    if (!answers.isEmpty()) {
      ObjectNode object = node.putObject(name);
      answers.forEach((key, answer) -> object.set(key, answer.orElse(null)));
    }
  }

  /**
   * Returns the facts that a facts file holds. The file has been checked against its schema.
   *
   * @param root the file's content
   */
  public static Facts read(JsonNode root) {
    JsonNode reads = root.path("reads");
    Map<String, Optional<FileFact>> files = new HashMap<>();
    reads.path("files").properties().forEach(e -> files.put(e.getKey(), readFile(e.getValue())));
    Map<String, CommandFact> commands = new HashMap<>();
    reads
        .path("commands")
        .properties()
        .forEach(e -> commands.put(e.getKey(), command(e.getValue())));
    Map<String, List<DeviceUser>> users = new HashMap<>();
    reads.path("deviceUsers").properties().forEach(e -> users.put(e.getKey(), users(e.getValue())));
    return new Facts(
        root.path("host").asText(),
        files,
        commands,
        present(reads.get("pci")).map(FactsJson::readPci),
        users,
        present(reads.get("docker")).map(FactsJson::readDocker));
  }

  private static Optional<FileFact> readFile(JsonNode node) {
    if (!node.isObject()) {
      return Optional.empty();
    }
    boolean base64 = node.has("contentBase64");
    return Optional.of(
        new FileFact(
            FileFact.Type.valueOf(node.path("type").asText("file").toUpperCase(Locale.ROOT)),
            node.path("mode").asText("0644"),
            node.path("owner").asText("0:0"),
            node.path(base64 ? "contentBase64" : "content").asText(""),
            base64,
            text(node, "error")));
  }

  private static CommandFact command(JsonNode node) {
    return new CommandFact(
        node.path("exit").asInt(), node.path("stdout").asText(""), node.path("stderr").asText(""));
  }

  private static Map<String, PciFact> readPci(JsonNode node) {
    Map<String, PciFact> functions = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      JsonNode pci = entry.getValue();
      functions.put(
          entry.getKey(),
          new PciFact(
              pci.path("vendor").asText(),
              pci.path("device").asText(),
              pci.path("class").asText(),
              text(pci, "driver"),
              text(pci, "iommuGroup"),
              text(pci, "driverOverride"),
              present(pci.get("numaNode")).map(JsonNode::asInt)));
    }
    return functions;
  }

  private static List<DeviceUser> users(JsonNode node) {
    List<DeviceUser> users = new ArrayList<>();
    for (JsonNode user : node) {
      List<String> devices = new ArrayList<>();
      user.path("devices").forEach(device -> devices.add(device.asText()));
      users.add(
          new DeviceUser(
              user.path("pid").asInt(),
              user.path("command").asText(),
              text(user, "container"),
              devices));
    }
    return users;
  }

  private static DockerFacts readDocker(JsonNode node) {
    List<JsonNode> containers = new ArrayList<>();
    node.path("containers").forEach(containers::add);
    return new DockerFacts(present(node.get("info")), containers, text(node, "error"))
        .withImages(answers(node.path("images")), answers(node.path("distributions")));
  }

  private static Map<String, Optional<JsonNode>> answers(JsonNode object) {
    Map<String, Optional<JsonNode>> answers = new HashMap<>();
    object.properties().forEach(e -> answers.put(e.getKey(), present(e.getValue())));
    return answers;
  }

  private static Optional<String> text(JsonNode node, String property) {
    return present(node.get(property)).map(JsonNode::asText);
  }

  private static Optional<JsonNode> present(@Nullable JsonNode node) {
    return Optional.ofNullable(node).filter(n -> !n.isNull());
  }
}
