package io.gpurig.modules.vfio;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Change.Field;
import io.gpurig.engine.change.Change.Kind;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.module.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The parameters with which the kernel uses an IOMMU (Linux
 * Documentation/admin-guide/kernel-parameters.txt). AMD's is on unless it is turned off; Intel's is
 * off by default in many distributions. Whether the firmware lets the kernel have one cannot be
 * seen, but for that there is none though the kernel was asked to use it.
 */
final class KernelCommandLine {
  static final Read RUNNING = new Read.File("/proc/cmdline");

  private static final String INTEL = "intel_iommu=on";
  private static final String STRAIGHT = "iommu=pt";

  /** Which no later parameter turns on again, as a later intel_iommu=on does with its own off. */
  private static final Set<String> OFF = Set.of("amd_iommu=off", "iommu=off");

  private static final String INTEL_OFF = "intel_iommu=off";

  private KernelCommandLine() {}

  static List<String> parameters(Facts facts) {
    return List.of(
        facts.file("/proc/cmdline").map(FileFact::content).orElse("").strip().split("\\s+"));
  }

  /** Returns what keeps the kernel from using an IOMMU and no parameter can change. */
  static Optional<Finding> against(Facts facts, Look look, BootLoader loader) {
    if (look.hasIommu() || look.awaitsReboot()) {
      return Optional.empty();
    }
    List<String> parameters = parameters(facts);
    Optional<String> off = parameters.stream().filter(OFF::contains).findFirst();
    if (off.isPresent()) {
      return error(
          "iommu-off",
          "the kernel was told not to use an IOMMU: " + off.get(),
          "take that out of its command line, then apply again");
    }
    boolean asked = parameters.contains(INTEL) || !loader.isIntel();
    if (asked) {
      return error(
          "no-iommu-in-firmware",
          "the kernel uses no IOMMU though nothing keeps it from that: the firmware has it off, or"
              + " the machine has none",
          "turn on VT-d or AMD-Vi (and SR-IOV, Above 4G Decoding) in the firmware's setup: gpurig"
              + " can neither see nor change settings there");
    }
    return loader.isKnown()
        ? Optional.empty()
        : error(
            "boot-loader",
            "this host has no boot loader that gpurig knows: neither grubby, systemd-boot nor GRUB",
            "add %s %s to the kernel's command line yourself, reboot, and apply again"
                .formatted(INTEL, STRAIGHT));
  }

  /** Returns the change that turns the IOMMU on, if it is off. */
  static Optional<Change> change(Vfio desired, Facts facts, Look look, BootLoader loader) {
    if (look.hasIommu() || look.awaitsReboot()) {
      return Optional.empty();
    }
    List<String> wanted = new ArrayList<>(List.of(INTEL));
    if (desired.straight()) {
      wanted.add(STRAIGHT);
    }
    List<Action> actions = new ArrayList<>(loader.add(wanted, facts));
    actions.add(new Action.Reboot((int) desired.rebootTimeout().toSeconds()));
    List<Effect> effects = new ArrayList<>(loader.added(wanted, facts));
    effects.add(new Effect.CommandAnswers(Look.READ.argv(), look.withReboot()));
    return Optional.of(
        new Change(
            VfioModule.SECTION,
            Kind.UPDATE,
            "kernel command line",
            "the kernel uses no IOMMU",
            List.of(
                new Field(
                    "parameters",
                    Optional.of(INTEL_OFF).filter(parameters(facts)::contains),
                    Optional.of(String.join(" ", wanted))),
                new Field("boot loader", Optional.empty(), Optional.of(loader.describe())),
                new Field(
                    "cannot be seen",
                    Optional.empty(),
                    Optional.of("whether VT-d is on in the firmware; after the reboot it shows"))),
            Disruption.REBOOT,
            List.of("all that runs on this host"),
            actions,
            effects));
  }

  private static Optional<Finding> error(String code, String message, String suggestion) {
    return Optional.of(Finding.error("vfio/" + code, "/vfio", message, suggestion));
  }
}
