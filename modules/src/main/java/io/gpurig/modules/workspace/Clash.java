package io.gpurig.modules.workspace;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.fact.Facts;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What two containers cannot have at the same time. */
final class Clash {
  private Clash() {}

  /**
   * Returns whether the old container must stop before the new one can start: both publish the same
   * port of the host or share its network, write to the same folder or volume, have a group of
   * VFIO, which the kernel gives to one, or a fixed host name's network.
   *
   * @param old as it is inspected
   * @param request what the new one is made of
   */
  static boolean between(JsonNode old, JsonNode request, Facts facts) {
    Map<String, String> before = ContainerFields.of(old, facts.dockerState());
    Map<String, String> after =
        ContainerFields.of(
            Inspection.of("", request.deepCopy(), java.util.Optional.empty()), facts.dockerState());
    Set<String> held = held(before);
    held.retainAll(held(after));
    return !held.isEmpty();
  }

  private static Set<String> held(Map<String, String> fields) {
    Set<String> held = new HashSet<>();
    fields.forEach(
        (name, value) -> {
          if (name.startsWith("ports.") && !value.equals("any port")) {
            String protocol = name.substring(name.indexOf('/'));
            for (String binding : value.split(",")) {
              held.add("port " + binding.replaceFirst(".*:", "") + protocol);
            }
          } else if (name.equals("networkMode") && value.equals("host")) {
            held.add("the host's network");
          } else if (name.startsWith("mounts.")
              && !isReadOnly(value)
              && !value.startsWith("tmpfs")) {
            held.add("mount " + value.replaceFirst(":.*", ""));
          } else if (name.startsWith("devices./dev/vfio/") && !name.endsWith("/vfio")) {
            held.add(name);
          }
        });
    return held;
  }

  private static boolean isReadOnly(String mount) {
    return mount.matches("[^:]*:(?:.*,)?ro(?:,.*)?");
  }
}
