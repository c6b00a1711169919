package io.gpurig.modules.vfio;

import io.gpurig.engine.fact.PciFact;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An IOMMU group: what the hardware can keep apart from the rest of the machine only as a whole,
 * and hence what goes to a virtual machine as a whole.
 *
 * @param number what the kernel calls it until the next reboot
 * @param members its functions by address
 */
record Group(String number, SortedMap<String, PciFact> members) {
  /** PCI-to-PCI bridges: vfio-pci refuses them, and they are in nobody's way (vfio_pci_core.c). */
  private static final String PCI_BRIDGE = "0x0604";

  /** Host bridges, exactly; 0x0680, other bridges, are NVSwitches. */
  private static final String HOST_BRIDGE = "0x0600";

  private static final int SUBCLASS = 6;

  /** Returns the group of a function, if it has one. */
  static Optional<Group> of(String bdf, Map<String, PciFact> functions) {
    return Optional.ofNullable(functions.get(bdf))
        .flatMap(PciFact::iommuGroup)
        .map(
            number -> {
              SortedMap<String, PciFact> members = new TreeMap<>(functions);
              members.values().removeIf(f -> !f.iommuGroup().equals(Optional.of(number)));
              return new Group(number, members);
            });
  }

  /** Returns the functions of the card that has this function. */
  SortedMap<String, PciFact> card(String bdf) {
    SortedMap<String, PciFact> card = endpoints();
    card.keySet().removeIf(other -> !slot(other).equals(slot(bdf)));
    return card;
  }

  /** Returns what else is in the group: functions of other cards, bridges apart. */
  SortedMap<String, PciFact> strangers(String bdf) {
    SortedMap<String, PciFact> strangers = endpoints();
    strangers.keySet().removeIf(other -> slot(other).equals(slot(bdf)));
    return strangers;
  }

  /** Returns the bridges, which keep their drivers. */
  SortedMap<String, PciFact> bridges() {
    SortedMap<String, PciFact> bridges = new TreeMap<>(members);
    bridges.values().removeIf(function -> !isBridge(function));
    return bridges;
  }

  private SortedMap<String, PciFact> endpoints() {
    SortedMap<String, PciFact> endpoints = new TreeMap<>(members);
    endpoints.values().removeIf(Group::isBridge);
    return endpoints;
  }

  static boolean isBridge(PciFact function) {
    String subclass =
        function.classCode().substring(0, Math.min(SUBCLASS, function.classCode().length()));
    return subclass.equals(PCI_BRIDGE)
        || (subclass.equals(HOST_BRIDGE) && function.driver().isEmpty());
  }

  /** Returns the device of a function: {@code 0000:3b:00}. */
  static String slot(String bdf) {
    return bdf.substring(0, Math.max(0, bdf.lastIndexOf('.')));
  }

  /** Returns the device file by which the group is handed to a virtual machine. */
  String node() {
    return "/dev/vfio/" + number;
  }
}
