package io.gpurig.modules.vfio;

import io.gpurig.engine.fact.PciFact;
import io.gpurig.engine.module.Finding;
import io.gpurig.modules.gpu.Gpu;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Whether a GPU can go to a virtual machine as a whole, and if not, what to do about it. */
final class Fitness {
  private static final String VFIO = "vfio-pci";

  private final Claim claim;
  private final Look look;

  Fitness(Claim claim, Look look) {
    this.claim = claim;
    this.look = look;
  }

  /** Returns what stands against a function, before its group is known. */
  Optional<Finding> function(Map<String, PciFact> functions, List<Gpu> gpus) {
    String bdf = claim.bdf();
    PciFact function = functions.get(bdf);
    if (function == null) {
      return error(
          "no-such-gpu",
          "the host has no PCI function " + bdf,
          gpus.isEmpty()
              ? "it has no GPU at all"
              : "its GPUs are "
                  + gpus.stream().flatMap(g -> g.bdf().stream()).collect(Collectors.joining(", ")));
    }
    if (look.isVirtual(bdf)) {
      return error(
          "virtual-function",
          bdf + " is a virtual function of a GPU that is divided by SR-IOV",
          "name a whole GPU");
    }
    if (!Names.isDisplay(function)) {
      return error(
          "not-a-gpu",
          "%s is not a GPU: %s".formatted(bdf, Names.of(function)),
          "name the GPU itself: its other functions come with it");
    }
    if (look.hangs(bdf)) {
      return error(
          "hangs",
          bdf + " hangs in the kernel since it was last taken from its driver",
          "reboot the host: nothing else can end that, and nothing is done to it before");
    }
    return look.hasIommu() ? noGroup(function) : noIommu();
  }

  Optional<Finding> notNvidia() {
    return error(
        "not-nvidia",
        claim.bdf() + " is not one of NVIDIA's GPUs",
        "gpurig hands over NVIDIA's alone");
  }

  private Optional<Finding> noIommu() {
    return error(
        "no-iommu",
        "%s cannot be handed over: the kernel uses no IOMMU".formatted(claim.bdf()),
        "add a vfio section to the plan, which turns it on in the kernel; VT-d or AMD-Vi must be"
            + " on in the firmware too, which cannot be seen from here");
  }

  private Optional<Finding> noGroup(PciFact function) {
    return function.iommuGroup().isPresent()
        ? Optional.empty()
        : error(
            "no-group",
            "%s is in no IOMMU group, though the kernel uses an IOMMU: its slot is not behind it"
                .formatted(claim.bdf()),
            "move the card to another slot, or look for a newer firmware: which slots it is for"
                + " stands in the firmware's DMAR or IVRS table");
  }

  /** Returns what stands against the group. */
  Optional<Finding> group(Group group) {
    Map<String, PciFact> strangers = group.strangers(claim.bdf());
    if (strangers.isEmpty()) {
      return Optional.empty();
    }
    String others =
        strangers.entrySet().stream()
            .map(
                e ->
                    "%s %s%s"
                        .formatted(
                            e.getKey(),
                            Names.of(e.getValue()),
                            e.getValue().driver().map(d -> ", used by " + d).orElse("")))
            .collect(Collectors.joining("; "));
    return error(
        "group-not-isolated",
        "IOMMU group %s is not of %s alone: %s".formatted(group.number(), claim.bdf(), others),
        "move one of the cards to a slot behind a root port of its own, or turn on ACS in the"
            + " firmware; whoever has the group reaches all that is in it");
  }

  /** Returns what the GPU is used for by its host driver, as that driver tells. */
  Optional<Finding> mode(Gpu gpu) {
    String bdf = claim.bdf();
    List<String> vgpus = look.vgpus(bdf);
    String mode = gpu.virtualizationMode().orElse("");
    if (!vgpus.isEmpty() || mode.equals("Host VGPU") || mode.equals("VGPU")) {
      List<String> live = vgpus.stream().filter(name -> !name.equals("types")).toList();
      return error(
          "vgpu",
          live.isEmpty()
              ? "%s is set up for vGPU: %s"
                  .formatted(
                      bdf, vgpus.isEmpty() ? "mode " + mode : "its driver offers mediated devices")
              : "%s is divided into vGPUs: %s".formatted(bdf, String.join(", ", live)),
          "remove its vGPUs and use NVIDIA's driver without the vGPU manager, or name another GPU");
    }
    if (mode.equals("Host VSGA")) {
      return error(
          "vsga",
          bdf + " is shared by vSGA",
          "take it out of the hypervisor's shared graphics, or name another GPU");
    }
    if (gpu.mig().isEnabled() || gpu.mig().pending().filter("Enabled"::equals).isPresent()) {
      return error(
          "mig",
          bdf + " is divided by MIG" + (gpu.mig().isEnabled() ? "" : ", or will be after a reset"),
          "turn MIG off: a mig section of the plan that gives it no profiles does that");
    }
    Optional<String> functions = look.virtualFunctions(bdf);
    return functions.isPresent()
        ? error(
            "sriov",
            "%s has %s virtual functions, which vfio-pci does not take"
                .formatted(bdf, functions.get()),
            "write 0 to /sys/bus/pci/devices/%s/sriov_numvfs when nobody uses them".formatted(bdf))
        : display();
  }

  private Optional<Finding> display() {
    return look.framebuffer(claim.bdf())
        .flatMap(
            framebuffer ->
                error(
                    "console",
                    "the host's console is drawn on %s: %s".formatted(claim.bdf(), framebuffer),
                    "make another adapter the first display in the firmware, or turn the console's"
                        + " framebuffer off (initcall_blacklist=sysfb_init on the kernel's command"
                        + " line): without it the machine's screen stays dark, or freezes"));
  }

  /** Returns what others have decided about a function. */
  Optional<Finding> override(String bdf, PciFact function) {
    return function
        .driverOverride()
        .filter(override -> !override.equals(VFIO) && !function.driver().equals(Optional.of(VFIO)))
        .flatMap(
            override ->
                error(
                    "override",
                    "%s is reserved for the driver %s by its driver_override, which gpurig has not set"
                        .formatted(bdf, override),
                    "take it back where it was set, such as `driverctl unset-override %s`"
                        .formatted(bdf)));
  }

  /** Returns who uses the GPU; it is not taken from them. */
  Optional<Finding> users(Users users) {
    return users.names().isEmpty()
        ? Optional.empty()
        : Optional.of(
            Finding.refused(
                "vfio/gpu-in-use",
                claim.pointer(),
                "%s is to go to %s, but is in use by %s"
                    .formatted(claim.bdf(), claim.workspace(), String.join("; ", users.names())),
                "stop them first: while a GPU is in use its driver does not let it go, and the"
                    + " kernel waits for that without end"));
  }

  private Optional<Finding> error(String code, String message, String suggestion) {
    return Optional.of(Finding.error("vfio/" + code, claim.pointer(), message, suggestion));
  }
}
