package io.gpurig.modules.workspace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.plan.Section;
import io.gpurig.modules.workspace.Values.Port;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Says a workspace in the Engine API's terms: the body of {@code POST /containers/create}. What the
 * plan does not say is not in it, so that the image and the engine decide.
 */
final class Request {
  /** The plan's properties that are texts of {@code Config}. */
  private static final Map<String, String> CONFIG_TEXTS =
      Map.of(
          "user", "User",
          "workingDir", "WorkingDir",
          "hostname", "Hostname",
          "stopSignal", "StopSignal");

  private static final Map<String, String> HOST_TEXTS =
      Map.of("pid", "PidMode", "ipc", "IpcMode", "networkMode", "NetworkMode");

  private static final Map<String, String> HOST_FLAGS =
      Map.of("privileged", "Privileged", "init", "Init", "readOnly", "ReadonlyRootfs");

  private static final Map<String, String> HOST_LISTS =
      Map.of(
          "capAdd", "CapAdd",
          "capDrop", "CapDrop",
          "groupAdd", "GroupAdd",
          "securityOpt", "SecurityOpt",
          "extraHosts", "ExtraHosts",
          "dns", "Dns",
          "deviceCgroupRules", "DeviceCgroupRules");

  private final Section item;
  private final ObjectNode body = JsonNodeFactory.instance.objectNode();
  private final ObjectNode host = JsonNodeFactory.instance.objectNode();

  private Request(Section item) {
    this.item = item;
  }

  /** Returns the body for a workspace of a plan, its labels and its digest among it. */
  static ObjectNode of(Workspace workspace, Attachment attachment, DockerFacts docker) {
    ObjectNode body = new Request(workspace.section()).body(workspace, attachment);
    JsonNode asked = Inspection.of(workspace.name(), body, Optional.empty());
    body.withObjectProperty("Labels")
        .put(Labels.DIGEST, Labels.digest(ContainerFields.of(asked, docker)));
    return body;
  }

  private ObjectNode body(Workspace workspace, Attachment attachment) {
    body.put("Image", workspace.image());
    words("command", "Cmd");
    words("entrypoint", "Entrypoint");
    env(workspace, attachment);
    new TreeMap<>(CONFIG_TEXTS).forEach((name, key) -> text(name, body, key));
    flag("tty", body, "Tty");
    flag("stdinOpen", body, "OpenStdin");
    if (item.optionalText("stopTimeout").isPresent()) {
      body.put("StopTimeout", item.duration("stopTimeout").toSeconds());
    }
    ports();
    new TreeMap<>(HOST_TEXTS).forEach((name, key) -> text(name, host, key));
    new TreeMap<>(HOST_FLAGS).forEach((name, key) -> flag(name, host, key));
    new TreeMap<>(HOST_LISTS).forEach(this::list);
    attachment.runtime().or(workspace::runtime).ifPresent(r -> host.put("Runtime", r));
    item.optionalText("shmSize").ifPresent(size -> host.put("ShmSize", Values.bytes(size)));
    map("sysctls", host, "Sysctls");
    mounts(attachment);
    devices(attachment);
    ulimits(attachment);
    networks();
    restart();
    resources();
    body.set("HostConfig", host);
    labels(workspace, attachment);
    return body;
  }

  private JsonNode node(String property) {
    return item.node().path(property);
  }

  private void text(String property, ObjectNode target, String key) {
    item.optionalText(property).ifPresent(text -> target.put(key, text));
  }

  private void flag(String property, ObjectNode target, String key) {
    if (node(property).asBoolean()) {
      target.put(key, true);
    }
  }

  private void list(String property, String key) {
    if (!node(property).isEmpty()) {
      ArrayNode array = host.putArray(key);
      node(property).forEach(value -> array.add(value.asText()));
    }
  }

  private void map(String property, ObjectNode target, String key) {
    if (!item.texts(property).isEmpty()) {
      item.texts(property).forEach(target.putObject(key)::put);
    }
  }

  /** An empty list takes the image's away; to the API a list of one empty text says so. */
  private void words(String property, String key) {
    JsonNode value = node(property);
    if (value.isTextual()) {
      Values.words(value.asText()).forEach(body.putArray(key)::add);
    } else if (value.isArray()) {
      ArrayNode array = body.putArray(key);
      value.forEach(word -> array.add(word.asText()));
      if (array.isEmpty() && key.equals("Entrypoint")) {
        array.add("");
      }
    }
  }

  private void env(Workspace workspace, Attachment attachment) {
    Map<String, String> env = new TreeMap<>(attachment.env());
    env.putAll(workspace.env());
    if (!env.isEmpty()) {
      ArrayNode array = body.putArray("Env");
      env.forEach((name, value) -> array.add(name + "=" + value));
    }
  }

  private void labels(Workspace workspace, Attachment attachment) {
    ObjectNode labels = body.putObject("Labels");
    item.texts("labels").forEach(labels::put);
    attachment.labels().forEach(labels::put);
    labels.put(Labels.MODULE, Labels.SECTION);
    labels.put(Labels.PLAN, item.plan());
    labels.put(Labels.WORKSPACE, workspace.name());
  }

  private void ports() {
    ObjectNode bindings = JsonNodeFactory.instance.objectNode();
    ObjectNode exposed = JsonNodeFactory.instance.objectNode();
    for (JsonNode text : node("ports")) {
      for (Port port : Values.ports(text.asText()).orElse(List.of())) {
        exposed.putObject(port.container());
        bindings
            .withArrayProperty(port.container())
            .addObject()
            .put("HostIp", port.hostIp())
            .put("HostPort", port.hostPort());
      }
    }
    if (!bindings.isEmpty()) {
      body.set("ExposedPorts", exposed);
      host.set("PortBindings", bindings);
    }
  }

  /** A source that is not there is made, as {@code docker run -v} and compose do. */
  private void mounts(Attachment attachment) {
    List<String> binds = new ArrayList<>();
    ObjectNode tmpfs = JsonNodeFactory.instance.objectNode();
    for (JsonNode mount : node("mounts")) {
      if (mount.isTextual()) {
        binds.add(mount.asText());
        continue;
      }
      String target = mount.path("target").asText();
      if (mount.path("type").asText().equals("tmpfs")) {
        List<String> options = new ArrayList<>();
        option(mount, "size").map(Values::bytes).ifPresent(bytes -> options.add("size=" + bytes));
        option(mount, "mode").ifPresent(mode -> options.add("mode=" + mode));
        tmpfs.put(target, String.join(",", options));
        continue;
      }
      List<String> options = new ArrayList<>();
      if (mount.path("readOnly").asBoolean()) {
        options.add("ro");
      }
      option(mount, "propagation").ifPresent(options::add);
      String paths = mount.path("source").asText() + ":" + target;
      binds.add(options.isEmpty() ? paths : paths + ":" + String.join(",", options));
    }
    attachment.readOnlyBinds().forEach(path -> binds.add(path + ":" + path + ":ro"));
    if (!binds.isEmpty()) {
      binds.forEach(host.putArray("Binds")::add);
    }
    if (!tmpfs.isEmpty()) {
      host.set("Tmpfs", tmpfs);
    }
  }

  private static Optional<String> option(JsonNode mount, String name) {
    return Optional.ofNullable(mount.get(name)).map(JsonNode::asText);
  }

  private void devices(Attachment attachment) {
    List<String> devices = new ArrayList<>();
    node("devices").forEach(device -> devices.add(device.asText()));
    attachment.devices().stream().filter(d -> !devices.contains(d)).forEach(devices::add);
    if (!devices.isEmpty()) {
      ArrayNode array = host.putArray("Devices");
      for (String device : devices) {
        String[] parts = device.split(":");
        boolean mapped = parts.length > 1 && parts[1].startsWith("/");
        boolean permitted = parts.length > 1 && !parts[parts.length - 1].startsWith("/");
        array
            .addObject()
            .put("PathOnHost", parts[0])
            .put("PathInContainer", mapped ? parts[1] : parts[0])
            .put("CgroupPermissions", permitted ? parts[parts.length - 1] : "rwm");
      }
    }
    if (!attachment.deviceRequests().isEmpty()) {
      attachment.deviceRequests().forEach(host.putArray("DeviceRequests")::add);
    }
  }

  private void ulimits(Attachment attachment) {
    Map<String, long[]> limits = new TreeMap<>();
    for (Map.Entry<String, JsonNode> limit : node("ulimits").properties()) {
      JsonNode value = limit.getValue();
      boolean one = value.isNumber();
      limits.put(
          limit.getKey().toLowerCase(Locale.ROOT),
          new long[] {
            one ? value.asLong() : value.path("soft").asLong(),
            one ? value.asLong() : value.path("hard").asLong()
          });
    }
    if (attachment.unlimitedMemlock()) {
      limits.put("memlock", new long[] {-1, -1});
    }
    if (!limits.isEmpty()) {
      ArrayNode array = host.putArray("Ulimits");
      limits.forEach(
          (name, ends) ->
              array.addObject().put("Name", name).put("Soft", ends[0]).put("Hard", ends[1]));
    }
  }

  private void networks() {
    if (!node("networks").isEmpty()) {
      host.put("NetworkMode", node("networks").path(0).asText());
      ObjectNode endpoints = body.putObject("NetworkingConfig").putObject("EndpointsConfig");
      node("networks").forEach(network -> endpoints.putObject(network.asText()));
    }
  }

  private void restart() {
    String[] policy = item.text("restart").split(":");
    String name = policy[0].equals("false") ? "no" : policy[0];
    host.putObject("RestartPolicy")
        .put("Name", name)
        .put("MaximumRetryCount", policy.length > 1 ? Integer.parseInt(policy[1]) : 0);
  }

  private void resources() {
    JsonNode resources = node("resources");
    bytes(resources, "memory", "Memory");
    bytes(resources, "memorySwap", "MemorySwap");
    bytes(resources, "memoryReservation", "MemoryReservation");
    Optional.ofNullable(resources.get("cpus"))
        .ifPresent(cpus -> host.put("NanoCpus", Values.nanoCpus(cpus.asText())));
    Optional.ofNullable(resources.get("cpuShares"))
        .ifPresent(shares -> host.put("CpuShares", shares.asLong()));
    Optional.ofNullable(resources.get("cpuset"))
        .ifPresent(cpus -> host.put("CpusetCpus", cpus.asText()));
    Optional.ofNullable(resources.get("pidsLimit"))
        .ifPresent(limit -> host.put("PidsLimit", limit.asLong()));
  }

  private void bytes(JsonNode resources, String property, String key) {
    Optional.ofNullable(resources.get(property))
        .ifPresent(value -> host.put(key, Values.bytes(value.asText())));
  }
}
