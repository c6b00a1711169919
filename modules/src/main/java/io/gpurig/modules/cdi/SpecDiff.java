package io.gpurig.modules.cdi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.modules.cdi.CdiSpec.ContainerEdits;
import io.gpurig.modules.cdi.CdiSpec.Device;
import io.gpurig.modules.cdi.CdiSpec.DeviceNode;
import io.gpurig.modules.cdi.CdiSpec.Hook;
import io.gpurig.modules.cdi.CdiSpec.IntelRdt;
import io.gpurig.modules.cdi.CdiSpec.Mount;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Compares specs by what containers get. The order of devices, variables, device files and mounts
 * says nothing, for each has a key; that of the hooks of one stage is the order in which they run.
 * A device file that names the same path on both sides, or all permissions, equals one that leaves
 * them out.
 */
public final class SpecDiff {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private SpecDiff() {}

  /**
   * One difference.
   *
   * @param field what differs, such as {@code device 0: mount /usr/lib/libcuda.so}
   */
  public record Difference(String field, Optional<JsonNode> before, Optional<JsonNode> after) {}

  /** Returns what differs, in the order of the fields; nothing if the specs mean the same. */
  public static List<Difference> between(CdiSpec before, CdiSpec after) {
    Map<String, JsonNode> old = spec(before);
    Map<String, JsonNode> now = spec(after);
    List<Difference> differences = new ArrayList<>(compare("", old, now));
    Map<String, Device> oldDevices = devices(before);
    Map<String, Device> nowDevices = devices(after);
    TreeSet<String> names = new TreeSet<>(oldDevices.keySet());
    names.addAll(nowDevices.keySet());
    for (String name : names) {
      Optional<Map<String, JsonNode>> was =
          Optional.ofNullable(oldDevices.get(name)).map(SpecDiff::device);
      Optional<Map<String, JsonNode>> is =
          Optional.ofNullable(nowDevices.get(name)).map(SpecDiff::device);
      String field = "device " + name;
      if (was.isPresent() && is.isPresent()) {
        differences.addAll(compare(field + ": ", was.get(), is.get()));
      } else {
        differences.add(new Difference(field, was.map(SpecDiff::object), is.map(SpecDiff::object)));
      }
    }
    return differences;
  }

  private static List<Difference> compare(
      String prefix, Map<String, JsonNode> old, Map<String, JsonNode> now) {
    TreeSet<String> fields = new TreeSet<>(old.keySet());
    fields.addAll(now.keySet());
    List<Difference> differences = new ArrayList<>();
    for (String field : fields) {
      Optional<JsonNode> was = Optional.ofNullable(old.get(field));
      Optional<JsonNode> is = Optional.ofNullable(now.get(field));
      if (!was.equals(is)) {
        differences.add(new Difference(prefix + field, was, is));
      }
    }
    return differences;
  }

  private static Map<String, Device> devices(CdiSpec spec) {
    Map<String, Device> devices = new LinkedHashMap<>();
    spec.devices().forEach(device -> devices.put(device.name(), device));
    return devices;
  }

  private static JsonNode object(Map<String, JsonNode> fields) {
    ObjectNode object = JSON.objectNode();
    fields.forEach(object::set);
    return object;
  }

  private static Map<String, JsonNode> spec(CdiSpec spec) {
    Map<String, JsonNode> fields = edits(spec.edits());
    String version = CdiVersion.of(spec.version()).map(CdiVersion::toString).orElse(spec.version());
    fields.put("cdiVersion", JSON.textNode(version));
    fields.put("kind", JSON.textNode(spec.kind()));
    annotations(spec.annotations(), fields);
    return fields;
  }

  private static Map<String, JsonNode> device(Device device) {
    Map<String, JsonNode> fields = edits(device.edits());
    annotations(device.annotations(), fields);
    return fields;
  }

  private static void annotations(Map<String, String> annotations, Map<String, JsonNode> fields) {
    annotations.forEach((key, value) -> fields.put("annotation " + key, JSON.textNode(value)));
  }

  private static Map<String, JsonNode> edits(ContainerEdits edits) {
    Map<String, JsonNode> fields = new LinkedHashMap<>();
    for (String variable : edits.env()) {
      String[] parts = variable.split("=", 2);
      fields.put("env " + parts[0], JSON.textNode(parts.length < 2 ? "" : parts[1]));
    }
    edits.deviceNodes().forEach(node -> fields.put("deviceNode " + node.path(), node(node)));
    edits
        .netDevices()
        .forEach(
            device ->
                fields.put(
                    "netDevice " + device.hostInterfaceName(), JSON.textNode(device.name())));
    edits.mounts().forEach(mount -> fields.put("mount " + mount.containerPath(), mount(mount)));
    for (Hook hook : edits.hooks()) {
      JsonNode hooks = fields.computeIfAbsent("hooks " + hook.name(), name -> JSON.arrayNode());
      ((ArrayNode) hooks).add(hook(hook));
    }
    edits.intelRdt().ifPresent(rdt -> fields.put("intelRdt", rdt(rdt)));
    for (long gid : edits.additionalGids()) {
      if (gid != 0) {
        fields.put("additionalGid " + gid, JSON.booleanNode(true));
      }
    }
    return fields;
  }

  private static JsonNode node(DeviceNode node) {
    String permissions = node.permissions().isEmpty() ? "rwm" : node.permissions();
    ObjectNode object =
        JSON.objectNode()
            .put("hostPath", node.hostPath().isEmpty() ? node.path() : node.hostPath())
            .put("type", node.type())
            .put("major", node.major())
            .put("minor", node.minor())
            .put("permissions", sorted(permissions));
    node.fileMode().ifPresent(mode -> object.put("fileMode", mode));
    node.uid().ifPresent(id -> object.put("uid", id));
    node.gid().ifPresent(id -> object.put("gid", id));
    return object;
  }

  private static String sorted(String letters) {
    StringBuilder text = new StringBuilder();
    letters.chars().distinct().sorted().forEach(c -> text.append((char) c));
    return text.toString();
  }

  private static JsonNode mount(Mount mount) {
    ObjectNode object =
        JSON.objectNode().put("hostPath", mount.hostPath()).put("type", mount.type());
    object.set("options", texts(new TreeSet<>(mount.options())));
    return object;
  }

  private static JsonNode hook(Hook hook) {
    ObjectNode object = JSON.objectNode().put("path", hook.path());
    object.set("args", texts(hook.args()));
    object.set("env", texts(hook.env()));
    hook.timeout().ifPresent(seconds -> object.put("timeout", seconds));
    return object;
  }

  private static JsonNode rdt(IntelRdt rdt) {
    ObjectNode object =
        JSON.objectNode()
            .put("closID", rdt.closId())
            .put("l3CacheSchema", rdt.l3CacheSchema())
            .put("memBwSchema", rdt.memBwSchema())
            .put("enableMonitoring", rdt.enableMonitoring());
    object.set("schemata", texts(rdt.schemata().orElse(List.of())));
    return object;
  }

  private static JsonNode texts(Collection<String> values) {
    ArrayNode array = JSON.arrayNode();
    values.forEach(array::add);
    return array;
  }
}
