package io.gpurig.engine.fact;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FactsJsonTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void whatIsWrittenIsReadBack() throws Exception {
    Facts facts =
        Facts.none("gpu-01")
            .withFile("/etc/docker/daemon.json", Optional.of(FileFact.text("{}")))
            .withFile("/etc/absent", Optional.empty())
            .withFile(
                "/var/secret",
                Optional.of(
                    new FileFact(FileFact.Type.OTHER, "0000", "1:2", "", false, Optional.of("no"))))
            .withCommand(List.of("nvidia-smi", "-q", "-x"), new CommandFact(9, "out", "err"))
            .withPci(
                "0000:3b:00.0",
                new PciFact(
                    "0x10de",
                    "0x2331",
                    "0x030200",
                    Optional.of("nvidia"),
                    Optional.of("12"),
                    Optional.empty(),
                    Optional.of(1)))
            .withDeviceUsers(
                "/dev/nvidia",
                List.of(new DeviceUser(7, "x y", Optional.of("id"), List.of("/dev/nvidia0"))))
            .withDeviceUsers("/dev/kvm", List.of())
            .withDocker(
                new DockerFacts(
                    Optional.of(JSON.readTree("{\"Runtimes\": {\"runc\": {}}}")),
                    List.of(JSON.readTree("{\"Name\": \"/a\"}")),
                    Optional.empty()));

    assertThat(FactsJson.read(JSON.readTree(FactsJson.write(facts).toString()))).isEqualTo(facts);
  }

  @Test
  void theContractsExampleIsRead() throws Exception {
    Facts facts =
        FactsJson.read(
            JSON.readTree(
                """
                {"gpurigFacts": 1, "host": "h", "reads": {
                 "files": {"/etc/docker/daemon.json": {"mode": "0644", "content": "{}"}, "/etc/docker/absent": null},
                 "commands": {"nvidia-smi -q -x": {"exit": 0, "stdout": "<…>", "stderr": ""}},
                 "pci": {"0000:3b:00.0": {"vendor": "0x10de", "device": "0x2331", "class": "0x030200", "driver": "nvidia", "iommuGroup": "12", "driverOverride": null}},
                 "docker": {"info": {}, "containers": [{}]}}}
                """));

    assertThat(facts.file("/etc/docker/daemon.json")).contains(FileFact.text("{}"));
    assertThat(facts.file("/etc/docker/absent")).isEmpty();
    assertThat(facts.command("nvidia-smi", "-q", "-x").stdout()).isEqualTo("<…>");
    assertThat(facts.pciFunctions().values())
        .extracting(PciFact::driver)
        .containsExactly(Optional.of("nvidia"));
    assertThat(facts.dockerState().containers()).hasSize(1);
    assertThat(facts.missing(List.of(new Read.File("/x"), new Read.File("/etc/docker/absent"))))
        .containsExactly(new Read.File("/x"));
    assertThat(facts.deviceUsers()).isEqualTo(Map.of());
  }
}
