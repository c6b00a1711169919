package io.gpurig.hostsuite;

import static io.gpurig.hostsuite.Workbench.DRIVER_16;
import static io.gpurig.hostsuite.Workbench.DRIVER_20;
import static io.gpurig.hostsuite.Workbench.DRIVER_BROKEN;
import static io.gpurig.hostsuite.Workbench.TOOLKIT_17;
import static io.gpurig.hostsuite.Workbench.TOOLKIT_18;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpurig.hostsuite.Program.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What apply does to a host, on real ones. */
@OnHosts
final class HostSuiteTest {
  private static final String WORKLOAD =
      "docker run -d --name work --device /dev/nvidia0 lab/busybox:1"
          + " sh -c 'exec 4</dev/nvidia0; trap exit TERM; while :; do sleep 1; done'";

  @TempDir private Path folder = Path.of("");

  @Test
  void aFreshHostIsBroughtUpAndProven() throws Exception {
    try (RealHost host = RealHost.up("fresh")) {
      Workbench bench = new Workbench(folder);
      Path inventory = bench.inventory(host);
      Path plan = bench.driverAndToolkit(DRIVER_16, TOOLKIT_17);
      String dockerd = host.sh("pidof dockerd");
      host.sh("docker run -d --name bystander lab/busybox:1 sleep 1000");

      JsonNode planned = json(3, "plan", plan, "-i", inventory, "--format", "json");
      JsonNode applied = json(0, "apply", plan, "-i", inventory, "--format", "json", "-q");
      JsonNode again = json(0, "plan", plan, "-i", inventory, "--format", "json");

      assertThat(targets(planned))
          .containsExactly("container nvidia-driver", "container nvidia-toolkit");
      // the preview of the bare host was the truth, to the last action
      assertThat(withoutOutcome(applied)).isEqualTo(withoutOutcome(planned));
      assertThat(applied.at("/hosts/0/status").asText()).isEqualTo("changed");
      assertThat(again.at("/hosts/0/status").asText()).isEqualTo("unchanged");
      assertThat(host.sh("chroot /run/nvidia/driver nvidia-smi -L")).contains("GPU 0: ");
      assertThat(host.sh("docker info --format '{{json .Runtimes}}'")).contains("\"nvidia\"");
      assertThat(
              host.sh(
                  "docker run --rm --runtime=nvidia -e NVIDIA_VISIBLE_DEVICES=all"
                      + " lab/busybox:1 nvidia-smi -L"))
          .contains("GPU 0: ");
      assertThat(host.sh("docker info --format '{{.DefaultRuntime}}'")).isEqualTo("runc\n");
      // neither Docker nor what ran on it was touched
      assertThat(host.sh("pidof dockerd")).isEqualTo(dockerd);
      assertThat(host.sh("docker ps --format '{{.Names}}'")).contains("bystander");
    }
  }

  @Test
  void aPlanOfAConvergedHostCostsOneConnectionAndOneExec() throws Exception {
    try (RealHost host = RealHost.up("cost")) {
      Workbench bench = new Workbench(folder);
      Path inventory = bench.inventory(host);
      Path plan = bench.driverAndToolkit(DRIVER_16, TOOLKIT_18);
      json(0, "apply", plan, "-i", inventory, "--format", "json", "-q");

      JsonNode cost =
          json(0, "plan", plan, "-i", inventory, "--format", "json").at("/hosts/0/roundTrips");

      assertThat(cost.path("connections").asInt()).isEqualTo(1);
      assertThat(cost.path("execs").asInt()).isEqualTo(1);
      // GET /info, GET /containers/json, and GET /containers/{id}/json of two containers
      assertThat(cost.path("dockerRequests").asInt()).isEqualTo(4);
    }
  }

  @Test
  void theDriverIsUpgraded() throws Exception {
    try (RealHost host = RealHost.up("upgrade")) {
      Workbench bench = new Workbench(folder);
      Path inventory = bench.inventory(host);
      json(0, "apply", bench.driver(DRIVER_16), "-i", inventory, "--format", "json", "-q");
      assertThat(host.sh("cat /sys/module/nvidia/version")).isEqualTo("580.126.16\n");

      JsonNode applied =
          json(0, "apply", bench.driver(DRIVER_20), "-i", inventory, "--format", "json", "-q");

      assertThat(applied.at("/hosts/0/changes/0/kind").asText()).isEqualTo("replace");
      assertThat(host.sh("cat /sys/module/nvidia/version")).isEqualTo("580.126.20\n");
      assertThat(host.sh("docker ps -a --format '{{.Names}}'")).isEqualTo("nvidia-driver\n");
    }
  }

  @Test
  void anUpgradeIsRefusedWhileAGpuIsInUseUnlessThePlanAllowsIt() throws Exception {
    try (RealHost host = RealHost.up("inuse")) {
      Workbench bench = new Workbench(folder);
      Path inventory = bench.inventory(host);
      json(0, "apply", bench.driver(DRIVER_16), "-i", inventory, "--format", "json", "-q");
      host.sh(WORKLOAD);
      String before =
          host.sh("docker inspect --format '{{.Id}} {{.State.StartedAt}}' nvidia-driver work");

      Result refused = Program.gpurig("apply", bench.driver(DRIVER_20), "-i", inventory);

      assertThat(refused.exit()).as(refused.both()).isEqualTo(4);
      assertThat(refused.out()).contains("in use by container work (sh pid ");
      assertThat(
              host.sh("docker inspect --format '{{.Id}} {{.State.StartedAt}}' nvidia-driver work"))
          .isEqualTo(before);

      Path allowed = bench.plan(Workbench.driverSection(DRIVER_20) + "  evictClients: true\n");
      JsonNode applied = json(0, "apply", allowed, "-i", inventory, "--format", "json", "-q");

      assertThat(applied.at("/hosts/0/changes/0/disruption").asText())
          .isEqualTo("workspace-restart");
      assertThat(host.sh("cat /sys/module/nvidia/version")).isEqualTo("580.126.20\n");
      assertThat(host.sh("docker ps --format '{{.Names}}'")).contains("work", "nvidia-driver");
    }
  }

  @Test
  void whatIsNotWantedIsRemovedAndTheDriverUnloaded() throws Exception {
    try (RealHost host = RealHost.up("prune")) {
      Workbench bench = new Workbench(folder);
      Path inventory = bench.inventory(host);
      host.sh("mkdir -p /etc/docker; echo '{\"log-level\": \"warn\"}' >/etc/docker/daemon.json");
      json(
          0,
          "apply",
          bench.driverAndToolkit(DRIVER_16, TOOLKIT_18),
          "-i",
          inventory,
          "--format",
          "json",
          "-q");
      Path prune = bench.plan("driver:\n  deploy: false\ntoolkit:\n  deploy: false\n");

      JsonNode applied = json(0, "apply", prune, "-i", inventory, "--format", "json", "-q");
      JsonNode again = json(0, "plan", prune, "-i", inventory, "--format", "json");

      assertThat(targets(applied))
          .containsExactly("container nvidia-driver", "container nvidia-toolkit");
      assertThat(again.at("/hosts/0/status").asText()).isEqualTo("unchanged");
      assertThat(host.sh("docker ps -aq")).isEmpty();
      assertThat(host.sh("ls /sys/module/nvidia 2>&1 || true")).contains("No such file");
      String daemon = host.sh("cat /etc/docker/daemon.json");
      assertThat(daemon).contains("log-level").doesNotContain("nvidia");
    }
  }

  @Test
  void theToolkitAloneUsesTheDriverThatTheOperatorOfTheHostRuns() throws Exception {
    try (RealHost host = RealHost.up("alone")) {
      Workbench bench = new Workbench(folder);
      Path inventory = bench.inventory(host);
      host.sh(
          "docker run -d --name my-own-driver --privileged --pid=host"
              + " -v /run/nvidia:/run/nvidia:rshared "
              + DRIVER_16);
      host.sh(
          "for i in $(seq 100); do chroot /run/nvidia/driver nvidia-smi -L && exit; sleep 0.1;"
              + " done");
      Path plan = bench.plan(Workbench.toolkitSection(TOOLKIT_17));

      JsonNode applied = json(0, "apply", plan, "-i", inventory, "--format", "json", "-q");

      assertThat(targets(applied)).containsExactly("container nvidia-toolkit");
      assertThat(applied.at("/hosts/0/problems")).isEmpty();
      assertThat(host.sh("docker exec nvidia-toolkit env"))
          .contains(
              "NVIDIA_DRIVER_ROOT=/run/nvidia/driver", "DRIVER_ROOT_CTR_PATH=/run/nvidia/driver");
      assertThat(host.sh("docker ps --format '{{.Names}}'")).contains("my-own-driver");
      json(0, "plan", plan, "-i", inventory, "--format", "json");
    }
  }

  @Test
  void aDriverThatNeverGetsReadyIsTakenBackWithItsLastWords() throws Exception {
    try (RealHost host = RealHost.up("broken")) {
      Workbench bench = new Workbench(folder);
      Path inventory = bench.inventory(host);

      Result fresh = Program.gpurig("apply", bench.driver(DRIVER_BROKEN), "-i", inventory);

      assertThat(fresh.exit()).as(fresh.both()).isEqualTo(1);
      assertThat(fresh.out())
          .contains(
              "keeps ending (exit status 1)",
              "Could not resolve Linux kernel version",
              "taken back");
      assertThat(host.sh("docker ps -aq")).isEmpty();

      json(0, "apply", bench.driver(DRIVER_16), "-i", inventory, "--format", "json", "-q");
      Result upgrade = Program.gpurig("apply", bench.driver(DRIVER_BROKEN), "-i", inventory);

      assertThat(upgrade.exit()).as(upgrade.both()).isEqualTo(1);
      assertThat(host.sh("docker ps -a --format '{{.Names}} {{.Image}}'"))
          .isEqualTo("nvidia-driver " + DRIVER_16 + "\n");
      json(0, "plan", bench.driver(DRIVER_16), "-i", inventory, "--format", "json");
    }
  }

  @Test
  void aUserWithSudoIsAsGoodAsRoot() throws Exception {
    try (RealHost host = RealHost.up("sudo")) {
      Workbench bench = new Workbench(folder);
      Path inventory = bench.inventory("ansible_user: lab\nansible_become: true", host);
      Path plan = bench.driverAndToolkit(DRIVER_16, TOOLKIT_18);

      json(3, "plan", plan, "-i", inventory, "--format", "json");
      json(0, "apply", plan, "-i", inventory, "--format", "json", "-q");
      json(0, "plan", plan, "-i", inventory, "--format", "json");

      assertThat(host.sh("docker ps --format '{{.Names}}'"))
          .contains("nvidia-driver", "nvidia-toolkit");
    }
  }

  @Test
  void factsOfARealHostStandInForIt() throws Exception {
    try (RealHost host = RealHost.up("facts")) {
      Workbench bench = new Workbench(folder);
      Path inventory = bench.inventory(host);
      Path plan = bench.driverAndToolkit(DRIVER_16, TOOLKIT_18);
      Path facts = folder.resolve("facts");

      Result saved = Program.gpurig("facts", plan, "-i", inventory, "--save", facts);
      assertThat(saved.exit()).as(saved.both()).isZero();
      JsonNode live = json(3, "plan", plan, "-i", inventory, "--format", "json");
      JsonNode offline = json(3, "plan", plan, "--facts", facts, "--format", "json");
      assertThat(withoutOutcome(offline)).isEqualTo(withoutOutcome(live));

      json(0, "apply", plan, "-i", inventory, "--format", "json", "-q");
      Program.gpurig("facts", plan, "-i", inventory, "--save", facts);
      // these hosts have no PCI bus with a GPU on it; nothing else is said, so no read is missing
      JsonNode converged = json(0, "plan", plan, "--facts", facts, "--format", "json");
      assertThat(converged.at("/hosts/0/problems").findValuesAsText("code"))
          .containsExactly("driver/no-gpu");
    }
  }

  private static JsonNode json(int exit, Object... arguments) throws Exception {
    Result result = Program.gpurig(arguments);
    assertThat(result.exit()).as(result.both()).isEqualTo(exit);
    return new ObjectMapper().readTree(result.out());
  }

  private static List<String> targets(JsonNode report) {
    List<String> targets = new ArrayList<>();
    report.at("/hosts/0/changes").forEach(change -> targets.add(change.path("target").asText()));
    return targets;
  }

  private static String withoutOutcome(JsonNode report) {
    return report.at("/hosts/0/changes").toPrettyString().replaceAll("\"outcome\" : \"\\w+\"", "");
  }
}
