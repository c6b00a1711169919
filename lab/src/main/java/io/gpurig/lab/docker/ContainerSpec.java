package io.gpurig.lab.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a container was asked to be, after the engine filled in what the request left open.
 *
 * @param config the {@code Config} of {@code docker inspect}
 * @param hostConfig the {@code HostConfig} of {@code docker inspect}
 */
record ContainerSpec(Image image, ObjectNode config, ObjectNode hostConfig) {
  private static final ObjectNode CONFIG = Json.resource("config.json");
  private static final ObjectNode HOST_CONFIG = Json.resource("host-config.json");
  private static final Set<String> NOT_CONFIG = Set.of("HostConfig", "NetworkingConfig");

  static ContainerSpec of(JsonNode request, Image image, String id, String defaultRuntime) {
    ObjectNode config = CONFIG.deepCopy();
    config.put("Hostname", id.substring(0, 12));
    overlay(config, request);
    config.set("Env", Json.array(env(Json.texts(Json.at(request, "Env")), image)));
    fillCommand(config, request, image);
    ObjectNode hostConfig = HOST_CONFIG.deepCopy();
    overlay(hostConfig, Json.at(request, "HostConfig"));
    normalise(hostConfig, defaultRuntime);
    return new ContainerSpec(image, config, hostConfig);
  }

  /** Returns a variable of the container's environment, or null. */
  @Nullable String env(String name) {
    for (String entry : Json.texts(config.path("Env"))) {
      if (entry.startsWith(name + "=")) {
        return entry.substring(name.length() + 1);
      }
    }
    return null;
  }

  List<String> commandLine() {
    List<String> line = new ArrayList<>(Json.texts(Json.at(config, "Entrypoint")));
    line.addAll(Json.texts(Json.at(config, "Cmd")));
    return line;
  }

  List<MountPoint> mounts() {
    return MountPoint.of(hostConfig);
  }

  String runtime() {
    return hostConfig.path("Runtime").asText();
  }

  String restartPolicy() {
    return hostConfig.path("RestartPolicy").path("Name").asText();
  }

  /** Returns whether the container holds a GPU open while it runs. */
  boolean usesGpu() {
    String visible = env("NVIDIA_VISIBLE_DEVICES");
    boolean wanted = visible == null || !Set.of("void", "none", "").contains(visible);
    return (runtime().startsWith("nvidia") && wanted)
        || !hostConfig.path("DeviceRequests").isEmpty();
  }

  /** Sent entries first, then those of the image that the request does not name. */
  private static List<String> env(List<String> sent, Image image) {
    List<String> env = new ArrayList<>(sent);
    Set<String> names = sent.stream().map(ContainerSpec::name).collect(Collectors.toSet());
    image.env().stream().filter(entry -> !names.contains(name(entry))).forEach(env::add);
    return env;
  }

  private static String name(String entry) {
    return entry.replaceFirst("=.*", "");
  }

  private static void fillCommand(ObjectNode config, JsonNode request, Image image) {
    boolean ownEntrypoint = !Json.at(request, "Entrypoint").isEmpty();
    if (!ownEntrypoint) {
      List<String> entrypoint = image.entrypoint();
      config.set("Entrypoint", entrypoint.isEmpty() ? null : Json.array(entrypoint));
    }
    if (Json.at(request, "Cmd").isEmpty()) {
      // an entrypoint of one's own leaves the image's command out
      boolean none = ownEntrypoint || image.command().isEmpty();
      config.set("Cmd", none ? null : Json.array(image.command()));
    }
  }

  private static void normalise(ObjectNode host, String defaultRuntime) {
    if (host.path("Runtime").asText().isEmpty()) {
      host.put("Runtime", defaultRuntime);
    }
    if (Set.of("", "default").contains(host.path("NetworkMode").asText())) {
      host.put("NetworkMode", "bridge");
    }
    ObjectNode policy = host.withObjectProperty("RestartPolicy");
    if (policy.path("Name").asText().isEmpty()) {
      policy.put("Name", "no");
    }
    policy.put("MaximumRetryCount", policy.path("MaximumRetryCount").asInt());
    long memory = host.path("Memory").asLong();
    if (memory > 0 && host.path("MemorySwap").asLong() == 0) {
      host.put("MemorySwap", 2 * memory);
    }
    if (host.path("ShmSize").asLong() == 0) {
      host.put("ShmSize", 64 << 20);
    }
    if (host.path("IpcMode").asText().isEmpty()) {
      host.put("IpcMode", "private");
    }
    if (host.path("CgroupnsMode").asText().isEmpty()) {
      host.put("CgroupnsMode", "private");
    }
    if (host.path("PidsLimit").asLong() <= 0) {
      host.putNull("PidsLimit");
    }
    if (Json.at(host, "LogConfig", "Type").asText().isEmpty()) {
      host.putObject("LogConfig").put("Type", "json-file").putObject("Config");
    }
    disableLabels(host);
    host.path("DeviceRequests").forEach(request -> fillDeviceRequest((ObjectNode) request));
  }

  /** The engine confines nothing that may see the host, and says so. */
  private static void disableLabels(ObjectNode host) {
    boolean privileged = host.path("Privileged").asBoolean();
    if (privileged) {
      host.putNull("MaskedPaths").putNull("ReadonlyPaths");
    }
    boolean open =
        privileged
            || host.path("PidMode").asText().equals("host")
            || host.path("IpcMode").asText().equals("host");
    List<String> options = Json.texts(Json.at(host, "SecurityOpt"));
    if (open && options.stream().noneMatch(o -> o.startsWith("label=") || o.startsWith("label:"))) {
      ArrayNode all = Json.array(options);
      host.set("SecurityOpt", all.add("label=disable"));
    }
  }

  private static void fillDeviceRequest(ObjectNode request) {
    request.put("Driver", request.path("Driver").asText());
    request.put("Count", request.path("Count").asInt());
    for (String name : List.of("DeviceIDs", "Capabilities", "Options")) {
      if (!request.has(name)) {
        request.putNull(name);
      }
    }
  }

  private static void overlay(ObjectNode defaults, JsonNode sent) {
    for (var member : sent.properties()) {
      if (!NOT_CONFIG.contains(member.getKey()) && !member.getValue().isNull()) {
        defaults.set(member.getKey(), member.getValue().deepCopy());
      }
    }
  }
}
