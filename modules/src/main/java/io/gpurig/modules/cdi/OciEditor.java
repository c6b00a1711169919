package io.gpurig.modules.cdi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.modules.cdi.CdiSpec.ContainerEdits;
import io.gpurig.modules.cdi.CdiSpec.DeviceNode;
import io.gpurig.modules.cdi.CdiSpec.Hook;
import io.gpurig.modules.cdi.CdiSpec.IntelRdt;
import io.gpurig.modules.cdi.CdiSpec.Mount;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Applies edits to an OCI runtime spec in place (pkg/cdi/container-edits.go, and of
 * opencontainers/runtime-tools generate/generate.go).
 */
final class OciEditor {
  private final ObjectNode spec;
  private final HostNodes host;

  OciEditor(ObjectNode spec, HostNodes host) {
    this.spec = spec;
    this.host = host;
  }

  /** Why edits cannot be applied. */
  static final class Impossible extends Exception {
    private static final long serialVersionUID = 1L;

    Impossible(String message) {
      super(message);
    }
  }

  void apply(ContainerEdits edits) throws Impossible {
    if (!edits.env().isEmpty()) {
      environment(edits.env());
    }
    for (DeviceNode node : edits.deviceNodes()) {
      device(DeviceNodes.filled(node, host));
    }
    for (CdiSpec.NetDevice device : edits.netDevices()) {
      ObjectNode moved = object(object(spec, "linux"), "netDevices");
      moved.putObject(device.hostInterfaceName()).put("name", device.name());
    }
    if (!edits.mounts().isEmpty()) {
      mounts(edits.mounts());
    }
    for (Hook hook : edits.hooks()) {
      array(object(spec, "hooks"), hook.name()).add(oci(hook));
    }
    if (edits.intelRdt().isPresent()) {
      object(spec, "linux").set("intelRdt", oci(edits.intelRdt().get()));
    }
    for (long gid : edits.additionalGids()) {
      group(gid);
    }
  }

  /**
   * A variable replaces an earlier one of the edits. One that the container has already stays, and
   * the new one comes behind it: the map that the library looks in has them by name and value.
   */
  private void environment(List<String> variables) throws Impossible {
    ArrayNode list = array(process(), "env");
    Map<String, Integer> known = new HashMap<>();
    for (int i = 0; i < list.size(); i++) {
      known.put(list.get(i).asText(), i);
    }
    for (String variable : variables) {
      String name = variable.substring(0, variable.indexOf('='));
      Integer index = known.get(name);
      if (index != null) {
        list.set(index, variable);
      } else {
        known.put(name, list.size());
        list.add(variable);
      }
    }
  }

  private void device(DeviceNode node) throws Impossible {
    ObjectNode linux = object(spec, "linux");
    ArrayNode devices = array(linux, "devices");
    removeFirst(devices, "path", node.path());
    ObjectNode device =
        spec.objectNode()
            .put("path", node.path())
            .put("type", node.type())
            .put("major", node.major())
            .put("minor", node.minor());
    node.fileMode().ifPresent(mode -> device.put("fileMode", mode));
    node.uid().or(() -> user("uid")).ifPresent(id -> device.put("uid", id));
    node.gid().or(() -> user("gid")).ifPresent(id -> device.put("gid", id));
    put(devices, device);
    if (node.type().equals("b") || node.type().equals("c")) {
      array(object(linux, "resources"), "devices")
          .addObject()
          .put("allow", true)
          .put("type", node.type())
          .put("major", node.major())
          .put("minor", node.minor())
          .put("access", node.permissions().isEmpty() ? "rwm" : node.permissions());
    }
  }

  /** A spec that names a path twice keeps the second entry's place. */
  private static void put(ArrayNode devices, ObjectNode device) {
    for (int i = 0; i < devices.size(); i++) {
      if (devices.get(i).path("path").equals(device.path("path"))) {
        devices.set(i, device);
        return;
      }
    }
    devices.add(device);
  }

  private Optional<Long> user(String id) {
    return Optional.of(spec.path("process").path("user").path(id).asLong()).filter(n -> n > 0);
  }

  private void mounts(List<Mount> mounts) throws Impossible {
    ArrayNode list = array(spec, "mounts");
    for (Mount mount : mounts) {
      removeFirst(list, "destination", mount.containerPath());
      ObjectNode added = list.addObject().put("destination", mount.containerPath());
      text(added, "type", mount.type());
      text(added, "source", mount.hostPath());
      texts(added, "options", mount.options());
    }
    List<JsonNode> sorted = new ArrayList<>();
    list.forEach(sorted::add);
    sorted.sort(Comparator.comparingInt(m -> parts(m.path("destination").asText())));
    list.removeAll();
    list.addAll(sorted);
  }

  /** The slashes of a path, after Go's filepath.Clean. */
  private static int parts(String path) {
    List<String> names = new ArrayList<>();
    for (String name : path.split("/")) {
      boolean up = name.equals("..");
      if (up && !names.isEmpty() && !names.getLast().equals("..")) {
        names.removeLast();
      } else if (!name.isEmpty() && !name.equals(".") && !(up && path.startsWith("/"))) {
        names.add(name);
      }
    }
    return path.startsWith("/") ? Math.max(1, names.size()) : Math.max(0, names.size() - 1);
  }

  private ObjectNode oci(Hook hook) {
    ObjectNode node = spec.objectNode().put("path", hook.path());
    texts(node, "args", hook.args());
    texts(node, "env", hook.env());
    hook.timeout().ifPresent(seconds -> node.put("timeout", seconds));
    return node;
  }

  private ObjectNode oci(IntelRdt rdt) {
    ObjectNode node = spec.objectNode();
    text(node, "closID", rdt.closId());
    texts(node, "schemata", rdt.schemata().orElse(List.of()));
    text(node, "l3CacheSchema", rdt.l3CacheSchema());
    text(node, "memBwSchema", rdt.memBwSchema());
    if (rdt.enableMonitoring()) {
      node.put("enableMonitoring", true);
    }
    return node;
  }

  private void group(long gid) throws Impossible {
    if (gid == 0) {
      return;
    }
    ArrayNode groups = array(object(process(), "user"), "additionalGids");
    for (JsonNode group : groups) {
      if (group.asLong() == gid) {
        return;
      }
    }
    groups.add(gid);
  }

  private ObjectNode process() throws Impossible {
    if (!spec.hasNonNull("process")) {
      ObjectNode process = spec.putObject("process");
      process.putObject("user").put("uid", 0).put("gid", 0);
      process.put("cwd", "");
    }
    return object(spec, "process");
  }

  private static void removeFirst(ArrayNode list, String field, String value) {
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i).path(field).asText().equals(value)) {
        list.remove(i);
        return;
      }
    }
  }

  private static void text(ObjectNode node, String field, String value) {
    if (!value.isEmpty()) {
      node.put(field, value);
    }
  }

  private static void texts(ObjectNode node, String field, List<String> values) {
    if (!values.isEmpty()) {
      values.forEach(node.putArray(field)::add);
    }
  }

  private static ObjectNode object(ObjectNode parent, String field) throws Impossible {
    if (!parent.hasNonNull(field)) {
      return parent.putObject(field);
    }
    if (parent.get(field) instanceof ObjectNode object) {
      return object;
    }
    throw new Impossible("`%s` of the OCI spec is no object".formatted(field));
  }

  private static ArrayNode array(ObjectNode parent, String field) throws Impossible {
    if (!parent.hasNonNull(field)) {
      return parent.putArray(field);
    }
    if (parent.get(field) instanceof ArrayNode array) {
      return array;
    }
    throw new Impossible("`%s` of the OCI spec is no list".formatted(field));
  }
}
