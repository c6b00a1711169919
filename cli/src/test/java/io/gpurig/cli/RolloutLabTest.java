package io.gpurig.cli;

import static io.gpurig.cli.Commands.gpurig;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.gpurig.cli.Commands.Result;
import io.gpurig.lab.HostKind;
import io.gpurig.lab.Lab;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.ListAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rollouts on simulated hosts, over real SSH. */
final class RolloutLabTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void hostsAreChangedBatchByBatch() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), 4)) {
      Result applied = apply(lab, "batch: [1, 50%]");

      assertThat(applied.exit()).as(applied.all()).isZero();
      steps(applied)
          .containsExactly(
              "batch 1 of 3: 1 host",
              "gpu-01  changed and proven",
              "batch 2 of 3: 2 hosts",
              "gpu-02  changed and proven",
              "gpu-03  changed and proven",
              "batch 3 of 3: 1 host",
              "gpu-04  changed and proven");
    }
  }

  @Test
  void aCanaryThatFailsStopsTheRolloutAndTheRestIsResumed() throws Exception {
    List<HostKind> kinds = List.of(HostKind.NO_DOCKER, HostKind.H100X8, HostKind.H100X8);
    try (Lab lab = Lab.start(folder.resolve("lab"), kinds)) {
      lab.host("gpu-02").refuseConnections(true);
      Path json = folder.resolve("report.json");

      Result applied =
          apply(lab, "{batch: [1, 100%], maxFailures: 50%}", "--format", "json=" + json);

      assertThat(applied.exit()).as(applied.all()).isEqualTo(1);
      assertThat(applied.out())
          .contains("gpu-01: failed")
          .contains("gpu-02, gpu-03: not started, nothing was touched")
          .contains("1 host of the 1 host of batch 1 failed, more than rollout.maxFailures: 50%")
          .endsWith("3 hosts: 2 not started, 1 failed\n");
      JsonNode report = new ObjectMapper().readTree(json.toFile());
      assertThat(report.path("exitCode").asInt()).isEqualTo(1);
      assertThat(report.at("/hosts/1/status").asText()).isEqualTo("skipped");
      assertThat(report.at("/hosts/1/roundTrips/connections").asInt()).isZero();

      // unreachable counts as failed, too
      Result again = apply(lab, "batch: 1", "--limit", "gpu-02:gpu-03");
      assertThat(again.out()).endsWith("2 hosts: 1 not started, 1 failed\n");

      lab.host("gpu-02").refuseConnections(false);
      Result resumed = apply(lab, "batch: 1", "--limit", "@failed");
      assertThat(resumed.exit()).as(resumed.all()).isZero();
      assertThat(resumed.out()).endsWith("2 hosts: 2 changed and proven\n");

      Result nothing = apply(lab, "batch: 1", "--limit", "@failed");
      assertThat(nothing.exit()).as(nothing.all()).isZero();
      assertThat(nothing.err()).contains("limit/nothing-left");

      Result other = apply(lab, "batch: 3", "--limit", "@" + json);
      assertThat(other.out()).endsWith("3 hosts: 2 as the plan asks, 1 failed\n").as(other.all());
    }
  }

  @Test
  void theLastReportIsItsOwnersAlone() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), 1)) {
      apply(lab, "{}");
    }
    try (Stream<Path> files = Files.walk(folder.resolve("state"))) {
      List<Path> all = files.filter(Files::isRegularFile).toList();
      assertThat(all).hasSize(1);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(all.getFirst())))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void aFileOfNamesAndAFileOfNonsense() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), 3)) {
      Path names = Files.writeString(folder.resolve("play.retry"), "gpu-02\n# x\n\ngpu-09\n");
      Result named = apply(lab, "{}", "--limit", "@" + names);
      assertThat(named.exit()).as(named.all()).isZero();
      assertThat(named.out()).endsWith("1 host: 1 changed and proven\n");
      assertThat(named.err()).contains("host gpu-09 is not in the inventory any more");

      Path half = Files.writeString(folder.resolve("half.json"), "{\"gpurigReport\": 1, \"hosts\"");
      assertThat(apply(lab, "{}", "--limit", "@" + half).exit()).isEqualTo(2);
      Path other = Files.writeString(folder.resolve("other.json"), "{\"a\": 1}");
      Result foreign = apply(lab, "{}", "--limit", "@" + other);
      assertThat(foreign.exit()).isEqualTo(2);
      assertThat(foreign.err()).contains("not a report of gpurig");
      Result slip = apply(lab, "{}", "--limit", "@faild");
      assertThat(slip.exit()).isEqualTo(2);
      assertThat(slip.err()).contains("did you mean `@failed`?");
      Path fresh = Files.copy(folder.resolve("plan.yaml"), folder.resolve("fresh.yaml"));
      Result none = gpurig("apply", fresh, "-i", lab.inventory(), "--limit", "@failed");
      assertThat(none.exit()).isEqualTo(2);
      assertThat(none.err()).contains("limit/no-report");
    }
  }

  @Test
  void aCommandThatFailsOnAChangedHostStopsTheRollout() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), 3)) {
      String check = "healthCheck: {command: 'echo no >&2; exit 3', retries: 2, interval: 0s}";

      Result applied = apply(lab, "{batch: 1, maxFailures: 100%, " + check + "}");

      assertThat(applied.exit()).as(applied.all()).isEqualTo(1);
      assertThat(applied.out())
          .contains("error[rollout/unhealthy]")
          .contains("ended with status 3: no (2 attempts)")
          .contains("because 1 host is not healthy after batch 1")
          .endsWith("3 hosts: 2 not started, 1 failed\n");

      Result healthy =
          apply(lab, "{batch: 1, healthCheck: {command: [test, -d, /]}}", "--limit", "@failed");
      assertThat(healthy.exit()).as(healthy.all()).isZero();
      // gpu-01 was changed by the first run, so it is not asked again
      steps(healthy)
          .filteredOn(step -> step.endsWith("  healthy"))
          .containsExactly("gpu-02  healthy", "gpu-03  healthy");
    }
  }

  @Test
  void aCommandThatHangsIsEnded() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), 1)) {
      Result applied =
          apply(lab, "healthCheck: {command: [sleep, '600'], timeout: 1s, retries: 1}");

      assertThat(applied.out()).contains("`sleep 600` took longer than 1 s");
    }
  }

  @Test
  void anAddressThatSeveralHostsShareIsAskedOnceABatch() throws Exception {
    AtomicInteger requests = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          // the first batch is well, and what comes after it is not
          exchange.sendResponseHeaders(requests.incrementAndGet() == 1 ? 204 : 503, -1);
          exchange.close();
        });
    server.start();
    try (Lab lab = Lab.start(folder.resolve("lab"), 6)) {
      String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/healthz";

      Result applied = apply(lab, "{batch: 2, healthCheck: {http: '" + url + "', retries: 1}}");

      assertThat(applied.exit()).as(applied.all()).isEqualTo(1);
      assertThat(requests).hasValue(2);
      assertThat(applied.out())
          .contains("gpu-01, gpu-02: changed, read again, and as the plan asks")
          .contains("gpu-03, gpu-04: failed", url + " answered with status 503")
          .contains("gpu-05, gpu-06: not started");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aRolloutThatAsksNeedsATerminalAndOneRolloutIsForAll() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), 2)) {
      Result prompt = apply(lab, "pause: prompt");
      assertThat(prompt.exit()).isEqualTo(2);
      assertThat(prompt.err()).contains("error[rollout/no-terminal]", "plan.yaml:4:10");

      Result differs = apply(lab, "batch: '${ansible_port}'");
      assertThat(differs.exit()).isEqualTo(2);

      Result nothing = apply(lab, "healthCheck: {retries: 2}");
      assertThat(nothing.exit()).as(nothing.all()).isEqualTo(2);
    }
  }

  private Result apply(Lab lab, String rollout, Object... more) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("plan.yaml"),
            "name: Test\nhosts: lab\nrollout:\n  " + rollout + "\ntoolkit: {deploy: true}\n");
    List<Object> words = new ArrayList<>(List.of("apply", file, "-i", lab.inventory()));
    Collections.addAll(words, more);
    return gpurig(Map.of("XDG_STATE_HOME", folder.resolve("state").toString()), words.toArray());
  }

  /** What progress says of batches and of the ends of hosts, sorted within a batch. */
  private static ListAssert<String> steps(Result result) {
    List<String> steps = new ArrayList<>();
    List<String> batch = new ArrayList<>();
    for (String line : result.err().lines().toList()) {
      String text = line.replaceFirst("^[0-9:]{8}  ", "");
      if (text.startsWith("batch ")) {
        Collections.sort(batch);
        steps.addAll(batch);
        batch.clear();
        steps.add(text);
      } else if (text.endsWith("changed and proven") || text.endsWith("  healthy")) {
        batch.add(text);
      }
    }
    Collections.sort(batch);
    steps.addAll(batch);
    return assertThat(steps);
  }
}
