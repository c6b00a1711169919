package io.gpurig.hostsuite;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpurig.hostsuite.Program.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The workspaces section on a real engine. The tests share a host, and leave no containers. */
@OnHosts
final class WorkspacesTest {
  private static final String PLAIN = ", image: \"lab/busybox:1\", command: sleep 100000";

  /** As its first process sleep does not hear SIGTERM, and Docker gives it ten seconds. */
  private static final String SLEEP = PLAIN + ", stopTimeout: 1s";

  private static final String TAKES =
      "docker inspect -f '{{.Id}} {{.State.StartedAt}} {{.RestartCount}}' ";

  private static @Nullable RealHost shared;

  @TempDir private Path folder = Path.of("");

  @BeforeAll
  static void up() throws Exception {
    shared = RealHost.up("workspaces", "--gpus", "2", "--toolkit", "1.18.2");
    // what a host with a graphics driver and KVM has; the tests look at what is passed on
    sh(
        "mkdir -p /dev/dri /dev/net; for d in dri/card0 dri/renderD128 kvm net/tun; do"
            + " [ -e /dev/$d ] || mknod /dev/$d c 1 3; done");
  }

  @AfterAll
  static void down() throws Exception {
    if (shared != null) {
      shared.close();
    }
  }

  @BeforeEach
  void clean() throws Exception {
    sh("docker ps -aq | xargs -r docker rm -f >/dev/null");
  }

  private static String sh(String script) throws Exception {
    return requireNonNull(shared, "no host").sh(script);
  }

  private Path inventory() throws Exception {
    return new Workbench(folder).inventory(requireNonNull(shared, "no host"));
  }

  private Path plan(String... items) throws Exception {
    StringBuilder text = new StringBuilder("workspaces:\n");
    for (String item : items) {
      text.append("  - {").append(item).append("}\n");
    }
    return new Workbench(folder).plan(items.length == 0 ? "workspaces: []\n" : text.toString());
  }

  private Result gpurig(String command, Path plan) throws Exception {
    return Program.gpurig(command, plan, "-i", inventory());
  }

  /** Applies a plan, after which nothing is left to do, and returns the report. */
  private JsonNode apply(Path plan) throws Exception {
    Result applied = Program.gpurig("apply", plan, "-i", inventory(), "--format", "json", "-q");
    assertThat(applied.exit()).as(applied.both()).isZero();
    Result again = gpurig("plan", plan);
    assertThat(again.exit()).as(again.both()).isZero();
    return new ObjectMapper().readTree(applied.out());
  }

  private static List<String> changes(JsonNode report) {
    List<String> changes = new ArrayList<>();
    report
        .at("/hosts/0/changes")
        .forEach(c -> changes.add(c.path("kind").asText() + " " + c.path("target").asText()));
    return changes;
  }

  @Test
  void aWorkspaceIsCreatedAndLabelled() throws Exception {
    JsonNode report = apply(plan("name: ana" + SLEEP + ", env: {A: x}, labels: {team: vision}"));

    assertThat(changes(report)).containsExactly("create workspace ana");
    assertThat(sh("docker inspect -f '{{json .Config.Labels}}' ana"))
        .contains(
            "\"io.gpurig.plan\":\"Host suite\"",
            "\"io.gpurig.workspace\":\"ana\"",
            "\"io.gpurig.digest\":\"1:",
            "\"team\":\"vision\"");
    assertThat(sh("docker exec ana env")).contains("A=x\n");
  }

  @Test
  void theRestartPolicyIsChangedInPlace() throws Exception {
    apply(plan("name: ana" + SLEEP));
    String before = sh(TAKES + "ana");

    JsonNode report = apply(plan("name: ana" + SLEEP + ", restart: always"));

    assertThat(changes(report)).containsExactly("update workspace ana");
    assertThat(report.at("/hosts/0/changes/0/disruption").asText()).isEqualTo("none");
    assertThat(sh(TAKES + "ana")).isEqualTo(before);
    assertThat(sh("docker inspect -f '{{.HostConfig.RestartPolicy.Name}}' ana"))
        .isEqualTo("always\n");

    sh("docker update --restart no ana >/dev/null"); // by hand
    Result drift = gpurig("plan", plan("name: ana" + SLEEP + ", restart: always"));
    assertThat(drift.both()).contains("its restart is not as it was made", "no", "always");
  }

  @Test
  void aWorkspaceIsRecreatedAndTheReasonShown() throws Exception {
    apply(plan("name: ana" + SLEEP + ", env: {A: one}"));
    String before = sh(TAKES + "ana");

    Result planned = gpurig("plan", plan("name: ana" + SLEEP + ", env: {A: two}"));
    assertThat(planned.both())
        .contains("env.A", "one", "two", "workspace-restart", "container ana");
    JsonNode report = apply(plan("name: ana" + SLEEP + ", env: {A: two}"));

    assertThat(changes(report)).containsExactly("replace workspace ana");
    assertThat(sh(TAKES + "ana")).isNotEqualTo(before);
    assertThat(sh("docker ps -a --format '{{.Names}}'")).isEqualTo("ana\n");
  }

  @Test
  void theNewContainerStartsBeforeTheOldOneIsStopped() throws Exception {
    apply(plan("name: ana" + SLEEP));
    apply(plan("name: ana" + SLEEP + ", env: {A: two}"));

    // the old one ended, by Docker's own clock, after the new one had begun
    String log =
        sh(
            "docker events --since 2m --until 0s --filter type=container --format"
                + " '{{.Action}} {{.Actor.Attributes.name}}' | grep -E '^(start|die) '");
    assertThat(log.lines().toList()).endsWith("start ana", "die ana.gpurig-previous");
  }

  @Test
  void aPortThatBothWantIsFreedFirst() throws Exception {
    apply(plan("name: ana" + SLEEP + ", ports: [\"18080:80\"]"));

    JsonNode report = apply(plan("name: ana" + SLEEP + ", ports: [\"18080:80\"], env: {A: two}"));

    assertThat(changes(report)).containsExactly("replace workspace ana");
    assertThat(sh("docker port ana")).contains("18080");
  }

  @Test
  void aFailedRecreateKeepsTheOldOneRunning() throws Exception {
    apply(plan("name: ana" + SLEEP));
    String before = sh(TAKES + "ana");

    Result failed =
        gpurig(
            "apply", plan("name: ana, image: \"lab/busybox:1\", command: [\"/no/such/program\"]"));

    assertThat(failed.exit()).as(failed.both()).isEqualTo(1);
    assertThat(failed.both()).contains("taken back");
    assertThat(sh(TAKES + "ana")).isEqualTo(before);
    assertThat(sh("docker ps -a --format '{{.Names}}'")).isEqualTo("ana\n");
    assertThat(gpurig("plan", plan("name: ana" + SLEEP)).exit()).isZero();
  }

  @Test
  void oneThatEndsAtOnceHasFailedToStartAndTheOldOneRunsAgain() throws Exception {
    String ports = ", ports: [\"18081:80\"]";
    apply(plan("name: ana" + SLEEP + ports));

    Result failed =
        gpurig(
            "apply",
            plan(
                "name: ana, image: \"lab/busybox:1\", restart: \"no\", command: [sh, -c,"
                    + " \"echo last words; exit 3\"]"
                    + ports));

    assertThat(failed.exit()).as(failed.both()).isEqualTo(1);
    assertThat(failed.both()).contains("exit status 3", "last words");
    assertThat(sh("docker ps --format '{{.Names}} {{.Command}}' --no-trunc"))
        .contains("ana", "sleep 100000");
    assertThat(gpurig("plan", plan("name: ana" + SLEEP + ports)).exit()).isZero();
  }

  @Test
  void anOrphanIsRemovedAndForeignContainersAreNot() throws Exception {
    sh("docker run -d --name bystander lab/busybox:1 sleep 1000");
    sh(
        "docker run -d --name of-another-plan -l io.gpurig.module=workspaces"
            + " -l io.gpurig.plan=Other -l io.gpurig.workspace=of-another-plan"
            + " lab/busybox:1 sleep 1000");
    apply(plan("name: ana" + SLEEP, "name: bert" + SLEEP));
    String others = sh(TAKES + "bystander of-another-plan ana");

    JsonNode report = apply(plan("name: ana" + SLEEP));

    assertThat(changes(report)).containsExactly("remove workspace bert");
    assertThat(sh(TAKES + "bystander of-another-plan ana")).isEqualTo(others);

    assertThat(changes(apply(plan()))).containsExactly("remove workspace ana");
    assertThat(sh("docker ps --format '{{.Names}}' | sort"))
        .isEqualTo("bystander\nof-another-plan\n");
  }

  @Test
  void aForeignContainerOfTheNameIsNotTaken() throws Exception {
    sh("docker run -d --name ana lab/busybox:1 sleep 1000");
    String before = sh(TAKES + "ana");

    Result refused = gpurig("apply", plan("name: ana" + SLEEP));

    assertThat(refused.exit()).as(refused.both()).isEqualTo(1);
    assertThat(refused.both()).contains("workspaces/name-taken", "gpurig did not make");
    assertThat(sh(TAKES + "ana")).isEqualTo(before);
  }

  @Test
  void oneThatWasStoppedByHandIsStarted() throws Exception {
    apply(plan("name: ana" + SLEEP));
    sh("docker stop -t 0 ana");

    assertThat(changes(apply(plan("name: ana" + SLEEP)))).containsExactly("update workspace ana");
  }

  /**
   * Each option is set, holds, and is taken out again: one recreate each way, for no other field.
   */
  @Test
  void everyOptionCanBeSetAndTakenOutAgain() throws Exception {
    sh("docker network create research >/dev/null 2>&1 || true");
    Map<String, List<String>> options = new LinkedHashMap<>();
    options.put(
        "process",
        List.of(
            "entrypoint: [/bin/busybox]",
            "env: {A: b}",
            "user: \"1:1\"",
            "workingDir: /tmp",
            "groupAdd: [7]",
            "tty: true",
            "stdinOpen: true",
            "labels: {a: b}"));
    options.put(
        "network",
        List.of(
            "hostname: h",
            "ports: [\"127.0.0.1:18090:80/udp\", 81]",
            "networks: [research]",
            "dns: [10.0.0.2]",
            "extraHosts: [\"files:10.0.0.7\"]",
            "sysctls: {net.core.somaxconn: 99}"));
    options.put(
        "limits",
        List.of(
            "mounts: [\"/srv/x:/x\", \"vo:/v:ro\", {type: tmpfs, target: /t, size: 1m}]",
            "shmSize: 32m",
            "ulimits: {nofile: {soft: 64, hard: 128}, memlock: -1}",
            "capAdd: [SYS_PTRACE]",
            "capDrop: [MKNOD]",
            "securityOpt: [\"no-new-privileges\"]",
            "readOnly: true"));
    options.put("host", List.of("networkMode: host", "pid: host", "ipc: host", "privileged: true"));
    options.put(
        "devices",
        List.of(
            "devices: [\"/dev/null:/dev/other:r\"]",
            "deviceCgroupRules: [\"c 195:* rwm\"]",
            "hardwareAcceleration: true",
            "nestedVirtualization: true",
            "gpus: []"));
    options.put("end", List.of("stopSignal: SIGKILL", "stopTimeout: 1s"));
    // the engine's default one, so asking for it changes nothing
    options.put("nothing", List.of("runtime: runc"));
    List<String> plain = new ArrayList<>();
    List<String> changed = new ArrayList<>();
    options.forEach(
        (name, values) -> {
          String end = name.equals("end") ? "" : ", stopSignal: SIGKILL";
          plain.add("name: " + name + PLAIN + end);
          changed.add("name: " + name + PLAIN + end + ", " + String.join(", ", values));
        });
    apply(plan(plain.toArray(String[]::new)));

    JsonNode there = apply(plan(changed.toArray(String[]::new)));
    JsonNode back = apply(plan(plain.toArray(String[]::new)));
    String all =
        """
        replace workspace process: entrypoint, env.A, groupAdd, labels.a, stdinOpen, tty, user, workingDir
        replace workspace network: dns, extraHosts, hostname, networkMode, networks.research, ports.80/udp, ports.81/tcp, sysctls.net.core.somaxconn
        replace workspace limits: capAdd, capDrop, mounts./t, mounts./v, mounts./x, readOnly, securityOpt, shmSize, ulimits.memlock, ulimits.nofile
        replace workspace host: ipc, networkMode, pid, privileged
        replace workspace devices: deviceCgroupRules, devices./dev/dri, devices./dev/kvm, devices./dev/net/tun, devices./dev/other, env.NVIDIA_VISIBLE_DEVICES
        replace workspace end: stopSignal, stopTimeout
        """;
    assertThat(changedFields(there)).isEqualTo(all);
    assertThat(changedFields(back)).isEqualTo(all);
  }

  private static String changedFields(JsonNode report) {
    StringBuilder text = new StringBuilder();
    for (JsonNode change : report.at("/hosts/0/changes")) {
      List<String> names = new ArrayList<>();
      change.path("fields").forEach(field -> names.add(field.path("name").asText()));
      text.append(change.path("kind").asText() + " " + change.path("target").asText());
      text.append(": " + String.join(", ", names) + "\n");
    }
    return text.toString();
  }

  @Test
  void acceleratedAndNestedContainersHaveTheDevices() throws Exception {
    apply(plan("name: ana" + SLEEP + ", hardwareAcceleration: true, nestedVirtualization: true"));

    assertThat(sh("docker exec ana sh -c 'ls /dev/dri /dev/kvm /dev/net/tun'"))
        .contains("card0", "renderD128", "/dev/kvm", "/dev/net/tun");
  }

  @Test
  void aDeviceThatIsNotThereIsNamedBeforeAnythingIsTouched() throws Exception {
    apply(plan("name: ana" + SLEEP));
    String before = sh(TAKES + "ana");
    sh("mv /dev/kvm /dev/kvm.away");
    try {
      Result failed = gpurig("apply", plan("name: ana" + SLEEP + ", nestedVirtualization: true"));
      assertThat(failed.exit()).as(failed.both()).isEqualTo(1);
      assertThat(failed.both()).contains("workspaces/no-device", "/dev/kvm");
    } finally {
      sh("mv /dev/kvm.away /dev/kvm");
    }
    assertThat(sh(TAKES + "ana")).isEqualTo(before);
  }

  @Test
  void aSecretIsInTheContainerAndNowhereElse() throws Exception {
    Path plan = plan("name: ana" + SLEEP + ", env: {TOKEN: !secret TOKEN}");
    Path secrets =
        java.nio.file.Files.writeString(folder.resolve("secrets.env"), "TOKEN=hunter22\n");
    // one that others may read is refused
    java.nio.file.Files.setPosixFilePermissions(
        secrets, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
    Path saved = folder.resolve("saved.json");

    Result planned =
        Program.gpurig("plan", plan, "-i", inventory(), "--secrets", secrets, "--out", saved);
    Result applied = Program.gpurig("apply", saved, "-i", inventory(), "--secrets", secrets);

    assertThat(planned.exit()).as(planned.both()).isEqualTo(3);
    assertThat(applied.exit()).as(applied.both()).isZero();
    assertThat(sh("docker exec ana env")).contains("TOKEN=hunter22");
    assertThat(java.nio.file.Files.readString(saved) + planned.both() + applied.both())
        .doesNotContain("hunter22");
    assertThat(
            sh(
                "docker inspect -f '{{json .Config.Labels}}' ana; grep -r hunter22 /var/lib/gpurig"
                    + " || true"))
        .doesNotContain("hunter22");
    Result again = Program.gpurig("plan", plan, "-i", inventory(), "--secrets", secrets);
    assertThat(again.exit()).as(again.both()).isZero();
    java.nio.file.Files.writeString(secrets, "TOKEN=correct-horse\n");
    Result other = Program.gpurig("plan", plan, "-i", inventory(), "--secrets", secrets);
    assertThat(other.exit()).as(other.both()).isEqualTo(3);
    assertThat(other.both()).contains("env.TOKEN").doesNotContain("hunter22", "correct-horse");
  }

  @Test
  void anImageThatMustBeThereAndIsNotIsAnError() throws Exception {
    Result failed = gpurig("apply", plan("name: ana, image: \"lab/none:1\", pull: never"));

    assertThat(failed.exit()).as(failed.both()).isEqualTo(1);
    assertThat(failed.both()).contains("workspaces/no-image", "pull: never");
  }

  @Test
  void aTagThatIsAnotherImageNowRecreates() throws Exception {
    sh("docker tag lab/busybox:1 lab/moving:1");
    String image = "name: ana, image: \"lab/moving:1\", command: sleep 100000, stopTimeout: 1s";
    apply(plan(image));
    sh("docker commit -m other ana lab/moving:1");

    JsonNode report = apply(plan(image));

    assertThat(changes(report)).containsExactly("replace workspace ana");
    assertThat(report.at("/hosts/0/changes/0/fields/0/name").asText()).isEqualTo("image id");
    sh("docker rm -f ana; docker rmi lab/moving:1");
  }

  @Test
  void savedPlansAndFactsShowTheSame() throws Exception {
    apply(plan("name: ana" + SLEEP + ", env: {A: b}"));
    Path plan = plan("name: ana" + SLEEP + ", env: {A: c}");
    Path facts = folder.resolve("facts");

    Result saved = Program.gpurig("facts", plan, "-i", inventory(), "--save", facts);
    Result offline = Program.gpurig("plan", plan, "--facts", facts, "--format", "json");
    Result live = Program.gpurig("plan", plan, "-i", inventory(), "--format", "json");

    assertThat(saved.exit()).as(saved.both()).isZero();
    assertThat(offline.exit()).as(offline.both()).isEqualTo(3);
    ObjectMapper json = new ObjectMapper();
    assertThat(json.readTree(offline.out()).at("/hosts/0/changes"))
        .isEqualTo(json.readTree(live.out()).at("/hosts/0/changes"));
    assertThat(json.readTree(offline.out()).at("/hosts/0/problems")).isEmpty();
  }
}
