package io.gpurig.modules.vfio;

import static java.util.stream.Collectors.joining;

import io.gpurig.engine.fact.CommandFact;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.yaml.Resources;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What sysfs tells beyond a function's ids and driver: where it hangs in the tree, what it is
 * divided into, who shows pictures on it. A line each: a word that says what it is, then values.
 *
 * @param lines as the host printed them
 */
record Look(List<List<String>> lines) {
  /** A script with a name is told by it. */
  static final Read.Command READ =
      Read.Command.of("sh", "-c", Resources.text(Look.class, "look.sh"), "pci-look");

  /** A process, the device file and the name of the process stand on such a line. */
  private static final String MAPPED = "mapped";

  /** No host says so: it stands for what a plan does not know yet. */
  private static final String REBOOT = "after-reboot";

  Look {
    lines = List.copyOf(lines);
  }

  static Look at(Facts facts) {
    CommandFact answer = facts.command(READ.argv(), Look::settled);
    return new Look(
        answer
            .stdout()
            .lines()
            .map(line -> List.of(line.split(" ")))
            .filter(words -> words.size() > 1)
            .toList());
  }

  /** The numbers of processes are others every time. */
  private static String settled(CommandFact answer) {
    return answer
        .stdout()
        .lines()
        .map(line -> line.replaceFirst("^" + MAPPED + " \\d+ ", MAPPED + " "))
        .toList()
        .toString();
  }

  /** A device file that a process has mapped. */
  record Mapped(int pid, String path, String command) {}

  List<Mapped> mapped() {
    return of(MAPPED)
        .filter(words -> words.size() > 2 && words.getFirst().matches("\\d{1,9}"))
        .map(
            w ->
                new Mapped(
                    Integer.parseInt(w.getFirst()),
                    w.get(1),
                    String.join(" ", w.subList(2, w.size()))))
        .toList();
  }

  /** Returns where a function hangs: {@code ../../../devices/pci0000:00/0000:00:01.0/BDF}. */
  Optional<String> place(String bdf) {
    return second("place", bdf).findFirst();
  }

  boolean isVirtual(String bdf) {
    return of("virtual").anyMatch(words -> words.getFirst().equals(bdf));
  }

  Optional<String> virtualFunctions(String bdf) {
    return second("virtual-functions", bdf).findFirst();
  }

  boolean isBootDisplay(String bdf) {
    return of("boot-vga").anyMatch(words -> words.getFirst().equals(bdf));
  }

  /**
   * Returns UUIDs of mediated devices, numbers of vGPU types, or {@code types} for some on offer.
   */
  List<String> vgpus(String bdf) {
    return second("vgpu", bdf).toList();
  }

  boolean hasIommu() {
    return of("iommu").findAny().isPresent();
  }

  /** Whether a change that is planned turns the IOMMU on, with a reboot. */
  boolean awaitsReboot() {
    return of(REBOOT).findAny().isPresent();
  }

  boolean hasDriver(String name) {
    return of("driver").anyMatch(words -> words.getFirst().equals(name));
  }

  /** Returns the device files of the kernel's graphics drivers that belong to a function. */
  List<String> drmNodes(String bdf) {
    return of("drm")
        .filter(words -> words.size() > 1 && words.get(1).equals(bdf))
        .map(words -> "/dev/dri/" + words.getFirst())
        .toList();
  }

  /**
   * Returns the framebuffer that is drawn on a function. The firmware's, {@code efi-framebuffer.0},
   * {@code simple-framebuffer.0} or {@code vesa-framebuffer.0}, lies on the boot display.
   */
  Optional<String> framebuffer(String bdf) {
    return of("framebuffer")
        .filter(words -> words.size() > 1)
        .filter(
            words ->
                words.get(1).equals(bdf)
                    || (isBootDisplay(bdf) && words.get(1).contains("-framebuffer.")))
        .map(words -> words.getFirst() + " (" + words.get(1) + ")")
        .findFirst();
  }

  boolean hangs(String bdf) {
    return of("hangs").anyMatch(words -> words.getFirst().equals(bdf));
  }

  private Stream<List<String>> of(String kind) {
    return lines.stream()
        .filter(words -> words.getFirst().equals(kind))
        .map(words -> words.subList(1, words.size()));
  }

  private Stream<String> second(String kind, String bdf) {
    return of(kind)
        .filter(words -> words.size() > 1 && words.getFirst().equals(bdf))
        .map(words -> words.get(1));
  }

  /** Returns what the host says when a module with this driver has been loaded. */
  CommandFact withDriver(String name) {
    return with("driver " + name);
  }

  /** Returns what stands for that the host is to be rebooted, with the IOMMU on. */
  CommandFact withReboot() {
    return with(REBOOT + " iommu");
  }

  private CommandFact with(String line) {
    Stream<String> text = lines.stream().map(words -> String.join(" ", words));
    return new CommandFact(
        0, Stream.concat(text, Stream.of(line)).map(l -> l + "\n").collect(joining()), "");
  }
}
