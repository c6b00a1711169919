package io.gpurig.modules.vfio;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.engine.fact.Read;
import java.util.List;
import java.util.Optional;

/**
 * What has vfio-pci take the functions that virtual machines hold when the host boots: a unit of
 * systemd that makes it their only driver ({@code driver_override}, Linux
 * Documentation/ABI/testing/sysfs-bus-pci) before udev has any driver loaded. A udev rule for each
 * function would come too late: the event of another GPU may load a driver first, which takes all.
 *
 * <p>A function is known by address and id, so that another card in its place is left alone, and so
 * is another card of the kind, which {@code ids=} of vfio-pci would take.
 */
final class AtBoot {
  static final String PATH = "/etc/systemd/system/gpurig-vfio.service";

  /** The link that {@code systemctl enable} makes. */
  private static final String WANTED =
      "/etc/systemd/system/sysinit.target.wants/gpurig-vfio.service";

  static final List<Read> READS = List.of(new Read.File(PATH), new Read.File(WANTED));

  static final String UNIT =
      """
      # Made by gpurig.
      [Unit]
      Description=Keep PCI functions of virtual machines for vfio-pci
      DefaultDependencies=no
      ConditionPathExists=%1$s
      Before=systemd-modules-load.service systemd-udev-trigger.service

      [Service]
      Type=oneshot
      ExecStart=/bin/sh -c 'while read -r bdf id rest; do device=/sys/bus/pci/devices/$$bdf; \
      if grep -qsix "PCI_ID=$$id" "$$device/uevent"; then echo vfio-pci >"$$device/driver_override"; fi; done <%1$s'

      [Install]
      WantedBy=sysinit.target
      """
          .formatted(Held.PATH);

  private static final List<String> ENABLE = systemctl("enable");
  private static final List<String> DISABLE = systemctl("disable");
  private static final int SECONDS = 60;

  private AtBoot() {}

  private static List<String> systemctl(String verb) {
    return List.of("systemctl", verb, PATH.substring(PATH.lastIndexOf('/') + 1));
  }

  static Optional<FileFact> there(Facts facts) {
    return facts.file(PATH);
  }

  static boolean isEnabled(Facts facts) {
    return there(facts).filter(file -> file.content().equals(UNIT)).isPresent()
        && facts.file(WANTED).isPresent();
  }

  static List<Action> enable() {
    return List.of(
        new Action.WriteFile(PATH, UNIT, Optional.of("0644")),
        new Action.RunCommand(ENABLE, DISABLE, SECONDS));
  }

  static List<Effect> enabled() {
    FileFact unit = FileFact.text(UNIT);
    return List.of(new Effect.FileBecomes(PATH, unit), new Effect.FileBecomes(WANTED, unit));
  }

  static List<Action> disable() {
    return List.of(new Action.RunCommand(DISABLE, ENABLE, SECONDS), new Action.RemoveFile(PATH));
  }

  static List<Effect> disabled() {
    return List.of(new Effect.FileGone(PATH), new Effect.FileGone(WANTED));
  }
}
