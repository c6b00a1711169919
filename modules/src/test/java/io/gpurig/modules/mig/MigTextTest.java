package io.gpurig.modules.mig;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.yaml.Resources;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tables of nvidia-smi as they were captured on real hosts. */
final class MigTextTest {
  private static final JsonNode CAPTURES =
      Resources.json(MigTextTest.class, "cli-outputs.json").path("captures");

  private static String captured(String command, String gpu) {
    for (JsonNode one : CAPTURES) {
      if (one.path("cmd").asText().endsWith(command) && one.path("gpu").asText().startsWith(gpu)) {
        String text = one.path("stdout").asText();
        if (!text.startsWith("No ")) {
          return text;
        }
      }
    }
    throw new AssertionError(command);
  }

  @Test
  void instancesAreReadWhateverTheWidthOfTheColumns() {
    assertThat(MigText.instances(captured("mig -lgi", "NVIDIA A30"), "").get(0))
        .extracting(one -> one.id() + " " + one.name() + " " + one.start() + ":" + one.size())
        .containsExactly("3 1g.6gb 0:1", "4 1g.6gb 1:1", "2 2g.12gb 2:2");
    assertThat(MigText.instances(captured("mig -lgi", "A100 40GB"), "").get(0))
        .extracting(one -> one.id() + " " + one.name() + " " + one.start() + ":" + one.size())
        .containsExactly("13 1g.5gb 6:1", "5 2g.10gb 4:2", "1 4g.20gb 0:4");
    assertThat(MigText.instances("No MIG-enabled devices found.\n", "")).isEmpty();
  }

  @Test
  void computeInstancesAreReadWithTheirInstance() {
    String instances = "|   0  MIG 3g.20gb           9        1          4:4     |\n";
    assertThat(
            MigText.instances(instances, captured("mig -lci -gi 1", "A100-SXM4-40GB"))
                .getOrDefault(0, List.of())
                .getFirst()
                .devices())
        .extracting(MigProfile::toString)
        .containsExactly("1c.3g.20gb", "1c.3g.20gb", "1c.3g.20gb");
  }

  @Test
  void theTablesAreThoseThatGpusPrint() {
    for (String gpu : List.of("NVIDIA A30", "NVIDIA H100 NVL")) {
      List<GpuInstanceProfile> said =
          MigText.profiles(0, captured("mig -lgip", gpu), captured("mig -lgipp", gpu));
      assertThat(said).isEqualTo(MigModels.ofProduct(gpu).orElseThrow().profiles());
    }
  }

  @Test
  void whatIsPrintedIsReadBack() {
    MigProfile name = MigProfile.parse("1c.3g.40gb").orElseThrow();
    MigGpu.GpuInstance one =
        new MigGpu.GpuInstance(
            7, name.gpuInstance(), 4, 4, List.of(new MigGpu.ComputeInstance(2, name)));
    MigGpu gpu = MigXml.gpus(MigXml.print("", List.of(sample(one)))).getFirst();
    assertThat(gpu.isOn()).isTrue();
    assertThat(gpu.deviceId()).isEqualTo("2330");
    assertThat(
            MigText.instances(
                MigText.printInstances(List.of(sample(one))),
                MigText.printComputeInstances(List.of(sample(one)))))
        .containsEntry(0, List.of(one));
  }

  private static MigGpu sample(MigGpu.GpuInstance one) {
    return MigXml.gpus(
            """
            <gpu id="00000000:3B:00.0"><mig_mode><current_mig>Enabled</current_mig>\
            <pending_mig>Enabled</pending_mig></mig_mode><mig_devices/>\
            <pci_device_id>233010DE</pci_device_id></gpu>
            """)
        .getFirst()
        .with(java.util.Optional.of(true), java.util.Optional.of(true), List.of(one));
  }
}
