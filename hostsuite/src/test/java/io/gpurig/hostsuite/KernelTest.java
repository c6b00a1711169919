package io.gpurig.hostsuite;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpurig.hostsuite.Program.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * VFIO passthrough on a real kernel. One guest for all tests, as an emulated processor takes its
 * time to boot: each leaves all devices with their own drivers.
 */
@ExtendWith(GuestOrSkipped.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class KernelTest {
  /** A GPU and its audio function, alone in their group. */
  private static final String CLEAN = "0000:01:00.0";

  private static final String CLEAN_AUDIO = "0000:01:00.1";

  /** A GPU alone. */
  private static final String ALONE = "0000:02:00.0";

  /** A GPU with three more functions, and the bridge before it, in one group. */
  private static final String FOUR = "0000:03:00.0";

  private static final String HOLDS =
      """
          os: windows
          image: lab/busybox:1
          command: [sleep, "100000"]
          stopTimeout: 1s
          nestedVirtualization: false
      """;

  @TempDir private Path folder = Path.of("");
  private Path inventory = Path.of("");
  private Guest guest;

  @BeforeAll
  void boot(@TempDir Path kept) throws Exception {
    guest = Guest.up();
    inventory = Guest.inventory(kept);
  }

  @AfterAll
  void shutDown() throws Exception {
    guest.close();
  }

  /** From a kernel that was told to use no IOMMU to a GPU that is the desktop's after each boot. */
  @Test
  @Order(9)
  void aHostIsMadeReadyWithAReboot() throws Exception {
    guest.sh("sed -i 's/intel_iommu=on/intel_iommu=off/' /boot/grub/grub.cfg; sync");
    guest.reset();
    assertThat(guest.sh("ls /sys/kernel/iommu_groups")).isEmpty();
    String ready = "vfio: {persist: true}\n";
    String reboot = "rollout: {allowDisruption: reboot}\n";
    Path cautious = plan(ready + workspace("cad-1", CLEAN));
    assertThat(expect(4, "plan", cautious, "-i", inventory).out())
        .contains("rollout/too-disruptive", "vfio/after-reboot");

    Path plan = plan(reboot + ready + workspace("cad-1", CLEAN));
    Result applied = expect(0, "apply", plan, "-i", inventory);

    assertThat(applied.out()).contains("parameters: intel_iommu=off -> intel_iommu=on");
    assertThat(guest.sh("cat /proc/cmdline"))
        .containsSubsequence("intel_iommu=off", "intel_iommu=on")
        .contains("iommu=pt");
    assertThat(guest.driver(CLEAN)).isEqualTo("vfio-pci");
    expect(0, "plan", plan, "-i", inventory);

    guest.sh("sync");
    guest.reset();
    assertThat(guest.driver(CLEAN)).as("from boot on").isEqualTo("vfio-pci");
    assertThat(guest.driver(CLEAN_AUDIO)).isEqualTo("vfio-pci");
    assertThat(guest.driver("0000:05:01.0")).as("of the same kind").isEqualTo("nvidia");

    expect(0, "apply", plan("workspaces: []\nvfio: {}\n"), "-i", inventory);
    assertAllAtHome();
    assertThat(guest.sh("ls /etc/systemd/system /etc/systemd/system/sysinit.target.wants"))
        .doesNotContain("gpurig");
  }

  /** What the lab's simulated sysfs is held to as well. */
  @Test
  @Order(2)
  void theKernelBindsAsTheLabDoes() throws Exception {
    Path script = Path.of("../lab/src/test/resources/io/gpurig/lab/machine/pci-binding.sh");
    String transcript =
        guest.sh("GPU=%s AUDIO=%s\n".formatted(CLEAN, CLEAN_AUDIO) + Files.readString(script));

    assertThat(transcript)
        .isEqualTo(Files.readString(script.resolveSibling("pci-binding.expected")));
  }

  @Test
  @Order(3)
  void gpusGoToDesktopsAndComeBack() throws Exception {
    Path plan = plan(workspace("cad-1", CLEAN) + more("cad-2", FOUR));
    assertThat(expect(3, "plan", plan, "-i", inventory).out())
        .contains(
            "GPU 0000:01:00.0, because workspace cad-1 takes it from this host",
            "0000:01:00.1 audio 10de:22ba: snd_hda_intel -> vfio-pci",
            "0000:03:00.3 USB-C controller 10de:1ad9: no driver -> vfio-pci",
            "0000:00:12.0 PCI bridge: in the group, stays with pcieport");

    expect(0, "apply", plan, "-i", inventory);

    for (String bdf : new String[] {CLEAN, CLEAN_AUDIO, FOUR, "0000:03:00.1", "0000:03:00.2"}) {
      assertThat(guest.driver(bdf)).as(bdf).isEqualTo("vfio-pci");
    }
    assertThat(guest.driver("0000:03:00.3")).isEqualTo("vfio-pci");
    assertThat(guest.driver("0000:00:12.0")).isEqualTo("pcieport");
    for (String bdf : new String[] {CLEAN, FOUR}) {
      String group = group(bdf);
      assertThat(guest.sh("vfio-open %s %s".formatted(group, bdf))).isEqualTo("open " + bdf + "\n");
    }
    assertThat(guest.sh("docker exec cad-1 ls /dev/vfio; docker exec cad-1 sh -c 'ulimit -l'"))
        .isEqualTo("%s\nvfio\nunlimited\n".formatted(group(CLEAN)));
    assertThat(guest.sh("docker inspect cad-1")).contains("\"" + CLEAN + "\"");
    expect(0, "plan", plan, "-i", inventory);

    expect(0, "apply", plan("workspaces: []\n"), "-i", inventory);
    assertAllAtHome();
    assertThat(guest.sh("docker ps -aq; ls /dev/vfio")).isEqualTo("vfio\n");
    expect(0, "plan", plan("workspaces: []\n"), "-i", inventory);
  }

  @Test
  @Order(4)
  void whatCannotBeHandedOverIsRefusedAndNotTouched() throws Exception {
    guest.sh("echo 2 >/sys/bus/pci/devices/0000:08:00.0/sriov_numvfs");
    guest.sh("echo mig=Enabled >/etc/kernelsuite/" + CLEAN);
    guest.sh("echo \"mode='Host VSGA'\" >/etc/kernelsuite/" + FOUR);
    Path plan =
        plan(
            workspace("two-cards", "0000:05:01.0")
                + more("with-a-nic", "0000:07:01.0")
                + more("no-group", "0000:41:00.0")
                + more("divided", "0000:08:00.0")
                + more("part", "0000:08:00.1")
                + more("mig", CLEAN)
                + more("shared", FOUR));
    Result refused = Program.gpurig("plan", plan, "-i", inventory);
    guest.sh("rm /etc/kernelsuite/*; echo 0 >/sys/bus/pci/devices/0000:08:00.0/sriov_numvfs");

    assertThat(refused.exit()).as(refused.both()).isNotIn(0, 3);
    assertThat(refused.out())
        .contains(
            "vfio/group-not-isolated",
            "0000:05:02.0 GPU 10de:2684, used by nvidia",
            "0000:07:02.0 network adapter 8086:100e, used by e1000",
            "vfio/no-group",
            "vfio/sriov",
            "vfio/virtual-function",
            "vfio/mig",
            "vfio/vsga");
    assertAllAtHome();
  }

  @Test
  @Order(5)
  void mediatedDevicesAreRefused() throws Exception {
    guest.sh("modprobe -r nvidia; modprobe nvidia mdev=1");
    Result refused = Program.gpurig("plan", plan(workspace("cad-1", ALONE)), "-i", inventory);
    guest.sh("modprobe -r nvidia; modprobe nvidia");

    assertThat(refused.exit()).as(refused.both()).isNotIn(0, 3);
    assertThat(refused.out()).contains("vfio/vgpu", "its driver offers mediated devices");
    assertAllAtHome();
  }

  @Test
  @Order(6)
  void aGpuInUseIsNotTaken() throws Exception {
    String node = guest.sh("echo /dev/$(ls /sys/bus/pci/devices/%s/misc)".formatted(ALONE)).strip();
    guest.sh("setsid sleep 1000 <%s >/dev/null 2>&1 & echo $! >/run/holder".formatted(node));
    Path plan = plan(workspace("cad-1", ALONE));
    Result refused = expect(4, "apply", plan, "-i", inventory);
    assertThat(refused.out()).contains("vfio/gpu-in-use", "process sleep (pid ", node);
    assertThat(guest.driver(ALONE)).isEqualTo("nvidia");
    guest.sh("kill $(cat /run/holder)");
  }

  /** The driver waits for users that nobody can find; the run ends, and says what to do. */
  @Test
  @Order(7)
  void aDriverThatDoesNotLetGoHoldsUpNobody() throws Exception {
    guest.sh("echo 1 >/sys/module/nvidia/parameters/leak");
    Path plan = plan(workspace("cad-1", CLEAN));
    long began = System.nanoTime();
    Result failed = expect(1, "apply", plan, "-i", inventory);
    assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began)).isLessThan(200);
    assertThat(failed.out())
        .contains(
            "nvidia has not let 0000:01:00.0 go within 30 s",
            "before this host is rebooted",
            "non-zero usage count");
    assertThat(guest.driver(CLEAN_AUDIO)).isEqualTo("snd_hda_intel");
    assertThat(Program.gpurig("plan", plan, "-i", inventory).both())
        .contains("vfio/hangs", "journal/unfinished");
    assertThat(expect(1, "apply", plan, "-i", inventory).out()).contains("reboot this host");

    // as a reboot would, but quicker: the count comes right, and the driver ends what it began
    guest.sh("echo 0 >/sys/module/nvidia/parameters/leak; sleep 3");
    expect(0, "apply", plan, "-i", inventory);
    assertThat(guest.driver(CLEAN)).isEqualTo("vfio-pci");
    expect(0, "apply", plan("workspaces: []\n"), "-i", inventory);
    assertAllAtHome();
  }

  /** Killed each time the journal has one line more, on the way there and on the way back. */
  @Test
  @Order(8)
  void aRunThatIsKilledAtAnyLineIsMendedByTheNext() throws Exception {
    String there = workspace("cad-1", CLEAN);
    int line = 1; // the first is the run's own
    boolean killed = true;
    while (killed) {
      line++;
      killed = isKilledAndMended(line, there, "vfio-pci", "vfio-pci");
      killed |= isKilledAndMended(line, "workspaces: []\n", "nvidia", "snd_hda_intel");
    }
    System.out.println("killed after each of lines 2 to " + (line - 1) + " of a journal");
    assertThat(line).isGreaterThan(6);
    HeldJournal.remove(guest::sh);
    assertAllAtHome();
  }

  private boolean isKilledAndMended(int line, String sections, String gpu, String audio)
      throws Exception {
    Path plan = plan(sections);
    boolean killed = HeldJournal.killedAt(line, guest::sh, "apply", plan, "-i", inventory);
    expect(0, "apply", plan, "-i", inventory, "-q");
    assertThat(guest.driver(CLEAN)).isEqualTo(gpu);
    assertThat(guest.driver(CLEAN_AUDIO)).isEqualTo(audio);
    return killed;
  }

  private String group(String bdf) throws Exception {
    return guest
        .sh("l=$(readlink /sys/bus/pci/devices/%s/iommu_group); echo ${l##*/}".formatted(bdf))
        .strip();
  }

  private void assertAllAtHome() throws Exception {
    String drivers =
        guest.sh(
            "for f in 01:00.0 01:00.1 02:00.0 03:00.0 03:00.1 03:00.2 03:00.3 05:01.0 41:00.0; do"
                + " d=/sys/bus/pci/devices/0000:$f; l=$(readlink $d/driver) || l=-;"
                + " echo $f ${l##*/} $(cat $d/driver_override); done; ls /etc/gpurig 2>/dev/null");
    assertThat(drivers)
        .isEqualTo(
            """
            01:00.0 nvidia (null)
            01:00.1 snd_hda_intel (null)
            02:00.0 nvidia (null)
            03:00.0 nvidia (null)
            03:00.1 snd_hda_intel (null)
            03:00.2 xhci_hcd (null)
            03:00.3 - (null)
            05:01.0 nvidia (null)
            41:00.0 nvidia (null)
            """);
  }

  private static String workspace(String name, String bdf) {
    return "workspaces:\n" + more(name, bdf);
  }

  private static String more(String name, String bdf) {
    return "  - name: %s\n%s    gpus: [{bdf: \"%s\"}]\n".formatted(name, HOLDS, bdf);
  }

  private Path plan(String sections) throws Exception {
    return Files.writeString(
        folder.resolve("plan.yaml"), "name: Desktops\nhosts: all\n" + sections);
  }

  private static Result expect(int exit, Object... arguments) throws Exception {
    Result result = Program.gpurig(arguments);
    assertThat(result.exit()).as(result.both()).isEqualTo(exit);
    return result;
  }
}
