package io.gpurig.modules.cdi;

import io.gpurig.modules.cdi.CdiSpec.DeviceNode;
import io.gpurig.modules.cdi.HostNodes.HostNode;
import java.util.Optional;

/** Takes from the host what a spec leaves out of a device file (container-edits_unix.go). */
final class DeviceNodes {
  private static final String FIFO = "p";

  private DeviceNodes() {}

  static DeviceNode filled(DeviceNode node, HostNodes host) throws OciEditor.Impossible {
    boolean enough = !node.type().isEmpty() && (node.major() != 0 || node.type().equals(FIFO));
    String path = node.hostPath().isEmpty() ? node.path() : node.hostPath();
    Optional<HostNode> found = host.lstat(path);
    if (found.isEmpty() || found.get().type().isEmpty()) {
      if (enough) {
        return node;
      }
      String why = found.isEmpty() ? "no such file or directory" : "not a device node";
      throw new OciEditor.Impossible(
          "failed to stat CDI host device %s: %s".formatted(GoText.quote(path), why));
    }
    HostNode there = found.get();
    String type = node.type().isEmpty() ? there.type() : node.type();
    if (!enough && !type.equals(there.type())) {
      throw new OciEditor.Impossible(
          "CDI device (%s, %s), host type mismatch (%s, %s)"
              .formatted(GoText.quote(node.path()), GoText.quote(path), type, there.type()));
    }
    boolean numbers = !enough && !type.equals(FIFO) && node.major() == 0;
    return new DeviceNode(
        node.path(),
        path,
        type,
        numbers ? there.major() : node.major(),
        numbers ? there.minor() : node.minor(),
        node.fileMode().or(() -> Optional.of(there.mode())),
        node.permissions(),
        node.uid(),
        node.gid());
  }
}
