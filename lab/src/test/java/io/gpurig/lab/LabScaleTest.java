package io.gpurig.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.sshd.client.SshClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many hosts cost little, and many clients do not get in each other's way. */
class LabScaleTest {
  @TempDir Path folder;

  @Test
  void threeHundredIdleHostsCostNoThreads() throws IOException {
    int before = Thread.activeCount();
    long start = System.nanoTime();
    try (Lab lab = Lab.start(folder, 300)) {
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
      assertThat(Thread.activeCount() - before).isLessThan(16);
      assertThat(lab.hosts()).extracting(LabHost::name).contains("gpu-001", "gpu-300");
      assertThat(folder.resolve("hosts")).doesNotExist();
      try (LabClient client = LabClient.connect(lab, lab.host("gpu-300"))) {
        assertThat(client.exec("hostname").text()).isEqualTo("gpu-300");
      }
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void hundredClientsWorkAtOnce() throws Exception {
    try (Lab lab = Lab.start(folder, 100)) {
      SshClient client = LabClient.client(lab);
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<LabClient> clients = new ArrayList<>();
        for (Future<LabClient> connected :
            threads.invokeAll(
                lab.hosts().stream()
                    .map(host -> (Callable<LabClient>) () -> LabClient.connect(client, host))
                    .toList())) {
          clients.add(connected.get());
        }
        int platformThreads = Thread.activeCount();
        // every one waits for input that does not come, then all get an answer from an engine
        for (LabClient one : clients) {
          one.begin("cat");
        }
        for (Future<Integer> status :
            threads.invokeAll(
                clients.stream().map(one -> (Callable<Integer>) () -> ping(one)).toList())) {
          assertThat(status.get()).isEqualTo(200);
        }
        // the JDK's reaper of each process is the one thread that cannot be avoided
        assertThat(Thread.activeCount() - platformThreads).isLessThan(100 + 16);
      } finally {
        client.stop();
      }
    }
  }

  @Test
  void twoLabsKnowNothingOfEachOther() throws IOException {
    try (Lab two = Lab.start(folder.resolve("two"), List.of(HostKind.RTX4090X2))) {
      try (Lab one = Lab.start(folder.resolve("one"), List.of(HostKind.BARE));
          LabClient client = LabClient.connect(one, one.hosts().getFirst())) {
        client.exec("echo 1 > \"$GPURIG_ROOT/tmp/mark\"");
        assertThat(one.hosts().getFirst().root().resolve("tmp/mark")).exists();
        assertThat(two.hosts().getFirst().root().resolve("tmp/mark")).doesNotExist();
      }
      try (LabClient client = LabClient.connect(two, two.hosts().getFirst())) {
        assertThat(client.exec("echo on").text()).isEqualTo("on");
      }
    }
  }

  private static int ping(LabClient client) throws IOException {
    try (DockerClient docker = client.docker()) {
      return docker.get("/_ping").status();
    }
  }
}
