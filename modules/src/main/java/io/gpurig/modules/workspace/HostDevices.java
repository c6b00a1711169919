package io.gpurig.modules.workspace;

import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.module.Finding;
import io.gpurig.modules.host.Platform;
import java.util.List;
import java.util.stream.Stream;

/** The devices of a host that every workspace may share: those for drawing, and those of KVM. */
final class HostDevices {
  private static final List<String> DRI = List.of("/dev/dri");

  /** What WSL has in their place: its GPU is Windows' (Microsoft, drivers/hv/dxgkrnl). */
  private static final List<String> WSL_DRI =
      List.of("/dev/dxg", "/dev/dri/card0", "/dev/dri/renderD128");

  /** The libraries for that, which Windows brings. */
  private static final List<String> WSL_LIBRARIES = List.of("/usr/lib/wsl");

  private static final List<String> KVM = List.of("/dev/kvm", "/dev/net/tun");

  static final List<Read> READS =
      Stream.of(DRI, WSL_DRI, WSL_LIBRARIES, KVM)
          .flatMap(List::stream)
          .<Read>map(Read.File::new)
          .toList();

  private HostDevices() {}

  /** Returns what a workspace gets of them. */
  static Attachment of(Workspace workspace, Facts facts) {
    boolean wsl = Platform.isWsl(facts);
    Attachment drawing =
        workspace.hardwareAcceleration()
            ? Attachment.devices(wsl ? WSL_DRI : DRI, wsl ? WSL_LIBRARIES : List.of())
            : Attachment.NOTHING;
    return workspace.nestedVirtualization()
        ? drawing.and(Attachment.devices(KVM, List.of()))
        : drawing;
  }

  /** Returns a finding for each that is asked for and that the host lacks. */
  static List<Finding> missing(Workspace workspace, Facts facts) {
    Attachment nested =
        workspace.nestedVirtualization() ? Attachment.devices(KVM, List.of()) : Attachment.NOTHING;
    Attachment all = of(workspace, facts);
    return Stream.concat(all.devices().stream(), all.readOnlyBinds().stream())
        .filter(path -> facts.file(path).isEmpty())
        .map(
            path ->
                Finding.error(
                    "workspaces/no-device",
                    workspace.pointer(
                        nested.devices().contains(path)
                            ? "nestedVirtualization"
                            : "hardwareAcceleration"),
                    "workspace %s needs %s, which the host does not have"
                        .formatted(workspace.name(), path),
                    advice(path)))
        .toList();
  }

  private static String advice(String path) {
    return switch (path) {
      case "/dev/kvm" ->
          "turn on virtualization in the firmware, or nested virtualization of the hypervisor";
      case "/dev/net/tun" -> "run `modprobe tun` on the host";
      case "/dev/dri" -> "load a driver with DRM on the host, such as nvidia-drm, i915 or amdgpu";
      default -> "update WSL and the driver of Windows";
    };
  }
}
