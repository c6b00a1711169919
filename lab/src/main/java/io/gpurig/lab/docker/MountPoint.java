package io.gpurig.lab.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One mount of a container, as {@code docker inspect} tells it.
 *
 * @param type bind, volume or tmpfs
 * @param source the path on the host; for a volume its name; empty for tmpfs
 * @param mode the options as given with {@code -v}
 * @param mustExist whether the engine refuses a missing source instead of making a folder
 */
record MountPoint(
    String type,
    String source,
    String destination,
    String mode,
    boolean writable,
    String propagation,
    boolean mustExist) {
  private static final Set<String> PROPAGATIONS =
      Set.of("private", "rprivate", "shared", "rshared", "slave", "rslave");

  static List<MountPoint> of(JsonNode hostConfig) {
    List<MountPoint> mounts = new ArrayList<>();
    Json.texts(Json.at(hostConfig, "Binds")).forEach(bind -> mounts.add(parse(bind)));
    Json.at(hostConfig, "Mounts").forEach(mount -> mounts.add(ofMount(mount)));
    return List.copyOf(mounts);
  }

  /** Returns where a path of the container lies on the host, or null if it is not in this mount. */
  @Nullable String toHost(String path) {
    if (!type.equals("bind")) {
      return null;
    }
    String below = destination.endsWith("/") ? destination : destination + "/";
    if (path.equals(destination)) {
      return source;
    }
    return path.startsWith(below)
        ? source.replaceFirst("/$", "") + "/" + path.substring(below.length())
        : null;
  }

  ObjectNode json() {
    ObjectNode json = Json.object().put("Type", type);
    if (type.equals("volume")) {
      json.put("Name", source).put("Source", "/var/lib/docker/volumes/" + source + "/_data");
    } else {
      json.put("Source", source);
    }
    json.put("Destination", destination);
    if (type.equals("volume")) {
      json.put("Driver", "local");
    }
    return json.put("Mode", mode).put("RW", writable).put("Propagation", propagation);
  }

  private static MountPoint parse(String bind) {
    String[] parts = bind.split(":", 3);
    if (parts.length < 2 || !parts[1].startsWith("/")) {
      throw new ApiException(400, "invalid volume specification: '" + bind + "'");
    }
    String mode = parts.length == 3 ? parts[2] : "";
    List<String> options = List.of(mode.split(","));
    boolean volume = !parts[0].startsWith("/");
    String propagation =
        options.stream().filter(PROPAGATIONS::contains).findFirst().orElse("rprivate");
    return new MountPoint(
        volume ? "volume" : "bind",
        parts[0],
        parts[1],
        volume && mode.isEmpty() ? "z" : mode,
        !options.contains("ro"),
        volume ? "" : propagation,
        false);
  }

  private static MountPoint ofMount(JsonNode mount) {
    String type = mount.path("Type").asText();
    String propagation = Json.at(mount, "BindOptions", "Propagation").asText();
    boolean bind = type.equals("bind");
    return new MountPoint(
        type,
        mount.path("Source").asText(),
        mount.path("Target").asText(),
        type.equals("volume") ? "z" : "",
        !mount.path("ReadOnly").asBoolean(),
        bind && propagation.isEmpty() ? "rprivate" : propagation,
        bind && !Json.at(mount, "BindOptions", "CreateMountpoint").asBoolean());
  }
}
