package io.gpurig.lab.docker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Tells of containers as Docker's API does. */
final class InspectJson {
  private static final String NEVER = "0001-01-01T00:00:00Z";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.nnnnnnnnn'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final String HOME = "/var/lib/docker/containers/";

  private InspectJson() {}

  /** What {@code docker inspect} shows. */
  static ObjectNode full(Container container) {
    ContainerSpec spec = container.spec;
    List<String> line = spec.commandLine();
    ObjectNode json = Json.object();
    json.put("Id", container.id).put("Created", TIME.format(container.created));
    json.put("Path", line.isEmpty() ? "" : line.getFirst());
    json.set("Args", Json.array(line.isEmpty() ? line : line.subList(1, line.size())));
    json.set("State", state(container));
    json.put("Image", spec.image().id());
    String home = HOME + container.id + "/";
    json.put("ResolvConfPath", home + "resolv.conf").put("HostnamePath", home + "hostname");
    json.put("HostsPath", home + "hosts").put("LogPath", home + container.id + "-json.log");
    json.put("Name", "/" + container.name).put("RestartCount", container.restartCount);
    json.put("Driver", "overlay2").put("Platform", "linux");
    json.put("MountLabel", "").put("ProcessLabel", "");
    boolean privileged = spec.hostConfig().path("Privileged").asBoolean();
    json.put("AppArmorProfile", privileged ? "unconfined" : "docker-default");
    json.putNull("ExecIDs");
    json.set("HostConfig", spec.hostConfig().deepCopy());
    json.putObject("GraphDriver").put("Name", "overlay2").putObject("Data");
    var mounts = json.putArray("Mounts");
    spec.mounts().forEach(mount -> mounts.add(mount.json()));
    json.set("Config", spec.config().deepCopy());
    json.set("NetworkSettings", network(container));
    return json;
  }

  /** What {@code docker ps} lists. */
  static ObjectNode summary(Container container) {
    ContainerSpec spec = container.spec;
    ObjectNode json = Json.object();
    json.put("Id", container.id);
    json.set("Names", Json.array(List.of("/" + container.name)));
    json.put("Image", spec.config().path("Image").asText());
    json.put("ImageID", spec.image().id());
    json.put("Command", String.join(" ", spec.commandLine()));
    json.put("Created", container.created.getEpochSecond());
    json.putArray("Ports");
    json.set("Labels", spec.config().path("Labels").deepCopy());
    json.put("State", status(container)).put("Status", phrase(container));
    json.putObject("HostConfig").put("NetworkMode", spec.hostConfig().path("NetworkMode").asText());
    json.set("NetworkSettings", Json.object().set("Networks", network(container).get("Networks")));
    var mounts = json.putArray("Mounts");
    spec.mounts().forEach(mount -> mounts.add(mount.json()));
    return json;
  }

  static String status(Container container) {
    return container.status.name().toLowerCase(Locale.ROOT);
  }

  private static ObjectNode state(Container container) {
    boolean restarting = container.status == Container.Status.RESTARTING;
    ObjectNode state = Json.object();
    state.put("Status", status(container));
    // the engine counts one that waits for its next start as running
    state.put("Running", container.isRunning() || restarting).put("Paused", false);
    state.put("Restarting", restarting).put("OOMKilled", false).put("Dead", false);
    state.put("Pid", container.pid).put("ExitCode", container.exitCode).put("Error", "");
    state.put("StartedAt", time(container.startedAt));
    return state.put("FinishedAt", time(container.finishedAt));
  }

  private static ObjectNode network(Container container) {
    String mode = container.spec.hostConfig().path("NetworkMode").asText();
    ObjectNode json = Json.object();
    json.put("Bridge", "").put("SandboxID", "").put("SandboxKey", "");
    json.putObject("Ports");
    json.put("EndpointID", "").put("Gateway", "").put("IPAddress", "").put("MacAddress", "");
    ObjectNode networks = json.putObject("Networks");
    if (!mode.startsWith("container:")) {
      boolean bridged = container.isRunning() && !Set.of("host", "none").contains(mode);
      ObjectNode endpoint = networks.putObject(mode);
      endpoint.putNull("IPAMConfig").putNull("Links").putNull("Aliases").put("MacAddress", "");
      endpoint.put("NetworkID", "").put("EndpointID", "").put("Gateway", "");
      endpoint.put("IPAddress", bridged ? "172.17.0.2" : "").put("IPPrefixLen", bridged ? 16 : 0);
    }
    return json;
  }

  private static String phrase(Container container) {
    return switch (container.status) {
      case CREATED -> "Created";
      case RUNNING -> "Up Less than a second";
      case RESTARTING -> "Restarting (" + container.exitCode + ") Less than a second ago";
      case EXITED -> "Exited (" + container.exitCode + ") Less than a second ago";
    };
  }

  private static String time(Instant instant) {
    return instant.equals(Instant.EPOCH) ? NEVER : TIME.format(instant);
  }
}
