package io.gpurig.modules.workspace;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.module.Finding;
import io.gpurig.modules.workspace.Values.Port;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What is wrong with workspaces whatever the host is. */
final class WorkspaceRules {
  private static final Set<String> NOTHING_VISIBLE = Set.of("", "void", "none");

  /** What volumes may be called (moby, daemon/names/names.go, RestrictedNameChars). */
  private static final Pattern VOLUME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]+");

  private WorkspaceRules() {}

  static List<Finding> of(Workspaces workspaces) {
    List<Finding> findings = new ArrayList<>();
    Map<String, String> names = new HashMap<>();
    Map<String, String> ports = new HashMap<>();
    for (Workspace workspace : workspaces.items()) {
      if (names.put(workspace.name(), workspace.name()) != null) {
        findings.add(
            error(
                workspace,
                "name",
                "two-of-a-name",
                "there are two workspaces " + workspace.name(),
                "give one of them another name"));
      }
      Images.named(workspace).ifPresent(findings::add);
      command(workspace, findings);
      mounts(workspace, findings);
      ports(workspace, ports, findings);
      windows(workspace, findings);
      visible(workspace, findings);
    }
    return findings;
  }

  /** With the entrypoint the image's command goes too (moby, daemon/commit.go, merge). */
  private static void command(Workspace workspace, List<Finding> findings) {
    JsonNode item = workspace.section().node();
    JsonNode entrypoint = item.path("entrypoint");
    if (entrypoint.isArray() && entrypoint.isEmpty() && item.path("command").isMissingNode()) {
      findings.add(
          error(
              workspace,
              "entrypoint",
              "no-command",
              "workspace %s has neither entrypoint nor command: with the image's entrypoint its"
                      .formatted(workspace.name())
                  + " command is taken away too",
              "write a command"));
    }
  }

  private static void mounts(Workspace workspace, List<Finding> findings) {
    Set<String> targets = new java.util.HashSet<>();
    for (JsonNode mount : workspace.section().node().path("mounts")) {
      String[] parts = mount.asText().split(":");
      String target =
          mount.isObject() ? mount.path("target").asText() : parts.length > 1 ? parts[1] : "";
      if (!targets.add(target.replaceAll("/+$", ""))) {
        findings.add(
            error(
                workspace,
                "mounts",
                "mounted-twice",
                "two mounts of workspace %s have the target %s".formatted(workspace.name(), target),
                "take one out"));
      }
      String source =
          mount.isObject() ? mount.path("source").asText() : parts.length > 1 ? parts[0] : "";
      boolean bind = source.startsWith("/") || mount.path("type").asText("volume").equals("bind");
      if (!source.isEmpty() && !bind && !VOLUME.matcher(source).matches()) {
        findings.add(
            error(
                workspace,
                "mounts",
                "volume-name",
                "%s is no name of a volume".formatted(source),
                "write two or more letters, digits, and after the first also _ . -; a path of the"
                    + " host begins with /"));
      }
    }
  }

  private static void ports(
      Workspace workspace, Map<String, String> taken, List<Finding> findings) {
    for (JsonNode text : workspace.section().node().path("ports")) {
      var ports = Values.ports(text.asText());
      if (ports.isEmpty()) {
        findings.add(
            error(
                workspace,
                "ports",
                "port",
                "%s is no range of ports that can be published".formatted(text.asText()),
                "both ranges must have the same length, as in 8000-8010:8000-8010"));
      }
      for (Port port : ports.orElse(List.of())) {
        String protocol = port.container().replaceFirst(".*/", "/");
        String key = port.hostIp() + ":" + port.hostPort() + protocol;
        String other = port.hostPort().isEmpty() ? null : taken.put(key, workspace.name());
        if (other != null) {
          findings.add(
              error(
                  workspace,
                  "ports",
                  "port-taken",
                  "port %s%s of the host is published by %s"
                      .formatted(
                          port.hostPort(),
                          protocol,
                          other.equals(workspace.name())
                              ? "this workspace twice"
                              : "workspace " + other + " too"),
                  "give one of them another port"));
        }
      }
    }
  }

  /** A guest has its GPUs through VFIO: the container runtime must not share any. */
  private static void windows(Workspace workspace, List<Finding> findings) {
    if (!workspace.windows()) {
      return;
    }
    String visible = workspace.env().getOrDefault(Workspace.VISIBLE_DEVICES, "");
    if (!NOTHING_VISIBLE.contains(visible)) {
      findings.add(exclusive(workspace, "env", "its env sets " + Workspace.VISIBLE_DEVICES));
    }
    if (workspace.runtime().filter(r -> r.startsWith("nvidia")).isPresent()) {
      findings.add(exclusive(workspace, "runtime", "its runtime is NVIDIA's"));
    }
    if (!workspace.gpuMode().equals("auto")) {
      findings.add(exclusive(workspace, "gpuMode", "its gpuMode says how to share them"));
    }
    if (!workspace.nestedVirtualization()) {
      findings.add(
          Finding.warning(
              "workspaces/no-kvm",
              workspace.pointer("os"),
              "the Windows guest of workspace %s has no /dev/kvm, without which it is very slow or"
                      .formatted(workspace.name())
                  + " does not start",
              "set nestedVirtualization: true"));
    }
  }

  private static Finding exclusive(Workspace workspace, String property, String why) {
    return error(
        workspace,
        property,
        "shared-and-passed-through",
        "workspace %s hands its GPUs to a Windows guest through VFIO, and %s"
            .formatted(workspace.name(), why),
        "take that out: a GPU is either shared or passed through");
  }

  /** What the plan sets itself is left alone, also where it says something else. */
  private static void visible(Workspace workspace, List<Finding> findings) {
    if (!workspace.windows()
        && workspace.env().containsKey(Workspace.VISIBLE_DEVICES)
        && workspace.gpus().isPresent()) {
      findings.add(
          Finding.warning(
              "workspaces/visible-devices",
              workspace.pointer("env"),
              "workspace %s sets %s itself, so that its gpus do not decide what is visible"
                  .formatted(workspace.name(), Workspace.VISIBLE_DEVICES),
              "take out the one or the other"));
    }
  }

  private static Finding error(
      Workspace workspace, String property, String code, String message, String suggestion) {
    return Finding.error("workspaces/" + code, workspace.pointer(property), message, suggestion);
  }
}
