package io.gpurig.modules.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.fact.CommandFact;
import io.gpurig.engine.fact.Facts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What public projects captured of nvidia-smi, as src/test/resources/smi-xml/index.tsv says, gives
 * the values that another reader of it, expected.json, finds.
 */
final class SmiSamplesTest {
  private static final Path SAMPLES = Path.of("src/test/resources/smi-xml");

  /** Our names for the values of expected.json. */
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("bdf", "bdf"),
          Map.entry("deviceId", "pci_device"),
          Map.entry("name", "product_name"),
          Map.entry("uuid", "uuid"),
          Map.entry("virtualizationMode", "virtualization_mode"),
          Map.entry("temperatureC", "temperature_c"),
          Map.entry("gpuUtilPct", "gpu_util_pct"),
          Map.entry("memoryUtilPct", "memory_util_pct"),
          Map.entry("memoryTotalMiB", "fb_total_mib"),
          Map.entry("memoryUsedMiB", "fb_used_mib"),
          Map.entry("memoryFreeMiB", "fb_free_mib"),
          Map.entry("powerDrawW", "power_draw_w"),
          Map.entry("powerLimitW", "power_limit_w"),
          Map.entry("recoveryAction", "recovery_action"));

  private static final Map<String, String> MIG =
      Map.of(
          "index", "index",
          "gpuInstanceId", "gpu_instance_id",
          "computeInstanceId", "compute_instance_id",
          "smCount", "sm_count",
          "memoryTotalMiB", "fb_total_mib",
          "memoryUsedMiB", "fb_used_mib");

  @TestFactory
  Stream<DynamicTest> samples() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    JsonNode expected = new ObjectMapper().readTree(SAMPLES.resolve("expected.json").toFile());
    for (JsonNode sample : expected) {
      String file = sample.path("file").asText();
      tests.add(DynamicTest.dynamicTest(file, () -> check(file, sample)));
    }
    assertThat(tests).hasSizeGreaterThanOrEqualTo(16);
    return tests.stream();
  }

  private static void check(String file, JsonNode expected) throws IOException {
    Facts facts =
        Facts.none("gpu-01")
            .withCommand(
                List.of("nvidia-smi", "-q", "-x"),
                new CommandFact(0, Files.readString(SAMPLES.resolve(file)), ""));

    ObjectNode document = GpuJson.render(Map.of("gpu-01", GpuInventory.of(facts)));

    JsonNode host = document.at("/hosts/0");
    same(host.path("driverVersion"), expected.path("driver_version"), "driverVersion");
    same(host.path("cudaVersion"), expected.path("cuda_version"), "cudaVersion");
    assertThat(host.path("gpus")).hasSameSizeAs(expected.path("gpus"));
    for (int i = 0; i < host.path("gpus").size(); i++) {
      JsonNode gpu = host.path("gpus").get(i);
      JsonNode wanted = expected.path("gpus").get(i);
      NAMES.forEach((ours, theirs) -> same(gpu.path(ours), wanted.path(theirs), ours));
      same(gpu.at("/mig/current"), wanted.path("mig_current"), "mig.current");
      same(gpu.at("/mig/pending"), wanted.path("mig_pending"), "mig.pending");
      assertThat(gpu.at("/mig/devices")).hasSameSizeAs(wanted.path("mig_devices"));
      for (int d = 0; d < wanted.path("mig_devices").size(); d++) {
        JsonNode device = gpu.at("/mig/devices/" + d);
        JsonNode wantedDevice = wanted.path("mig_devices").get(d);
        MIG.forEach((ours, theirs) -> same(device.path(ours), wantedDevice.path(theirs), ours));
      }
    }
  }

  /** Whole numbers are whole, and numbers are not text: 33.73 is not "33.73", null is not 0. */
  private static void same(JsonNode ours, JsonNode theirs, String what) {
    assertThat(ours.isMissingNode() || theirs.isMissingNode()).as(what).isFalse();
    assertThat(ours.toString()).as(what).isEqualTo(theirs.toString());
  }
}
