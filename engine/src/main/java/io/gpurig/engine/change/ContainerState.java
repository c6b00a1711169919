package io.gpurig.engine.change;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.change.Change.Field;
import io.gpurig.engine.change.ContainerSpec.Bind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The two directions between a {@link ContainerSpec} and what {@code GET /containers/{id}/json}
 * says of a container (Docker Engine API, ContainerInspect).
 */
public final class ContainerState {
  private ContainerState() {}

  /** Returns what the engine would say of a running container that was made by this spec. */
  public static JsonNode of(ContainerSpec spec) {
    ObjectNode root = JsonNodeFactory.instance.objectNode().put("Name", "/" + spec.name());
    root.putObject("State").put("Status", "running").put("Running", true);
    ObjectNode config = root.putObject("Config").put("Image", spec.image());
    ArrayNode env = config.putArray("Env");
    new TreeMap<>(spec.env()).forEach((name, value) -> env.add(name + "=" + value));
    if (!spec.command().isEmpty()) {
      spec.command().forEach(config.putArray("Cmd")::add);
    }
    ObjectNode labels = config.putObject("Labels");
    new TreeMap<>(spec.labels()).forEach(labels::put);
    spec.stopTimeoutSeconds().ifPresent(seconds -> config.put("StopTimeout", seconds));
    ObjectNode host = root.putObject("HostConfig").put("Privileged", spec.privileged());
    ArrayNode binds = host.putArray("Binds");
    spec.binds().forEach(bind -> binds.add(text(bind)));
    ArrayNode devices = host.putArray("Devices");
    spec.devices()
        .forEach(path -> devices.addObject().put("PathOnHost", path).put("PathInContainer", path));
    host.put("PidMode", spec.pidMode().orElse(""));
    host.put("NetworkMode", spec.networkMode().orElse("default"));
    host.put("Runtime", spec.runtime().orElse("runc"));
    host.putObject("RestartPolicy").put("Name", spec.restartPolicy());
    spec.securityOpts().forEach(host.putArray("SecurityOpt")::add);
    ArrayNode ulimits = host.putArray("Ulimits");
    new TreeMap<>(spec.ulimits())
        .forEach(
            (name, limit) ->
                ulimits.addObject().put("Name", name).put("Soft", limit).put("Hard", limit));
    return root;
  }

  /** Returns what differs between a container and its spec; nothing if it was made by that spec. */
  public static List<Field> differences(ContainerSpec spec, JsonNode inspect) {
    JsonNode config = inspect.path("Config");
    JsonNode host = inspect.path("HostConfig");
    Differences found = new Differences();
    found.compare("image", config.path("Image").asText(), spec.image());
    if (!spec.command().isEmpty()) {
      found.compare("command", texts(config.path("Cmd")).toString(), spec.command().toString());
    }
    found.compareEach("env ", pairs(config.path("Env")), spec.env());
    found.compareEach("label ", labels(config.path("Labels")), spec.labels());
    found.compareBinds(binds(inspect), spec.binds());
    found.compareEach("device ", devices(host.path("Devices")), same(spec.devices()));
    found.compare("privileged", host.path("Privileged").asText("false"), spec.privileged() + "");
    found.compare("pid mode", host.path("PidMode").asText(""), spec.pidMode().orElse(""));
    String network = host.path("NetworkMode").asText("default");
    found.compare(
        "network mode",
        network.equals("bridge") ? "default" : network,
        spec.networkMode().orElse("default"));
    spec.runtime().ifPresent(r -> found.compare("runtime", host.path("Runtime").asText(""), r));
    found.compare(
        "restart policy",
        host.path("RestartPolicy").path("Name").asText("no"),
        spec.restartPolicy());
    found.compareEach(
        "security option ", same(texts(host.path("SecurityOpt"))), same(spec.securityOpts()));
    spec.stopTimeoutSeconds()
        .ifPresent(
            s -> found.compare("stop timeout", config.path("StopTimeout").asText("10"), s + ""));
    Map<String, String> limits = new TreeMap<>();
    spec.ulimits().forEach((name, limit) -> limits.put(name, limit + ":" + limit));
    found.compareEach("ulimit ", ulimits(host.path("Ulimits")), limits);
    return found.fields;
  }

  private static final class Differences {
    private final List<Field> fields = new ArrayList<>();

    void compare(String name, String before, String after) {
      if (!before.equals(after)) {
        fields.add(new Field(name, text(before), text(after)));
      }
    }

    /** What the image or the engine adds of its own accord is no difference. */
    void compareEach(String name, Map<String, String> before, Map<String, String> after) {
      new TreeMap<>(after)
          .forEach((key, value) -> compare(name + key, before.getOrDefault(key, ""), value));
    }

    void compareBinds(List<Bind> before, List<Bind> after) {
      after.stream()
          .filter(bind -> !before.contains(bind))
          .forEach(
              bind ->
                  fields.add(
                      new Field(
                          "mount", at(before, bind), Optional.of(ContainerState.text(bind)))));
      before.stream()
          .filter(bind -> at(after, bind).isEmpty())
          .forEach(
              bind ->
                  fields.add(
                      new Field(
                          "mount", Optional.of(ContainerState.text(bind)), Optional.empty())));
    }

    private static Optional<String> at(List<Bind> binds, Bind wanted) {
      return binds.stream()
          .filter(bind -> bind.target().equals(wanted.target()))
          .map(ContainerState::text)
          .findFirst();
    }

    private static Optional<String> text(String value) {
      return Optional.of(value).filter(v -> !v.isEmpty());
    }
  }

  /**
   * Returns the bind mounts, from {@code HostConfig.Binds} and from those made by {@code --mount}.
   */
  private static List<Bind> binds(JsonNode inspect) {
    List<Bind> binds = new ArrayList<>();
    for (String bind : texts(inspect.path("HostConfig").path("Binds"))) {
      String[] parts = bind.split(":", 3);
      if (parts.length > 1 && parts[0].startsWith("/")) {
        List<String> options = parts.length > 2 ? List.of(parts[2].split(",")) : List.of();
        binds.add(bind(parts[0], parts[1], options));
      }
    }
    for (JsonNode mount : inspect.path("HostConfig").path("Mounts")) {
      if (mount.path("Type").asText().equals("bind")) {
        List<String> options = new ArrayList<>();
        options.add(mount.path("BindOptions").path("Propagation").asText(""));
        if (mount.path("ReadOnly").asBoolean()) {
          options.add("ro");
        }
        binds.add(bind(mount.path("Source").asText(), mount.path("Target").asText(), options));
      }
    }
    return binds;
  }

  private static Bind bind(String source, String target, List<String> options) {
    Optional<String> propagation =
        options.stream().filter(o -> o.matches("r?(shared|slave)")).findFirst();
    return new Bind(source, target, options.contains("ro"), propagation);
  }

  private static String text(Bind bind) {
    List<String> options = new ArrayList<>();
    if (bind.readOnly()) {
      options.add("ro");
    }
    bind.propagation().ifPresent(options::add);
    String paths = bind.source() + ":" + bind.target();
    return options.isEmpty() ? paths : paths + ":" + String.join(",", options);
  }

  private static Map<String, String> pairs(JsonNode env) {
    Map<String, String> pairs = new TreeMap<>();
    for (String pair : texts(env)) {
      int equals = pair.indexOf('=');
      pairs.put(
          equals < 0 ? pair : pair.substring(0, equals),
          equals < 0 ? "" : pair.substring(equals + 1));
    }
    return pairs;
  }

  private static Map<String, String> labels(JsonNode labels) {
    Map<String, String> map = new TreeMap<>();
    labels.properties().forEach(e -> map.put(e.getKey(), e.getValue().asText()));
    return map;
  }

  private static Map<String, String> devices(JsonNode devices) {
    Map<String, String> map = new TreeMap<>();
    devices.forEach(d -> map.put(d.path("PathOnHost").asText(), d.path("PathOnHost").asText()));
    return map;
  }

  private static Map<String, String> ulimits(JsonNode ulimits) {
    Map<String, String> map = new TreeMap<>();
    ulimits.forEach(
        u ->
            map.put(
                u.path("Name").asText(), u.path("Soft").asText() + ":" + u.path("Hard").asText()));
    return map;
  }

  private static Map<String, String> same(List<String> values) {
    Map<String, String> map = new TreeMap<>();
    values.forEach(value -> map.put(value, value));
    return map;
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(item -> texts.add(item.asText()));
    return texts;
  }
}
