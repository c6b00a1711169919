package io.gpurig.modules.cdi;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpurig.modules.cdi.CdiSpec.ContainerEdits;
import io.gpurig.modules.cdi.CdiSpec.DeviceNode;
import io.gpurig.modules.cdi.CdiSpec.Hook;
import io.gpurig.modules.cdi.CdiSpec.NetDevice;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** The rules for container edits (pkg/cdi/container-edits.go), with the library's messages. */
final class EditRules {
  private static final Set<String> HOOKS =
      Set.of(
          "prestart",
          "createRuntime",
          "createContainer",
          "startContainer",
          "poststart",
          "poststop");
  private static final Set<String> NODE_TYPES = Set.of("", "b", "c", "u", "p");

  /** Longest name of a class of service that is taken, in bytes. */
  private static final int CLOS_ID_LIMIT = 4096;

  private final ContainerEdits edits;
  private final String pointer;
  private final BiConsumer<String, String> fault;

  /**
   * @param pointer of the edits in their spec
   * @param fault takes a pointer and what is wrong there
   */
  EditRules(ContainerEdits edits, String pointer, BiConsumer<String, String> fault) {
    this.edits = edits;
    this.pointer = pointer;
    this.fault = fault;
  }

  void check() {
    environment(edits.env(), pointer + "/env", "invalid container edits: ");
    for (int i = 0; i < edits.deviceNodes().size(); i++) {
      node(edits.deviceNodes().get(i), pointer + "/deviceNodes/" + i);
    }
    for (int i = 0; i < edits.hooks().size(); i++) {
      hook(edits.hooks().get(i), pointer + "/hooks/" + i);
    }
    for (int i = 0; i < edits.mounts().size(); i++) {
      String at = pointer + "/mounts/" + i;
      if (edits.mounts().get(i).hostPath().isEmpty()) {
        fault.accept(at + "/hostPath", "invalid mount, empty host path");
      }
      if (edits.mounts().get(i).containerPath().isEmpty()) {
        fault.accept(at + "/containerPath", "invalid mount, empty container path");
      }
    }
    edits.intelRdt().ifPresent(rdt -> closId(rdt.closId()));
    netDevices();
  }

  private void environment(List<String> variables, String at, String prefix) {
    for (int i = 0; i < variables.size(); i++) {
      if (variables.get(i).indexOf('=') <= 0) {
        String quoted = GoText.quote(variables.get(i));
        fault.accept(at + "/" + i, prefix + "invalid environment variable " + quoted);
      }
    }
  }

  private void node(DeviceNode node, String at) {
    String name = "device " + GoText.quote(node.path());
    if (node.path().isEmpty()) {
      fault.accept(at + "/path", "invalid (empty) device path");
    }
    if (!NODE_TYPES.contains(node.type())) {
      fault.accept(at + "/type", name + ": invalid type " + GoText.quote(node.type()));
    }
    if (node.permissions().chars().anyMatch(c -> "rwm".indexOf(c) < 0)) {
      String quoted = GoText.quote(node.permissions());
      fault.accept(at + "/permissions", name + ": invalid permissions " + quoted);
    }
  }

  private void hook(Hook hook, String at) {
    String name = GoText.quote(hook.name());
    if (!HOOKS.contains(hook.name())) {
      fault.accept(at + "/hookName", "invalid hook name " + name);
    }
    if (hook.path().isEmpty()) {
      fault.accept(at + "/path", "invalid hook " + name + " with empty path");
    }
    environment(hook.env(), at + "/env", "invalid hook " + name + ": ");
  }

  private void closId(String id) {
    boolean wrong =
        id.getBytes(UTF_8).length >= CLOS_ID_LIMIT
            || id.equals(".")
            || id.equals("..")
            || id.contains("/")
            || id.contains("\n");
    if (wrong && !id.equals("/")) {
      fault.accept(pointer + "/intelRdt/closID", "invalid ClosID");
    }
  }

  private void netDevices() {
    Map<String, String> hosts = new HashMap<>();
    Map<String, String> names = new HashMap<>();
    for (int i = 0; i < edits.netDevices().size(); i++) {
      NetDevice device = edits.netDevices().get(i);
      String at = pointer + "/netDevices/" + i;
      String host = GoText.quote(device.hostInterfaceName());
      String name = GoText.quote(device.name());
      if (device.hostInterfaceName().isEmpty()) {
        fault.accept(
            at + "/hostInterfaceName", "invalid linux net device, empty HostInterfaceName");
      }
      if (device.name().isEmpty()) {
        fault.accept(at + "/name", "invalid linux net device, empty Name");
      }
      String otherName = hosts.put(host, name);
      if (otherName != null) {
        fault.accept(
            at + "/hostInterfaceName",
            "invalid linux net device, duplicate HostInterfaceName %s with names %s and %s"
                .formatted(host, name, otherName));
      }
      String otherHost = names.put(name, host);
      if (otherHost != null) {
        fault.accept(
            at + "/name",
            "invalid linux net device, duplicate Name %s with HostInterfaceName %s and %s"
                .formatted(name, host, otherHost));
      }
    }
  }
}
