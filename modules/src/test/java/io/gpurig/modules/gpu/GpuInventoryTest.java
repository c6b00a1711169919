package io.gpurig.modules.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpurig.engine.fact.Basis;
import io.gpurig.engine.fact.CommandFact;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.PciFact;
import io.gpurig.engine.fact.Read;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GpuInventoryTest {
  private static final List<String> SMI = List.of("nvidia-smi", "-q", "-x");
  private static final Facts NONE = Facts.none("gpu-01");

  private static Facts says(String xml) {
    return NONE.withCommand(SMI, new CommandFact(0, xml, ""));
  }

  private static String log(String gpus) {
    return "<?xml version=\"1.0\" ?>\n<!DOCTYPE nvidia_smi_log SYSTEM \"nvsmi_device_v12.dtd\">\n"
        + "<nvidia_smi_log><driver_version>580.1</driver_version>"
        + gpus
        + "</nvidia_smi_log>\n";
  }

  private static String gpu(String id, String inside) {
    return "<gpu id=\"%s\"><uuid>GPU-%s</uuid>%s</gpu>".formatted(id, id, inside);
  }

  private static PciFact function(String device, String classCode) {
    return new PciFact(
        "0x10de",
        device,
        classCode,
        Optional.of("nvidia"),
        Optional.of("12"),
        Optional.empty(),
        Optional.of(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0000:3B:00.0", "00000000:3B:00.0", "0000:3b:00.0"})
  void theBusIsTheListAndTheDriverTellsOfIt(String id) {
    Facts facts =
        says(log(gpu(id, "<temperature><gpu_temp>40 C</gpu_temp></temperature>")))
            .withPci("0000:3b:00.0", function("0x2331", "0x030200"))
            .withPci("0000:3b:00.1", function("0x22ba", "0x040300"))
            .withPci("0000:86:00.0", function("0x2330", "0x030200"))
            .withPci("0000:c1:00.0", function("0x22a3", "0x068000"));

    List<Gpu> gpus = GpuInventory.of(facts).gpus();

    assertThat(gpus)
        .extracting(g -> g.bdf().orElseThrow())
        .containsExactly("0000:3b:00.0", "0000:86:00.0");
    assertThat(gpus.getFirst().metrics().temperatureC()).contains(40);
    assertThat(gpus.getFirst().deviceId()).contains("2331");
    assertThat(gpus.getFirst().iommuGroup()).contains(12);
    assertThat(gpus.getFirst().numaNode()).contains(1);
    assertThat(gpus.getLast().metrics()).isEqualTo(Metrics.UNKNOWN);
    assertThat(gpus.getLast().index()).isEmpty();
  }

  @Test
  void aDomainAboveZeroIsOne() {
    Facts facts =
        says(log(gpu("00000008:06:00.0", "")))
            .withPci("0008:06:00.0", function("0x31c2", "0x030200"));
    assertThat(GpuInventory.of(facts).gpus()).hasSize(1);
  }

  @Test
  void ofTwoThatClaimOneAddressNeitherIsBelieved() {
    String hot = "<temperature><gpu_temp>40 C</gpu_temp></temperature>";
    Facts facts =
        says(log(gpu("00000000:3B:00.0", hot) + gpu("0000:3b:00.0", hot)))
            .withPci("0000:3b:00.0", function("0x2331", "0x030200"));
    assertThat(GpuInventory.of(facts).gpus())
        .singleElement()
        .extracting(Gpu::metrics)
        .isEqualTo(Metrics.UNKNOWN);
  }

  @Test
  void anAddressThatContradictsItselfIsNone() {
    String pci = "<pci><pci_bus_id>00000000:3C:00.0</pci_bus_id></pci>";
    assertThat(GpuInventory.of(says(log(gpu("00000000:3B:00.0", pci)))).gpus().getFirst().bdf())
        .isEmpty();
  }

  @Test
  void theDriversContainerIsAskedWhereTheHostHasNone() {
    List<String> container = ((Read.Command) GpuInventory.READS.get(2)).argv();
    Facts facts =
        NONE.withCommand(SMI, new CommandFact(127, "", "nvidia-smi: not found"))
            .withCommand(
                container,
                // what chroot said before docker exec answered
                new CommandFact(
                    0, "Failed to initialize NVML\n" + log(gpu("00000000:3B:00.0", "")), ""));
    assertThat(GpuInventory.of(facts).gpus()).hasSize(1);
    assertThat(GpuInventory.of(facts).trouble()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "9, NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.",
    "18, Failed to initialize NVML: Driver/library version mismatch",
    "6, No devices were found"
  })
  void whatNvidiaSmiComplainsOfIsSaid(int exit, String complaint) {
    Facts facts = NONE.withCommand(SMI, new CommandFact(exit, complaint + "\n", ""));
    assertThat(GpuInventory.of(facts).trouble()).contains(complaint);
  }

  @Test
  void warningsAroundTheDocumentDoNotHideIt() {
    String warning = "WARNING: infoROM is corrupted at gpu 0000:3B:00.0\n";
    Facts facts =
        NONE.withCommand(
            SMI, new CommandFact(14, warning + log(gpu("00000000:3B:00.0", "")) + warning, ""));
    assertThat(GpuInventory.of(facts).gpus()).hasSize(1);
  }

  @Test
  void aNameThatNobodyEscapedDoesNotHideTheRest() {
    String processes =
        """
        <processes><process_info>
        <process_name>a & b <gpu></process_name>
        </process_info></processes>
        """;
    assertThat(GpuInventory.of(says(log(gpu("00000000:3B:00.0", processes)))).gpus()).hasSize(1);
  }

  @Test
  void namesComeFromTheKernelModuleOrPciIdsWhereNvidiaSmiIsSilent() {
    List<String> proc = ProcGpus.READ.argv();
    List<String> names = PciNames.READ.argv();
    Facts facts =
        NONE.withPci("0000:3b:00.0", function("0x2331", "0x030200"))
            .withPci("0000:86:00.0", function("0x2330", "0x030200"))
            .withCommand(
                proc,
                new CommandFact(
                    0,
                    """
                    Model: \t\t NVIDIA H100 PCIe
                    GPU UUID: \t GPU-????????-????
                    Bus Location: \t 0000:3b:00.0
                    Device Minor: \t 3
                    """,
                    ""))
            .withCommand(
                names,
                new CommandFact(0, "2330  GH100 [H100 SXM5 80GB]\n2331  GH100 [H100 PCIe]\n", ""));

    List<Gpu> gpus = GpuInventory.of(facts).gpus();

    assertThat(gpus.getFirst().name()).contains("NVIDIA H100 PCIe");
    assertThat(gpus.getFirst().uuid()).isEmpty();
    assertThat(gpus.getFirst().minor()).contains(3);
    assertThat(gpus.getLast().name()).contains("GH100 [H100 SXM5 80GB]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[N/A]",
        "N/A",
        "[Not Supported]",
        "[Unknown Error]",
        "Unknown Error",
        "GPU is lost",
        "40",
        "40 F",
        "4O C",
        "40 C C",
        "4 0 C",
        "40.5.1 C",
        "40 C<x/>",
        "",
        "9999999999 C"
      })
  void whatIsNoTemperatureIsNone(String text) {
    String xml = log(gpu("0:0", "<temperature><gpu_temp>" + text + "</gpu_temp></temperature>"));
    assertThat(GpuInventory.of(says(xml)).gpus().getFirst().metrics().temperatureC()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"40 C", "  40 C ", "40  C", "\n\t40 C\n"})
  void blanksDoNotMatter(String text) {
    String xml = log(gpu("0:0", "<temperature><gpu_temp>" + text + "</gpu_temp></temperature>"));
    assertThat(GpuInventory.of(says(xml)).gpus().getFirst().metrics().temperatureC()).contains(40);
  }

  /** A saved plan must not go stale because a GPU got warmer. */
  @Test
  void aComparisonRestsOnWhatGpusAreNotOnHowTheyAre() {
    assertThat(basis("40 C", "Disabled")).isEqualTo(basis("41 C", "Disabled"));
    assertThat(basis("40 C", "Disabled")).isNotEqualTo(basis("40 C", "Enabled"));
  }

  private static Map<String, Basis.Answer> basis(String temperature, String mig) {
    Basis basis = new Basis();
    String inside =
        "<temperature><gpu_temp>%s</gpu_temp></temperature><mig_mode><current_mig>%s</current_mig></mig_mode>"
            .formatted(temperature, mig);
    assertThat(GpuInventory.of(says(log(gpu("00000000:3B:00.0", inside))).noting(basis)).gpus())
        .hasSize(1);
    return basis.answers();
  }

  @Test
  void hostileXmlIsRefusedSoonAndNothingIsOpened() {
    StringBuilder laughs = new StringBuilder("<!DOCTYPE nvidia_smi_log [<!ENTITY a \"ha\">");
    for (char c = 'b'; c < 'z'; c++) {
      laughs.append("<!ENTITY %c \"%s\">".formatted(c, ("&" + (char) (c - 1) + ";").repeat(10)));
    }
    String body = "<nvidia_smi_log><driver_version>&y;</driver_version></nvidia_smi_log>";
    List<String> hostile =
        List.of(
            laughs + "]>" + body,
            "<!DOCTYPE nvidia_smi_log [<!ENTITY y SYSTEM \"file:///etc/hostname\">]>" + body,
            "<!DOCTYPE nvidia_smi_log [<!ENTITY % y SYSTEM \"http://127.0.0.1:1/\"> %y;]>" + body,
            "<nvidia_smi_log>" + "<a>".repeat(100_000) + "</nvidia_smi_log>",
            "<nvidia_smi_log>" + "x".repeat(17 << 20) + "</nvidia_smi_log>",
            "<nvidia_smi_log></nvidia_smi_log");
    org.junit.jupiter.api.Assertions.assertTimeout(
        Duration.ofSeconds(30),
        () -> {
          for (String xml : hostile) {
            GpuInventory inventory = GpuInventory.of(says(xml));
            assertThat(inventory.driverVersion()).isEmpty();
            assertThat(inventory.trouble()).isPresent();
          }
        });
  }
}
