package io.gpurig.modules.vfio;

import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.PciFact;
import io.gpurig.engine.module.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is to be known though it keeps no GPU from a virtual machine. */
final class Notes {
  /** GPUs for which the kernel has a driver of its own (Linux drivers/vfio/pci/nvgrace-gpu). */
  private static final Set<String> GRACE =
      Set.of("10de:2342", "10de:2345", "10de:2348", "10de:2941", "10de:31c2");

  private Notes() {}

  static List<Finding> of(List<Claim> claims, Look look, Facts facts) {
    List<Finding> findings = new ArrayList<>();
    Map<String, PciFact> functions = facts.pciFunctions();
    Claim first = claims.getFirst();
    if (KernelCommandLine.parameters(facts).stream()
        .anyMatch(p -> p.startsWith("pcie_acs_override="))) {
      findings.add(
          Finding.warning(
              "vfio/acs-override",
              first.pointer(),
              "the kernel was booted with pcie_acs_override: its IOMMU groups pretend to be apart",
              "do not give such a GPU to somebody who is not trusted with the host's memory"));
    }
    boolean switches =
        functions.values().stream()
            .anyMatch(f -> f.vendor().equals("0x10de") && f.classCode().startsWith("0x0680"));
    if (switches) {
      findings.add(
          Finding.warning(
              "vfio/nvswitch",
              first.pointer(),
              "this host has NVSwitches: CUDA in the virtual machine answers 802 (system not yet"
                  + " initialized) until the fabric manager has a partition for the GPU",
              "set up partitions with the fabric manager's shared NVSwitch mode"));
    }
    for (Claim claim : claims) {
      PciFact function = functions.get(claim.bdf());
      if (function != null && GRACE.contains(Names.id(function))) {
        findings.add(
            Finding.warning(
                "vfio/variant-driver",
                claim.pointer(),
                "%s is a GPU for which the kernel has nvgrace-gpu-vfio-pci; vfio-pci shows the"
                        .formatted(claim.bdf())
                    + " virtual machine no GPU memory",
                "gpurig binds to vfio-pci alone"));
      }
      if (look.isBootDisplay(claim.bdf())) {
        findings.add(
            Finding.note(
                "vfio/boot-display",
                claim.pointer(),
                "%s is the display that the firmware started with; its screen goes to the virtual"
                        .formatted(claim.bdf())
                    + " machine"));
      }
    }
    return findings;
  }
}
