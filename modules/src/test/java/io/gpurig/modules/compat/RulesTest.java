package io.gpurig.modules.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpurig.engine.fact.CommandFact;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.engine.fact.PciFact;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.module.Diff;
import io.gpurig.engine.module.Finding;
import io.gpurig.engine.problem.Severity;
import io.gpurig.modules.gpu.GpuInventory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each rule on a host that it is about, and on one that differs in what matters. */
final class RulesTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Path MANUAL = Path.of("../docs/doctor.md");
  private static final String RUNSC_RUNTIME =
      "\"runsc\": {\"path\": \"/usr/bin/runsc\", \"runtimeArgs\": [\"--nvproxy=true\"]}";

  /** A host, and what is there. */
  private record Host(Facts facts) {
    Host file(String path, String content) {
      return new Host(facts.withFile(path, Optional.of(FileFact.text(content))));
    }

    Host says(Read.Command command, String answer) {
      return new Host(facts.withCommand(command.argv(), new CommandFact(0, answer, "")));
    }

    Host gpu(String driver) {
      return function("0000:3b:00.0", "0x030200", driver);
    }

    Host function(String bdf, String type, String driver) {
      Optional<String> bound = driver.isEmpty() ? Optional.empty() : Optional.of(driver);
      return new Host(
          facts.withPci(
              bdf,
              new PciFact("0x10de", "0x2330", type, bound, Optional.of("1"), Optional.empty())));
    }

    Host driver(String version) {
      return file("/sys/module/nvidia/version", version + "\n")
          .file(
              "/proc/driver/nvidia/version",
              "NVRM version: NVIDIA UNIX x86_64 Kernel Module  %s  Tue\n".formatted(version));
    }

    Host smi(String gpu) {
      return says(
          GpuChecks.SMI,
          """
          <nvidia_smi_log><driver_version>580.126.20</driver_version>
          <gpu id="00000000:3B:00.0"><product_name>NVIDIA H100 80GB HBM3</product_name>
          %s<pci><pci_bus_id>00000000:3B:00.0</pci_bus_id></pci></gpu></nvidia_smi_log>
          """
              .formatted(gpu));
    }

    Host smiFails(String why) {
      return new Host(facts.withCommand(GpuChecks.SMI.argv(), new CommandFact(18, why, "")));
    }

    Host docker(String info, String... containers) {
      return new Host(
          facts.withDocker(
              new DockerFacts(
                  Optional.of(json(info)),
                  Stream.of(containers).map(RulesTest::json).toList(),
                  Optional.empty())));
    }

    Host runsc(String release, String drivers) {
      return says(Read.Command.of("command", "-v", "runsc"), "/usr/bin/runsc\n")
          .says(
              Read.Command.of("runsc", "--version"),
              "runsc version release-%s\n".formatted(release))
          .says(Read.Command.of("runsc", "nvproxy", "list-supported-drivers"), drivers);
    }

    Host cdi(String path, String version, String driver) {
      return file(
          path,
          """
          cdiVersion: "%s"
          kind: nvidia.com/gpu
          devices:
            - name: "0"
              containerEdits: {deviceNodes: [{path: /dev/nvidia0}]}
          containerEdits:
            mounts:
              - hostPath: /usr/lib/x86_64-linux-gnu/libcuda.so.%s
                containerPath: /usr/lib/x86_64-linux-gnu/libcuda.so.%s
          """
              .formatted(version, driver, driver));
    }
  }

  /**
   * A rule in action.
   *
   * @param plan as JSON
   */
  private record Case(String rule, String plan, Host fires, Host quiet) {}

  private static Case of(String rule, Host fires, Host quiet) {
    return new Case(rule, "{}", fires, quiet);
  }

  private static Host host() {
    return new Host(Facts.none("gpu-01"));
  }

  private static JsonNode json(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String mig(String current, String pending, String devices) {
    return "<mig_mode><current_mig>%s</current_mig><pending_mig>%s</pending_mig></mig_mode><mig_devices>%s</mig_devices>"
        .formatted(current, pending, devices);
  }

  private static String version(String docker) {
    return "{\"ServerVersion\": \"%s\"}".formatted(docker);
  }

  private static String withRunsc(String docker) {
    return "{\"ServerVersion\": \"%s\", \"Runtimes\": {%s}}".formatted(docker, RUNSC_RUNTIME);
  }

  private static String container(String name, String image) {
    return "{\"Name\": \"/%s\", \"Config\": {\"Image\": \"%s\"}, \"State\": {\"Running\": true}}"
        .formatted(name, image);
  }

  private static final String DEVICE =
      "<mig_device><index>0</index><gpu_instance_id>1</gpu_instance_id><compute_instance_id>0</compute_instance_id></mig_device>";
  private static final String DEPLOYS = "{\"driver\": {\"deploy\": true}}";
  private static final String DAEMON = "/etc/docker/daemon.json";
  private static final String TOOLKIT = "/etc/nvidia-container-runtime/config.toml";

  private static List<Case> cases() {
    Host h = host();
    List<Case> cases = new ArrayList<>();
    cases.add(of("nouveau", h.gpu("nouveau"), h.gpu("nvidia")));
    cases.add(
        of(
            "secure-boot",
            h.gpu("").says(DriverChecks.SECURE_BOOT, "SecureBoot enabled\n"),
            h.gpu("nvidia")
                .driver("580.1.1")
                .says(DriverChecks.SECURE_BOOT, "SecureBoot enabled\n")));
    cases.add(
        of(
            "driver-mismatch",
            h.gpu("nvidia")
                .smiFails("Failed to initialize NVML: Driver/library version mismatch\n"),
            h.gpu("nvidia").smi("")));
    cases.add(
        of(
            "driver-pending",
            h.driver("580.126.16").says(DriverChecks.ON_DISK, "580.126.20\n"),
            h.driver("580.126.20").says(DriverChecks.ON_DISK, "580.126.20\n")));
    cases.add(of("driver-not-loaded", h.gpu(""), h.gpu("vfio-pci")));
    cases.add(
        new Case(
            "display-holds-driver",
            DEPLOYS,
            h.file("/sys/module/nvidia_drm/refcnt", "3\n"),
            h.file("/sys/module/nvidia_drm/refcnt", "0\n")));
    cases.add(new Case("wsl-driver", DEPLOYS, h.file("/dev/dxg", ""), h));
    Host hgx = h.driver("580.126.20").function("0000:05:00.0", "0x068000", "nvidia-nvswitch");
    cases.add(
        of(
            "fabric-manager",
            hgx,
            hgx.file("/run/nvidia-fabricmanager/nv-fabricmanager.pid", "812\n")));
    cases.add(
        of(
            "fabric-manager-version",
            hgx.says(DriverChecks.FABRIC, "Fabric Manager version is : 580.126.16\n"),
            hgx.says(DriverChecks.FABRIC, "Fabric Manager version is : 580.126.20\n")));
    String cuda = container("train", "nvcr.io/nvidia/cuda:13.0.1-base-ubuntu24.04");
    cases.add(
        of(
            "cuda-image",
            h.driver("570.172.08").docker("{}", cuda),
            h.driver("580.65.06").docker("{}", cuda)));
    Host gpu = h.gpu("nvidia").driver("580.126.20");
    cases.add(
        of(
            "gpu-recovery",
            gpu.smi("<gpu_recovery_action>Reset</gpu_recovery_action>"),
            gpu.smi("<gpu_recovery_action>None</gpu_recovery_action>")));
    cases.add(
        of(
            "gpu-lost",
            gpu.smi("").function("0000:5e:00.0", "0x030200", "nvidia"),
            gpu.smi("").function("0000:5e:00.0", "0x030200", "vfio-pci")));
    cases.add(
        of(
            "persistence-mode",
            gpu.smi("<persistence_mode>Disabled</persistence_mode>"),
            gpu.smi("<persistence_mode>Enabled</persistence_mode>")));
    cases.add(
        of(
            "mig-no-instances",
            gpu.smi(mig("Enabled", "Enabled", "None")),
            gpu.smi(mig("Enabled", "Enabled", DEVICE))));
    cases.add(
        of(
            "mig-pending",
            gpu.smi(mig("Disabled", "Enabled", "None")),
            gpu.smi(mig("Disabled", "Disabled", "None"))));
    cases.add(
        of(
            "mig-at-boot",
            gpu.smi(mig("Enabled", "Enabled", DEVICE)),
            gpu.smi(mig("Enabled", "Enabled", DEVICE))
                .file("/etc/systemd/system/gpurig-mig.service", "[Unit]\n")));
    String wantsMig = "{\"mig\": {\"devices\": [{\"gpus\": \"NVIDIA H100 80GB HBM3\"}]}}";
    cases.add(new Case("mig-driver", wantsMig, h.driver("515.65.01"), h.driver("525.85.12")));
    cases.add(of("docker-gpus", h.docker(version("18.09.7")), h.docker(version("19.03.1"))));
    cases.add(
        of(
            "default-runtime",
            h.file(DAEMON, "{\"default-runtime\": \"nvidia\"}").docker("{\"Runtimes\": {}}"),
            h.file(DAEMON, "{\"default-runtime\": \"nvidia\", \"runtimes\": {\"nvidia\": {}}}")));
    cases.add(of("runtime-program", h.says(EngineChecks.PROGRAMS, "/usr/bin/gone\n"), h));
    Host spec = h.cdi("/etc/cdi/nvidia.yaml", "0.5.0", "580.126.20");
    cases.add(
        of(
            "docker-no-cdi",
            h.file(DAEMON, "{\"features\": {\"cdi\": true}}").docker(version("24.0.7")),
            spec.docker(version("24.0.7"))));
    cases.add(of("docker-cdi-off", spec.docker(version("27.3.1")), spec.docker(version("28.3.3"))));
    cases.add(of("cdi-stale", spec.driver("580.159.03"), spec.driver("580.126.20")));
    cases.add(of("cdi-twice", spec.cdi("/var/run/cdi/nvidia.yaml", "0.5.0", "580.126.20"), spec));
    Host newer = h.cdi("/etc/cdi/nvidia.yaml", "0.7.0", "580.126.20");
    cases.add(of("cdi-version", newer.docker(version("25.0.5")), newer.docker(version("26.1.0"))));
    cases.add(of("cdi-invalid", h.file("/etc/cdi/nvidia.yaml", "kind: x\n"), spec));
    Host run = h.cdi("/var/run/cdi/nvidia.yaml", "0.5.0", "580.126.20");
    cases.add(
        of(
            "podman-cdi-dirs",
            run.says(EngineChecks.PODMAN, "podman version 5.5.2\n"),
            run.says(EngineChecks.PODMAN, "podman version 5.6.0\n")));
    cases.add(
        of(
            "toolkit-twice",
            h.says(EngineChecks.RUNTIME, "/usr/bin/nvidia-container-runtime\n")
                .docker("{}", container("nvidia-toolkit", "x")),
            h.says(EngineChecks.RUNTIME, "/usr/bin/nvidia-container-runtime\n").docker("{}")));
    Host inContainer = h.docker("{}", container("nvidia-driver", "x"));
    cases.add(
        of(
            "toolkit-driver-root",
            inContainer.file(TOOLKIT, "[nvidia-container-cli]\n#root = \"/run/nvidia/driver\"\n"),
            inContainer.file(TOOLKIT, "[nvidia-container-cli]\nroot = \"/run/nvidia/driver\"\n")));
    String installed = "install ok installed nvidia-container-toolkit 1.18.2-1\n";
    cases.add(
        of(
            "toolkit-packages",
            h.says(
                EngineChecks.PACKAGES,
                installed + "install ok installed libnvidia-container1 1.17.8-1\n"),
            h.says(
                EngineChecks.PACKAGES,
                installed + "deinstall ok config-files libnvidia-container1 1.17.8-1\n")));
    String sources = EngineChecks.SOURCES.path();
    Host list = h.file(sources + "/nvidia-container-toolkit.list", "deb x /\n");
    cases.add(of("apt-signed-by", list.file(sources + "/nvidia-docker.list", "deb x /\n"), list));
    String nvidia = "{\"CgroupDriver\": \"%s\", \"Runtimes\": {\"nvidia\": {}}}";
    cases.add(
        of(
            "daemon-reload",
            h.docker(nvidia.formatted("systemd")),
            h.docker(nvidia.formatted("cgroupfs"))));
    Host runsc = h.runsc("20240729.0", "550.90.07\n535.104.12\n").docker(withRunsc("26.1.5"));
    cases.add(of("runsc-driver", runsc.driver("580.126.16"), runsc.driver("550.90.07")));
    cases.add(
        new Case(
            "runsc-left-behind",
            DEPLOYS,
            runsc.driver("550.90.07").file("/sys/module/nvidia/version", "580.126.16\n"),
            runsc.driver("580.126.16").file("/sys/module/nvidia/version", "580.126.20\n")));
    cases.add(
        of(
            "runsc-cdi",
            runsc.docker(withRunsc("29.2.0")),
            h.runsc("20260601.0", "").docker(withRunsc("29.2.0"))));
    Host divided = gpu.smi(mig("Enabled", "Enabled", DEVICE));
    cases.add(
        of("runsc-mig", divided.docker(withRunsc("28.0.0")), divided.docker(version("28.0.0"))));
    String below = "[nvidia-container-runtime]\nruntimes = [\"runsc\"]\n";
    cases.add(
        of("runsc-mode", h.file(TOOLKIT, below), h.file(TOOLKIT, below + "mode = \"legacy\"\n")));
    return cases;
  }

  @TestFactory
  Stream<DynamicTest> firesWhereItShouldAndNowhereElse() {
    return cases().stream()
        .map(
            c ->
                DynamicTest.dynamicTest(
                    c.rule,
                    () -> {
                      Rule rule =
                          Rules.ALL.stream()
                              .filter(r -> r.id().equals(c.rule))
                              .findFirst()
                              .orElseThrow();
                      assertThat(Compatibility.of(rule, new HostState(c.fires.facts, json(c.plan))))
                          .isNotEmpty();
                      assertThat(Compatibility.of(rule, new HostState(c.quiet.facts, json(c.plan))))
                          .isEmpty();
                    }));
  }

  @Test
  void everyRuleHasACaseAndAllItsData() {
    assertThat(cases().stream().map(Case::rule).toList())
        .containsExactlyElementsOf(Rules.ALL.stream().map(Rule::id).toList());
    for (Rule rule : Rules.ALL) {
      assertThat(rule.id()).matches("[a-z]+(-[a-z]+)*");
      assertThat(List.of(rule.source(), rule.what(), rule.fix())).noneMatch(String::isBlank);
      assertThat(rule.what()).doesNotEndWith(".");
      assertThat(rule.reads()).isNotEmpty();
    }
  }

  @Test
  void aHostOfWhichNothingIsKnownHasNothingWrong() {
    assertThat(Compatibility.of(Facts.none("x"))).isEmpty();
  }

  @Test
  void theWorstComesFirst() {
    Host host = host().gpu("nouveau").docker(version("27.0.0"));
    assertThat(Compatibility.of(host.cdi("/etc/cdi/nvidia.yaml", "0.5.0", "1.2").facts))
        .extracting(Compatibility.Mismatch::severity)
        .isSortedAccordingTo((a, b) -> b.compareTo(a))
        .contains(Severity.ERROR, Severity.WARNING);
  }

  @Test
  void aPlanIsHeldUpByWhatItWouldBreakAndByNothingElse() {
    Host runsc = host().runsc("20240729.0", "550.90.07\n").docker(withRunsc("26.1.5"));
    Facts upgrade =
        runsc
            .driver("550.90.07")
            .file("/sys/module/nvidia/version", "580.126.16\n")
            .gpu("nouveau")
            .facts;
    CompatibilityModule module = new CompatibilityModule();
    assertThat(module.diff(json(DEPLOYS), upgrade).findings())
        .extracting(Finding::code, Finding::severity)
        .containsExactlyInAnyOrder(
            tuple("compat/nouveau", Severity.WARNING),
            tuple("compat/runsc-left-behind", Severity.REFUSED));
    assertThat(module.diff(json("{\"name\": \"x\"}"), upgrade)).isEqualTo(Diff.NOTHING);
  }

  @Test
  void aPlanIsCheckedWithoutAHost() {
    String plan =
        "{\"driver\": {\"deploy\": true, \"image\":"
            + " \"nvcr.io/nvidia/driver:515.65.01-ubuntu22.04\"}, \"mig\": {\"devices\":"
            + " [{\"gpus\": \"NVIDIA H100 80GB HBM3\"}]}}";
    assertThat(new CompatibilityModule().check(json(plan)))
        .extracting(Finding::code)
        .containsExactly("compat/mig-driver");
  }

  @Test
  void theReadsOfGpusAreAmongThem() {
    assertThat(Compatibility.READS).containsAll(GpuInventory.READS).doesNotHaveDuplicates();
  }

  @Test
  void theManualHasEveryRule() throws IOException {
    String begin = "<!-- rules -->\n";
    String end = "<!-- end of rules -->";
    String table =
        "\n"
            + "| rule | severity | what is wrong | what to do | source |\n"
            + "| --- | --- | --- | --- | --- |\n"
            + Rules.ALL.stream()
                .map(
                    r ->
                        "| `%s` | %s | %s | %s | %s |\n"
                            .formatted(
                                r.id(),
                                r.severity().name().toLowerCase(Locale.ROOT),
                                r.what(),
                                r.fix(),
                                r.source()))
                .collect(Collectors.joining())
            + "\n";
    String manual = Files.readString(MANUAL);
    int from = manual.indexOf(begin) + begin.length();
    String wanted = manual.substring(0, from) + table + manual.substring(manual.indexOf(end));
    if (System.getenv("GPURIG_ACCEPT") != null) {
      Files.writeString(MANUAL, wanted);
    }
    assertThat(Files.readString(MANUAL)).isEqualTo(wanted);
    assertThat(new TreeSet<>(Rules.ALL.stream().map(Rule::id).toList())).hasSize(Rules.ALL.size());
  }
}
