package io.gpurig.modules.cdi;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.modules.cdi.CdiSpec.ContainerEdits;
import io.gpurig.modules.cdi.CdiSpec.Device;
import io.gpurig.modules.cdi.CdiSpec.DeviceNode;
import io.gpurig.modules.cdi.CdiSpec.Hook;
import io.gpurig.modules.cdi.CdiSpec.IntelRdt;
import io.gpurig.modules.cdi.CdiSpec.Mount;
import io.gpurig.modules.cdi.CdiSpec.NetDevice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Turns a decoded tree into a {@link CdiSpec}. */
final class SpecTree {
  private SpecTree() {}

  static CdiSpec spec(JsonNode tree) {
    return new CdiSpec(
        text(tree, "cdiVersion"),
        text(tree, "kind"),
        annotations(tree),
        list(tree, "devices", SpecTree::device),
        edits(tree.path("containerEdits")));
  }

  private static Device device(JsonNode tree) {
    return new Device(text(tree, "name"), annotations(tree), edits(tree.path("containerEdits")));
  }

  private static ContainerEdits edits(JsonNode tree) {
    return new ContainerEdits(
        texts(tree, "env"),
        list(tree, "deviceNodes", SpecTree::node),
        list(tree, "netDevices", d -> new NetDevice(text(d, "hostInterfaceName"), text(d, "name"))),
        list(
            tree,
            "hooks",
            h ->
                new Hook(
                    text(h, "hookName"),
                    text(h, "path"),
                    texts(h, "args"),
                    texts(h, "env"),
                    number(h, "timeout"))),
        list(
            tree,
            "mounts",
            m ->
                new Mount(
                    text(m, "hostPath"),
                    text(m, "containerPath"),
                    texts(m, "options"),
                    text(m, "type"))),
        Optional.ofNullable(tree.get("intelRdt")).map(SpecTree::rdt),
        list(tree, "additionalGids", JsonNode::asLong));
  }

  private static DeviceNode node(JsonNode tree) {
    return new DeviceNode(
        text(tree, "path"),
        text(tree, "hostPath"),
        text(tree, "type"),
        tree.path("major").asLong(),
        tree.path("minor").asLong(),
        number(tree, "fileMode"),
        text(tree, "permissions"),
        number(tree, "uid"),
        number(tree, "gid"));
  }

  private static IntelRdt rdt(JsonNode tree) {
    return new IntelRdt(
        text(tree, "closID"),
        text(tree, "l3CacheSchema"),
        text(tree, "memBwSchema"),
        tree.has("schemata") ? Optional.of(texts(tree, "schemata")) : Optional.empty(),
        tree.path("enableMonitoring").asBoolean());
  }

  private static Map<String, String> annotations(JsonNode tree) {
    Map<String, String> annotations = new HashMap<>();
    tree.path("annotations")
        .properties()
        .forEach(e -> annotations.put(e.getKey(), e.getValue().asText()));
    return annotations;
  }

  private static String text(JsonNode tree, String field) {
    return tree.path(field).asText("");
  }

  private static Optional<Long> number(JsonNode tree, String field) {
    return Optional.ofNullable(tree.get(field)).map(JsonNode::asLong);
  }

  private static List<String> texts(JsonNode tree, String field) {
    return list(tree, field, JsonNode::asText);
  }

  private static <T> List<T> list(JsonNode tree, String field, Function<JsonNode, T> item) {
    List<T> items = new ArrayList<>();
    tree.path(field).forEach(node -> items.add(item.apply(node)));
    return items;
  }
}
