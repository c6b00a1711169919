package io.gpurig.modules.workspace;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.fact.Shell;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a container is, as fields with the plan's names, each in one form whichever of its forms the
 * Engine API has it in: {@code null}, {@code []} and {@code {}} are nothing, {@code default} is
 * {@code bridge}, a mount is a mount in {@code Binds} and in {@code Mounts}. The same function
 * reads what is there and what is asked for, so the two cannot differ in form.
 */
final class ContainerFields {
  private static final Map<String, String> CONFIG_TEXTS =
      Map.of("User", "user", "WorkingDir", "workingDir");

  private static final Map<String, String> FLAGS =
      Map.of("Privileged", "privileged", "Init", "init", "ReadonlyRootfs", "readOnly");

  /** Lists whose order says nothing. */
  private static final Map<String, String> SETS =
      Map.of(
          "GroupAdd", "groupAdd",
          "DeviceCgroupRules", "deviceCgroupRules",
          "ExtraHosts", "extraHosts");

  private static final Map<String, String> NUMBERS =
      Map.of(
          "CpuShares", "resources.cpuShares",
          "CpuQuota", "resources.cpuQuota",
          "CpuPeriod", "resources.cpuPeriod",
          "BlkioWeight", "resources.blkioWeight");

  private static final Set<String> OWN_NETWORKS = Set.of("bridge", "host", "none", "nat");

  private final String id;
  private final JsonNode config;
  private final JsonNode host;
  private final JsonNode networks;
  private final DockerFacts docker;
  private final Map<String, String> fields = new TreeMap<>();

  private ContainerFields(JsonNode inspect, DockerFacts docker) {
    this.id = inspect.path("Id").asText("");
    this.config = inspect.path("Config");
    this.host = inspect.path("HostConfig");
    this.networks = inspect.path("NetworkSettings").path("Networks");
    this.docker = docker;
  }

  /**
   * Returns the fields that have a value.
   *
   * @param inspect as {@code GET /containers/{id}/json} answers
   * @param docker knows the containers that others share namespaces with
   */
  static Map<String, String> of(JsonNode inspect, DockerFacts docker) {
    ContainerFields reader = new ContainerFields(inspect, docker);
    reader.program();
    reader.rights();
    reader.storage();
    reader.network();
    reader.resources();
    reader.devices();
    return reader.fields;
  }

  private void put(String field, String value) {
    if (!value.isEmpty()) {
      fields.put(field, value);
    }
  }

  private void program() {
    put("image", ImageReference.familiar(config.path("Image").asText()));
    put("command", line(texts(config.path("Cmd"))));
    List<String> entrypoint = texts(config.path("Entrypoint"));
    put("entrypoint", entrypoint.equals(List.of("")) ? "" : line(entrypoint));
    Inspection.pairs(config.path("Env")).forEach((name, value) -> fields.put("env." + name, value));
    config
        .path("Labels")
        .properties()
        .forEach(
            label -> {
              if (!Labels.isDerived(label.getKey())) {
                fields.put("labels." + label.getKey(), label.getValue().asText());
              }
            });
    CONFIG_TEXTS.forEach((key, field) -> put(field, config.path(key).asText("")));
    put("hostname", hostname());
    String signal = config.path("StopSignal").asText("");
    put("stopSignal", signal.equals("SIGTERM") ? "" : signal);
    flag("tty", config.path("Tty"));
    flag("stdinOpen", config.path("OpenStdin"));
    String timeout = config.path("StopTimeout").asText("");
    put("stopTimeout", timeout.isEmpty() || timeout.equals("null") ? "" : timeout + "s");
    JsonNode check = config.path("Healthcheck");
    put("healthcheck", check.isEmpty() ? "" : sorted(check));
  }

  /** By itself it is the beginning of the id, or that of whoever's network it shares. */
  private String hostname() {
    String name = config.path("Hostname").asText("");
    boolean own = !host.path("NetworkMode").asText().matches("host|container:.*");
    return own && (id.isEmpty() || !id.startsWith(name)) ? name : "";
  }

  private static String line(List<String> words) {
    return words.isEmpty() ? "" : Shell.join(words);
  }

  private void flag(String field, JsonNode value) {
    put(field, value.asBoolean() ? "true" : "");
  }

  private void rights() {
    FLAGS.forEach((key, field) -> flag(field, host.path(key)));
    SETS.forEach(
        (key, field) -> put(field, String.join(",", new TreeSet<>(texts(host.path(key))))));
    put("capAdd", capabilities(host.path("CapAdd")));
    put("capDrop", capabilities(host.path("CapDrop")));
    put("pid", namespace(host.path("PidMode").asText("")));
    put("ipc", namespace(host.path("IpcMode").asText("")));
    put("cgroupns", host.path("CgroupnsMode").asText(""));
    put("runtime", host.path("Runtime").asText(""));
    host.path("Sysctls")
        .properties()
        .forEach(e -> put("sysctls." + e.getKey(), e.getValue().asText()));
    put("securityOpt", securityOptions());
  }

  private static String capabilities(JsonNode names) {
    return texts(names).stream()
        .map(name -> name.toUpperCase(Locale.ROOT).replaceFirst("^CAP_", ""))
        .collect(Collectors.toCollection(TreeSet::new))
        .toString()
        .replaceAll("[\\[\\]]", "");
  }

  /** The engine names the other container by its id, the plan by its name. */
  private String namespace(String mode) {
    String prefix = "container:";
    return mode.startsWith(prefix)
        ? docker
            .container(mode.substring(prefix.length()))
            .map(other -> prefix + DockerFacts.name(other))
            .orElse(mode)
        : mode;
  }

  /** The engine adds {@code label=disable} itself (moby, daemon/daemon_unix.go). */
  private String securityOptions() {
    boolean shares =
        host.path("Privileged").asBoolean()
            || host.path("PidMode").asText().equals("host")
            || host.path("IpcMode").asText().equals("host");
    TreeSet<String> options = new TreeSet<>();
    for (String option : texts(host.path("SecurityOpt"))) {
      String normal = option.replaceFirst("^no-new-privileges$", "no-new-privileges:true");
      options.add(normal.replaceFirst("^([a-z-]+):", "$1="));
    }
    if (shares) {
      options.remove("label=disable");
    }
    return String.join(",", options);
  }

  private void storage() {
    for (String bind : texts(host.path("Binds"))) {
      String[] parts = bind.split(":", 3);
      mount(parts[0], parts[1], parts.length > 2 ? List.of(parts[2].split(",")) : List.of());
    }
    host.path("Tmpfs")
        .properties()
        .forEach(e -> tmpfs(e.getKey(), List.of(e.getValue().asText().split(","))));
    for (JsonNode mount : host.path("Mounts")) {
      String target = mount.path("Target").asText();
      List<String> options = new ArrayList<>();
      if (mount.path("ReadOnly").asBoolean()) {
        options.add("ro");
      }
      if (mount.path("Type").asText().equals("tmpfs")) {
        JsonNode tmpfs = mount.path("TmpfsOptions");
        options.add(tmpfs.path("SizeBytes").asLong() > 0 ? "size=" + tmpfs.path("SizeBytes") : "");
        int mode = tmpfs.path("Mode").asInt();
        options.add(mode > 0 ? "mode=" + Integer.toOctalString(mode) : "");
        tmpfs(target, options);
      } else {
        options.add(mount.path("BindOptions").path("Propagation").asText(""));
        mount(mount.path("Source").asText(), target, options);
      }
    }
  }

  private void tmpfs(String target, List<String> options) {
    TreeSet<String> told = new TreeSet<>(options);
    told.remove("");
    fields.put("mounts." + trimmed(target), told.isEmpty() ? "tmpfs" : "tmpfs:" + join(told));
  }

  /** What is the default of a bind is left out: read and write, private, recursive. */
  private void mount(String source, String target, List<String> options) {
    TreeSet<String> told = new TreeSet<>(options);
    told.removeAll(Set.of("", "rw", "rprivate"));
    String from = source.startsWith("/") ? trimmed(source) : source;
    fields.put("mounts." + trimmed(target), told.isEmpty() ? from : from + ":" + join(told));
  }

  private static String join(Set<String> words) {
    return String.join(",", words);
  }

  private static String trimmed(String path) {
    return path.length() > 1 ? path.replaceAll("/+$", "").replaceAll("//+", "/") : path;
  }

  private void network() {
    String mode = host.path("NetworkMode").asText("");
    String normal = mode.isEmpty() || mode.equals("default") ? "bridge" : mode;
    boolean named = !OWN_NETWORKS.contains(normal) && !normal.startsWith("container:");
    if (named) {
      fields.put("networks." + normal, "connected");
    } else {
      fields.put("networkMode", namespace(normal));
    }
    networks.properties().stream()
        .map(Map.Entry::getKey)
        .filter(name -> !OWN_NETWORKS.contains(name) || (named && name.equals("bridge")))
        .forEach(name -> fields.put("networks." + name, "connected"));
    put("dns", String.join(",", texts(host.path("Dns"))));
    for (Map.Entry<String, JsonNode> port : host.path("PortBindings").properties()) {
      TreeSet<String> bindings = new TreeSet<>();
      for (JsonNode binding : port.getValue()) {
        String ip = binding.path("HostIp").asText("");
        String number = binding.path("HostPort").asText("");
        String shown = number.isEmpty() || number.equals("0") ? "any port" : number;
        bindings.add(ip.isEmpty() ? shown : ip + ":" + shown);
      }
      put("ports." + port.getKey(), join(bindings));
    }
  }

  private void resources() {
    String policy = host.path("RestartPolicy").path("Name").asText("");
    int retries = host.path("RestartPolicy").path("MaximumRetryCount").asInt();
    String restart = policy.isEmpty() ? "no" : policy;
    fields.put(
        "restart", restart.equals("on-failure") && retries > 0 ? restart + ":" + retries : restart);
    long memory = host.path("Memory").asLong();
    long swap = host.path("MemorySwap").asLong();
    bytes("resources.memory", memory);
    bytes("resources.memoryReservation", host.path("MemoryReservation").asLong());
    // twice the memory is what the engine sets where nothing is said
    boolean told = swap != 0 && swap != 2 * memory;
    put("resources.memorySwap", told ? swap < 0 ? "-1" : Values.size(swap) : "");
    long cpus = host.path("NanoCpus").asLong();
    put("resources.cpus", cpus > 0 ? Values.cpus(cpus) : "");
    NUMBERS.forEach(
        (key, field) -> put(field, host.path(key).asLong() > 0 ? host.path(key).asText() : ""));
    put("resources.cpuset", host.path("CpusetCpus").asText(""));
    put("resources.cpusetMems", host.path("CpusetMems").asText(""));
    long pids = host.path("PidsLimit").asLong();
    put("resources.pidsLimit", pids > 0 ? Long.toString(pids) : "");
    bytes("shmSize", host.path("ShmSize").asLong());
    for (JsonNode limit : host.path("Ulimits")) {
      String soft = limit.path("Soft").asText();
      String hard = limit.path("Hard").asText();
      put(
          "ulimits." + limit.path("Name").asText().toLowerCase(Locale.ROOT),
          soft.equals(hard) ? soft : soft + ":" + hard);
    }
  }

  private void bytes(String field, long bytes) {
    put(field, bytes > 0 ? Values.size(bytes) : "");
  }

  private void devices() {
    for (JsonNode device : host.path("Devices")) {
      String inside = device.path("PathInContainer").asText();
      String outside = device.path("PathOnHost").asText();
      String rights = device.path("CgroupPermissions").asText("rwm");
      String from = outside.equals(inside) || inside.isEmpty() ? "" : " from " + outside;
      put("devices." + (inside.isEmpty() ? outside : inside), rights + from);
    }
    TreeSet<String> requests = new TreeSet<>();
    for (JsonNode request : host.path("DeviceRequests")) {
      requests.add(request(request));
    }
    put("gpus", String.join("; ", requests));
  }

  private static String request(JsonNode request) {
    List<String> parts = new ArrayList<>();
    String driver = request.path("Driver").asText("");
    parts.add(driver.isEmpty() ? "--gpus" : driver);
    long count = request.path("Count").asLong();
    if (count != 0) {
      parts.add(count < 0 ? "all" : Long.toString(count));
    }
    if (!request.path("DeviceIDs").isEmpty()) {
      parts.add(String.join(",", new TreeSet<>(texts(request.path("DeviceIDs")))));
    }
    TreeSet<String> capabilities = new TreeSet<>();
    request.path("Capabilities").forEach(list -> capabilities.addAll(texts(list)));
    capabilities.remove("gpu");
    if (!capabilities.isEmpty()) {
      parts.add(join(capabilities));
    }
    request
        .path("Options")
        .properties()
        .forEach(e -> parts.add(e.getKey() + "=" + e.getValue().asText()));
    return String.join(" ", parts);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(item -> texts.add(item.asText()));
    return texts;
  }

  private static String sorted(JsonNode value) {
    return Optional.of(value)
        .filter(JsonNode::isObject)
        .map(
            object ->
                object.properties().stream()
                    .filter(e -> !e.getValue().asText("-").equals("0"))
                    .map(e -> e.getKey() + ": " + e.getValue())
                    .sorted()
                    .collect(Collectors.joining(", ")))
        .orElse(value.toString());
  }
}
