package io.gpurig.modules.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Change.Kind;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.CommandFact;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FactsJson;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.engine.fact.PciFact;
import io.gpurig.engine.inventory.Host;
import io.gpurig.engine.module.Diff;
import io.gpurig.engine.module.Finding;
import io.gpurig.engine.plan.PlanFile;
import io.gpurig.engine.plan.ResolvedPlan;
import io.gpurig.engine.problem.Problems;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Each claim of what is written about acceleration, nested virtualization and sharing GPUs, by a
 * test of its name. The engine is Docker 28.5 as it was recorded; the GPUs are two of a host.
 */
final class ClaimsTest {
  private static final String GPU0 = "GPU-4404041a-04cf-1ccf-9e70-f139a9b1e23c";
  private static final String GPU1 = "GPU-79a2ba02-a537-ccbf-2965-8e9d90c0bd54";
  private static final String MIG = "MIG-c6d4f1ef-42e4-5de3-91c7-45d71c87eb3f";
  private static final String MIG2 = "MIG-6d5c1b8f-0c5a-5c0c-8a7e-0a0e7d1a5c11";
  private static final FileFact DEVICE =
      new FileFact(FileFact.Type.OTHER, "0660", "0:0", "", false, Optional.empty());

  private static final String NVIDIA =
      "{\"Runtimes\": {\"runc\": {}, \"nvidia\": {\"path\": \"nvidia-container-runtime\"}}}";
  private static final String SHARED = "gpus: [{uuid: " + GPU0 + ", bdf: \"0000:3b:00.0\"}]";

  private Facts facts = Facts.none("gpu-01");

  @BeforeEach
  void recordedHost() throws IOException {
    JsonNode file =
        new ObjectMapper().readTree(Path.of("src/test/resources/workspaces/28.5.json").toFile());
    Facts recorded = FactsJson.read(file);
    facts = recorded.withDocker(recorded.dockerState().withContainers(List.of()));
    gpus("Disabled", "nvidia");
  }

  private void gpus(String mig, String driver) {
    StringBuilder xml =
        new StringBuilder(
            "<?xml version=\"1.0\""
                + " ?><nvidia_smi_log><driver_version>580.126.20</driver_version><cuda_version>13.0</cuda_version>");
    if (driver.equals("nvidia")) {
      xml.append(gpu("00000000:3B:00.0", GPU0, 0, mig));
    }
    xml.append(gpu("00000000:AF:00.0", GPU1, 1, "Disabled")).append("</nvidia_smi_log>");
    facts =
        facts
            .withCommand(List.of("nvidia-smi", "-q", "-x"), new CommandFact(0, xml.toString(), ""))
            .withFile("/sys/module/nvidia/version", Optional.of(FileFact.text("580.126.20\n")))
            .withPci("0000:3b:00.0", function(driver, "12"))
            .withPci("0000:af:00.0", function("nvidia", "13"));
  }

  private static PciFact function(String driver, String group) {
    return new PciFact(
        "0x10de", "0x2331", "0x030200", Optional.of(driver), Optional.of(group), Optional.empty());
  }

  private static String gpu(String id, String uuid, int minor, String mig) {
    return "<gpu id=\"%s\"><product_name>NVIDIA H100 PCIe</product_name><uuid>%s</uuid><minor_number>%d</minor_number><mig_mode><current_mig>%s</current_mig><pending_mig>%s</pending_mig></mig_mode><gpu_virtualization_mode><virtualization_mode>None</virtualization_mode></gpu_virtualization_mode></gpu>"
        .formatted(id, uuid, minor, mig, mig);
  }

  private void info(String json) throws IOException {
    ObjectNode info = facts.dockerState().info().orElseThrow().deepCopy();
    new ObjectMapper().readTree(json).properties().forEach(e -> info.set(e.getKey(), e.getValue()));
    facts = facts.withDocker(facts.dockerState().withInfo(Optional.of(info)));
  }

  private void there(String... paths) {
    for (String path : paths) {
      facts = facts.withFile(path, Optional.of(DEVICE));
    }
  }

  private void cdi(String... names) throws IOException {
    info("{\"CDISpecDirs\": [\"/etc/cdi\"]}");
    StringBuilder spec = new StringBuilder("cdiVersion: 0.6.0\nkind: nvidia.com/gpu\ndevices:\n");
    for (String name : names) {
      spec.append("  - {name: ").append(name).append(", containerEdits: {env: [A=b]}}\n");
    }
    facts = facts.withFile("/etc/cdi/nvidia.yaml", Optional.of(FileFact.text(spec.toString())));
  }

  private Diff diff(String... items) {
    StringBuilder text = new StringBuilder("name: Claims\nhosts: all\nworkspaces:\n");
    for (String item : items) {
      text.append("  - {image: \"lab/busybox:1\", ").append(item).append("}\n");
    }
    Problems problems = new Problems();
    ResolvedPlan plan =
        PlanFile.parse("plan.yaml", text.toString(), problems)
            .flatMap(file -> file.resolve(new Host("gpu-01", Map.of()), Map.of(), problems))
            .orElseThrow(() -> new AssertionError(problems.sorted().toString()));
    WorkspacesModule module = new WorkspacesModule();
    return module.diff(module.desired(plan.section("workspaces").orElseThrow()), facts);
  }

  private static List<String> codes(Diff diff) {
    return diff.findings().stream().map(Finding::code).toList();
  }

  private static String messages(Diff diff) {
    return diff.findings().toString();
  }

  /** Returns the request of the one container that a plan makes. */
  private static JsonNode made(Diff diff) {
    assertThat(diff.findings().stream().filter(f -> f.severity().blocks())).isEmpty();
    return diff.changes().stream()
        .flatMap(change -> change.actions().stream())
        .flatMap(
            a ->
                a instanceof Action.CreateContainer c
                    ? Optional.of(c.request()).stream()
                    : Optional.<JsonNode>empty().stream())
        .findFirst()
        .orElseThrow();
  }

  private void become(Diff diff) {
    for (Change change : diff.changes()) {
      for (Effect effect : change.effects()) {
        facts = effect.on(facts);
      }
    }
  }

  private static List<String> devices(JsonNode request) {
    List<String> devices = new ArrayList<>();
    request.at("/HostConfig/Devices").forEach(d -> devices.add(d.path("PathInContainer").asText()));
    return devices;
  }

  private static String env(JsonNode request) {
    return request.path("Env").toString();
  }

  // ---- hardware acceleration

  @Test
  void onLinuxHardwareAccelerationAttachesDevDri() {
    there("/dev/dri");
    assertThat(devices(made(diff("name: ana, hardwareAcceleration: true"))))
        .containsExactly("/dev/dri");
  }

  @Test
  void onWslItAttachesDxgCardAndRenderNodeAndMountsTheLibrariesReadOnly() {
    there("/dev/dxg", "/dev/dri/card0", "/dev/dri/renderD128", "/usr/lib/wsl");
    JsonNode request = made(diff("name: ana, hardwareAcceleration: true"));
    assertThat(devices(request))
        .containsExactly("/dev/dxg", "/dev/dri/card0", "/dev/dri/renderD128");
    assertThat(request.at("/HostConfig/Binds").toString())
        .isEqualTo("[\"/usr/lib/wsl:/usr/lib/wsl:ro\"]");
  }

  @Test
  void hardwareAccelerationNeedsNoNvidiaToolkitAndNoGpuOfNvidia() {
    there("/dev/dri");
    JsonNode request = made(diff("name: ana, hardwareAcceleration: true"));
    assertThat(request.at("/HostConfig/Runtime").isMissingNode()).isTrue();
    assertThat(request.at("/HostConfig/DeviceRequests").isMissingNode()).isTrue();
    assertThat(env(request)).doesNotContain("NVIDIA");
  }

  @Test
  void togglingHardwareAccelerationOnOrOffRecreates() {
    there("/dev/dri");
    become(diff("name: ana"));
    Diff on = diff("name: ana, hardwareAcceleration: true");
    assertThat(on.changes()).extracting(Change::kind).containsExactly(Kind.REPLACE);
    assertThat(on.changes().getFirst().fields().toString()).contains("devices./dev/dri", "rwm");
    become(on);
    assertThat(diff("name: ana, hardwareAcceleration: true").changes()).isEmpty();
    assertThat(diff("name: ana").changes()).extracting(Change::kind).containsExactly(Kind.REPLACE);
  }

  @Test
  void aDeviceThatTheHostLacksIsAnErrorThatNamesIt() {
    facts = facts.withFile("/dev/dri", Optional.empty());
    Diff diff = diff("name: ana, hardwareAcceleration: true");
    assertThat(codes(diff)).containsExactly("workspaces/no-device");
    assertThat(messages(diff)).contains("/dev/dri");
    assertThat(diff.changes()).isEmpty();
  }

  // ---- nested virtualization

  @Test
  void nestedVirtualizationAttachesKvmAndTun() {
    there("/dev/kvm", "/dev/net/tun");
    assertThat(devices(made(diff("name: ana, nestedVirtualization: true"))))
        .containsExactly("/dev/kvm", "/dev/net/tun");
  }

  @Test
  void togglingNestedVirtualizationRecreates() {
    there("/dev/kvm", "/dev/net/tun");
    become(diff("name: ana, nestedVirtualization: true"));
    assertThat(diff("name: ana").changes()).extracting(Change::kind).containsExactly(Kind.REPLACE);
  }

  @Test
  void bothTogetherAttachBoth() {
    there("/dev/dri", "/dev/kvm", "/dev/net/tun");
    assertThat(
            devices(
                made(diff("name: ana, hardwareAcceleration: true, nestedVirtualization: true"))))
        .containsExactly("/dev/dri", "/dev/kvm", "/dev/net/tun");
  }

  @Test
  void aHostWithoutKvmIsToldToTurnItOn() {
    there("/dev/net/tun");
    Diff diff = diff("name: ana, nestedVirtualization: true");
    assertThat(messages(diff)).contains("/dev/kvm", "firmware").doesNotContain("modprobe tun");
  }

  // ---- sharing GPUs

  @Test
  void sharedGpusAreVisibleByTheirUuids() throws IOException {
    info(NVIDIA);
    JsonNode request =
        made(
            diff(
                "name: ana, gpus: [{uuid: "
                    + GPU0
                    + ", bdf: \"0000:3b:00.0\"}, {bdf: \"0000:af:00.0\"}]"));
    assertThat(env(request)).contains("NVIDIA_VISIBLE_DEVICES=" + GPU0 + "," + GPU1);
    assertThat(request.at("/HostConfig/Runtime").asText()).isEqualTo("nvidia");
  }

  @Test
  void indexUuidAddressAndAllNameGpus() throws IOException {
    info(NVIDIA);
    assertThat(env(made(diff("name: ana, gpus: [1]")))).contains("DEVICES=" + GPU1);
    assertThat(env(made(diff("name: ana, gpus: [" + GPU1 + "]")))).contains("DEVICES=" + GPU1);
    assertThat(env(made(diff("name: ana, gpus: [\"AF:00.0\"]")))).contains("DEVICES=" + GPU1);
    assertThat(env(made(diff("name: ana, gpus: all")))).contains("DEVICES=all");
  }

  @Test
  void anExplicitVariableOfTheWorkspaceIsLeftAlone() throws IOException {
    info(NVIDIA);
    Diff diff = diff("name: ana, env: {NVIDIA_VISIBLE_DEVICES: \"0\"}, " + SHARED);
    assertThat(env(made(diff))).isEqualTo("[\"NVIDIA_VISIBLE_DEVICES=0\"]");
    assertThat(codes(diff)).contains("workspaces/visible-devices");
  }

  @Test
  void sharingNeedsTheToolkitAndTheRuntime() {
    Diff diff = diff("name: ana, " + SHARED);
    assertThat(codes(diff)).contains("workspaces/no-gpu-access");
    assertThat(messages(diff)).contains("no runtime nvidia");
  }

  @Test
  void aCdiRequestIsMadeWhereThereIsNoRuntime() throws IOException {
    cdi(GPU0);
    JsonNode request = made(diff("name: ana, " + SHARED)).at("/HostConfig/DeviceRequests/0");
    assertThat(request.path("Driver").asText()).isEqualTo("cdi");
    assertThat(request.path("DeviceIDs").toString()).isEqualTo("[\"nvidia.com/gpu=" + GPU0 + "\"]");
  }

  @Test
  void aSpecWithIndicesWillDo() throws IOException {
    cdi("\"0\"", "\"1\"");
    assertThat(made(diff("name: ana, gpuMode: cdi, gpus: [" + GPU1 + "]")).toString())
        .contains("nvidia.com/gpu=1");
  }

  @Test
  void theHookServesWhereThereIsNeither() {
    facts =
        facts.withCommand(
            List.of("command", "-v", "nvidia-container-runtime-hook"),
            new CommandFact(0, "/usr/bin/nvidia-container-runtime-hook\n", ""));
    JsonNode request = made(diff("name: ana, " + SHARED)).at("/HostConfig/DeviceRequests/0");
    assertThat(request.path("Driver").asText()).isEmpty();
    assertThat(request.path("Capabilities").toString()).isEqualTo("[[\"gpu\"]]");
    assertThat(request.path("DeviceIDs").toString()).contains(GPU0);
  }

  @Test
  void fromDocker29TheHookIsNamedSoThatCdiIsNotTried() throws IOException {
    info("{\"ServerVersion\": \"29.2.0\"}");
    facts =
        facts.withCommand(
            List.of("command", "-v", "nvidia-container-runtime-hook"),
            new CommandFact(0, "/usr/bin/nvidia-container-runtime-hook\n", ""));
    assertThat(made(diff("name: ana, gpuMode: legacy, " + SHARED)).toString())
        .contains("\"Driver\":\"nvidia.runtime-hook\"");
  }

  @Test
  void aWayThatWorksIsKeptThoughAnotherOneCame() throws IOException {
    cdi(GPU0);
    become(diff("name: ana, " + SHARED));
    info(NVIDIA);
    assertThat(diff("name: ana, " + SHARED).changes()).isEmpty();
    assertThat(diff("name: ana, gpuMode: runtime, " + SHARED).changes())
        .extracting(Change::kind)
        .containsExactly(Kind.REPLACE);
  }

  @Test
  void gvisorGetsGpusByRequest() throws IOException {
    info("{\"Runtimes\": {\"runc\": {}, \"runsc\": {}, \"nvidia\": {}}}");
    facts =
        facts.withCommand(
            List.of("command", "-v", "nvidia-container-runtime-hook"),
            new CommandFact(0, "/usr/bin/nvidia-container-runtime-hook\n", ""));
    JsonNode request = made(diff("name: ana, runtime: runsc, " + SHARED));
    assertThat(request.at("/HostConfig/Runtime").asText()).isEqualTo("runsc");
    assertThat(request.at("/HostConfig/DeviceRequests/0/DeviceIDs").toString()).contains(GPU0);
  }

  @Test
  void noGpusAreSharedWithAWorkspaceThatHasNone() throws IOException {
    info(NVIDIA);
    assertThat(env(made(diff("name: ana, gpus: []")))).contains("NVIDIA_VISIBLE_DEVICES=void");
    assertThat(made(diff("name: ana")).has("Env")).isFalse();
  }

  @Test
  void aGpuMayBeSharedByTwo() throws IOException {
    info(NVIDIA);
    Diff diff = diff("name: ana, " + SHARED, "name: bert, " + SHARED);
    assertThat(diff.changes()).hasSize(2);
    assertThat(messages(diff)).contains("goes to workspace ana, bert");
  }

  @Test
  void aGpuThatIsNotThereIsUnknown() throws IOException {
    info(NVIDIA);
    assertThat(codes(diff("name: ana, gpus: [GPU-00000000-04cf-1ccf-9e70-f139a9b1e23c]")))
        .contains("workspaces/unknown-gpu");
    assertThat(messages(diff("name: ana, gpus: [7]"))).contains("0000:3b:00.0", GPU0);
  }

  @Test
  void aCardThatWasMovedIsToldByItsAddress() throws IOException {
    info(NVIDIA);
    assertThat(codes(diff("name: ana, gpus: [{uuid: " + GPU0 + ", bdf: \"0000:af:00.0\"}]")))
        .contains("workspaces/other-gpu");
  }

  @Test
  void aGpuInMigModeCannotBeSharedAsAWhole() throws IOException {
    info(NVIDIA);
    gpus("Enabled", "nvidia");
    list(
        "GPU 0: NVIDIA H100 PCIe (UUID: "
            + GPU0
            + ")\n  MIG 1g.10gb     Device  0: (UUID: "
            + MIG
            + ")\n");
    Diff diff = diff("name: ana, " + SHARED);
    assertThat(codes(diff)).contains("workspaces/mig-enabled");
    assertThat(messages(diff)).contains(MIG);
  }

  private void list(String output) {
    facts = facts.withCommand(List.of("nvidia-smi", "-L"), new CommandFact(0, output, ""));
  }

  @Test
  void migDevicesAreGivenByUuidOrByProfile() throws IOException {
    info(NVIDIA);
    gpus("Enabled", "nvidia");
    list(
        "GPU 0: NVIDIA H100 PCIe (UUID: "
            + GPU0
            + ")\n  MIG 1g.10gb     Device  0: (UUID: "
            + MIG
            + ")\n  MIG 1g.10gb     Device  1: (UUID: "
            + MIG2
            + ")\n");
    assertThat(env(made(diff("name: ana, gpus: [" + MIG2 + "]")))).contains("DEVICES=" + MIG2);
    Diff two =
        diff("name: ana, gpus: [{profile: 1g.10gb}]", "name: bert, gpus: [{profile: 1g.10gb}]");
    assertThat(two.changes().toString()).contains(MIG, MIG2);
    become(two);
    assertThat(
            diff("name: bert, gpus: [{profile: 1g.10gb}]", "name: ana, gpus: [{profile: 1g.10gb}]")
                .changes())
        .as("each keeps its own")
        .isEmpty();
    assertThat(codes(diff("name: ana, gpus: [{profile: 2g.20gb}]")))
        .contains("workspaces/no-mig-device");
  }

  @Test
  void aGpuThatAGuestHasCannotBeShared() throws IOException {
    info(NVIDIA);
    gpus("Disabled", "vfio-pci");
    assertThat(codes(diff("name: ana, " + SHARED))).contains("workspaces/held-by-vfio");
  }

  @Test
  void aGpuIsGivenOnceToOneWorkspace() throws IOException {
    info(NVIDIA);
    assertThat(codes(diff("name: ana, gpus: [0, " + GPU0 + "]"))).contains("workspaces/gpu-twice");
  }

  // ---- sharing and passing through exclude each other

  @Test
  void aGuestsGpusAreNotAdvertisedToTheContainerRuntime() {
    there("/dev/kvm", "/dev/net/tun");
    for (String sharing :
        List.of("env: {NVIDIA_VISIBLE_DEVICES: all}", "runtime: nvidia", "gpuMode: cdi")) {
      assertThat(
              codes(
                  diff(
                      "name: win, os: windows, nestedVirtualization: true, gpus:"
                          + " [\"0000:3b:00.0\"], "
                          + sharing)))
          .as(sharing)
          .contains("workspaces/shared-and-passed-through");
    }
  }

  @Test
  void oneGpuCannotBeBothSharedAndPassedThrough() throws IOException {
    info(NVIDIA);
    there("/dev/kvm", "/dev/net/tun");
    assertThat(
            codes(
                diff(
                    "name: ana, " + SHARED,
                    "name: win, os: windows, nestedVirtualization: true, gpus:"
                        + " [\"0000:3b:00.0\"]")))
        .contains("workspaces/exclusive-gpu");
  }

  @Test
  void aGuestTakesWholeGpusOnly() {
    there("/dev/kvm", "/dev/net/tun");
    assertThat(
            codes(
                diff(
                    "name: win, os: windows, nestedVirtualization: true, gpus: [{profile:"
                        + " 1g.10gb}]")))
        .contains("workspaces/not-for-guests");
  }

  @Test
  void aGuestsContainerHasTheGroupsUnlimitedMemlockAndTheLabel() {
    Attachment guest =
        Attachment.passedThrough(
            List.of("/dev/vfio/vfio", "/dev/vfio/12"), List.of("0000:3b:00.0"));
    Workspace win = workspace("name: win, os: windows");
    JsonNode request = Request.of(win, guest, DockerFacts.unreachable(""));
    assertThat(devices(request)).containsExactly("/dev/vfio/vfio", "/dev/vfio/12");
    assertThat(request.at("/HostConfig/Ulimits").toString())
        .isEqualTo("[{\"Name\":\"memlock\",\"Soft\":-1,\"Hard\":-1}]");
    assertThat(request.path("Labels").path("io.gpurig.vfio").asText()).isEqualTo("0000:3b:00.0");
  }

  private static Workspace workspace(String item) {
    Problems problems = new Problems();
    return PlanFile.parse(
            "p", "name: x\nhosts: all\nworkspaces: [{image: \"a:1\", " + item + "}]\n", problems)
        .flatMap(file -> file.resolve(new Host("h", Map.of()), Map.of(), problems))
        .flatMap(plan -> plan.section("workspaces"))
        .map(section -> Workspace.of(section.items().getFirst()))
        .orElseThrow();
  }

  // ---- images and CUDA

  @Test
  void cudaIsCheckedAgainstTheDriverInThePlan() throws IOException {
    info(NVIDIA);
    facts = facts.withFile("/sys/module/nvidia/version", Optional.of(FileFact.text("470.57.02\n")));
    Diff stated = diff("name: ana, cudaVersion: \"12.6\", " + SHARED);
    assertThat(codes(stated)).contains("workspaces/cuda-too-new");
    assertThat(messages(stated)).contains("525", "470.57.02");
    assertThat(codes(diff("name: ana, cudaVersion: \"11.8\", " + SHARED)))
        .contains("workspaces/cuda-newer-than-driver")
        .doesNotContain("workspaces/cuda-too-new");
  }

  @Test
  void anImagesOwnDemandIsRead() throws IOException {
    info(NVIDIA);
    JsonNode image =
        new ObjectMapper()
            .readTree(
                "{\"Id\": \"sha256:1\", \"Config\": {\"Env\": [\"NVIDIA_REQUIRE_CUDA=cuda>=14.1"
                    + " driver>=600,driver<601\", \"CUDA_VERSION=13.0\"]}}");
    facts =
        facts.withDocker(
            facts.dockerState().withImages(Map.of("lab/busybox:1", Optional.of(image)), Map.of()));
    assertThat(codes(diff("name: ana, " + SHARED))).contains("workspaces/cuda-requirement");
    assertThat(codes(diff("name: ana, env: {NVIDIA_DISABLE_REQUIRE: \"1\"}, " + SHARED)))
        .doesNotContain("workspaces/cuda-requirement");
  }

  // ---- one view

  @Test
  void thePlanSaysWhichGpuGoesFromWhomToWhom() throws IOException {
    info(NVIDIA);
    become(diff("name: ana, " + SHARED, "name: bert"));
    Diff moved = diff("name: ana", "name: bert, " + SHARED);
    assertThat(messages(moved))
        .contains("GPU 0000:3b:00.0 (NVIDIA H100 PCIe) goes from workspace ana to workspace bert");
  }

  @Test
  void theListHasWorkspacesWithTheirGpus() throws IOException {
    info(NVIDIA);
    become(diff("name: ana, " + SHARED, "name: bert"));
    assertThat(WorkspaceList.text(Map.of("gpu-01", facts)))
        .isEqualTo(
            """
            WORKSPACE  HOST    STATE    PLAN    GPUS
            ana        gpu-01  running  Claims  0000:3b:00.0
            bert       gpu-01  running  Claims  -
            """);
    assertThat(WorkspaceList.json(facts).toString()).contains("\"gpus\":[\"0000:3b:00.0\"]");
  }
}
