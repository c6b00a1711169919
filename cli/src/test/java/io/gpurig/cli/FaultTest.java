package io.gpurig.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import io.gpurig.cli.Commands.Result;
import io.gpurig.engine.run.Patience;
import io.gpurig.lab.HostKind;
import io.gpurig.lab.Lab;
import io.gpurig.lab.LabHost;
import io.gpurig.lab.fault.FaultPlan;
import io.gpurig.lab.fault.FaultProxy;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Applies over networks that fail, each in the way of its seed. Whatever happens the command ends
 * in time and in words, and one plain apply afterwards brings the host to its plan with nothing
 * left behind.
 *
 * <p>{@code -Dgpurig.faults.seeds=100000} takes more seeds, {@code -Dgpurig.faults.from=7} others,
 * and both with 1 and the number in a failure repeat that.
 */
final class FaultTest {
  private static final int SEEDS = Integer.getInteger("gpurig.faults.seeds", 1000);
  private static final int FROM = Integer.getInteger("gpurig.faults.from", 1);

  /** How many fail at once: most of the time they wait. */
  private static final int AT_ONCE = Integer.getInteger("gpurig.faults.forks", 16);

  /** A lab of more hosts would only use more memory. */
  private static final int LAB = 250;

  /** So that a host that says nothing is given up after three seconds, not after a minute. */
  private static final Patience HURRIED = new Patience(20);

  private static final Duration LONGEST = Duration.ofMinutes(2);
  private static final String SHORT = "-o ConnectTimeout=3 -o ServerAliveInterval=1";

  /** A machine that is busy with other tests is no network that fails. */
  private static final String LONG = "-o ConnectTimeout=60";

  private static final String RUNTIME =
      """
      name: Test
      hosts: all
      runtime: {path: /usr/bin/nvidia-container-runtime, default: true}
      """;

  /** Dearer: it pulls, starts and waits. */
  private static final String DRIVER =
      RUNTIME + "driver: {deploy: true, image: \"nvcr.io/nvidia/driver:580.126.20-ubuntu22.04\"}\n";

  /**
   * What one run sends and gets, about, so that faults fall into it; {@link
   * #theSizesAreThoseOfARun} holds them to it.
   */
  private record Size(int toHost, int toClient) {}

  private static final Size RUNTIME_SIZE = new Size(40_000, 14_500);
  private static final Size DRIVER_SIZE = new Size(54_000, 45_000);

  @TempDir private Path folder = Path.of("");
  private final ConcurrentLinkedQueue<String> uncaught = new ConcurrentLinkedQueue<>();
  private Optional<Thread.UncaughtExceptionHandler> before = Optional.empty();

  @BeforeEach
  void listen() {
    before = Optional.ofNullable(Thread.getDefaultUncaughtExceptionHandler());
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> {
          StringWriter trace = new StringWriter();
          failure.printStackTrace(new PrintWriter(trace));
          uncaught.add(thread + ": " + trace);
        });
  }

  @AfterEach
  void listenNoMore() {
    Thread.setDefaultUncaughtExceptionHandler(before.orElse(null));
  }

  @Test
  void noNetworkLeavesAHostBroken() throws Exception {
    writePlans();
    List<String> broken = new ArrayList<>();
    Map<Integer, Integer> exits = new java.util.concurrent.ConcurrentSkipListMap<>();
    for (int from = FROM; from < FROM + SEEDS; from += LAB) {
      int hosts = Math.min(LAB, FROM + SEEDS - from);
      try (Lab lab = Lab.start(folder.resolve("lab"), Collections.nCopies(hosts, HostKind.BARE));
          ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        Semaphore turns = new Semaphore(AT_ONCE);
        List<Future<String>> ends = new ArrayList<>();
        for (int i = 0; i < hosts; i++) {
          int seed = from + i;
          LabHost host = lab.hosts().get(i);
          ends.add(
              threads.submit(
                  () -> {
                    turns.acquire();
                    try {
                      return new Seed(seed, lab, host).run(exits);
                    } finally {
                      turns.release();
                    }
                  }));
        }
        for (Future<String> end : ends) {
          if (!end.get().isEmpty()) {
            broken.add(end.get());
          }
        }
      }
    }
    System.out.println("faults: " + SEEDS + " seeds from " + FROM + ", exit codes " + exits);
    assertThat(String.join("\n", broken)).as("%d of %d", broken.size(), SEEDS).isEmpty();
    assertThat(uncaught).isEmpty();
    // most faults must bite, or the test shows nothing
    assertThat(exits.getOrDefault(1, 0)).isGreaterThan(SEEDS / 8);
  }

  @Test
  void theSizesAreThoseOfARun() throws Exception {
    writePlans();
    try (Lab lab = Lab.start(folder.resolve("lab"), List.of(HostKind.BARE, HostKind.BARE))) {
      for (int i = 0; i < 2; i++) {
        LabHost host = lab.hosts().get(i);
        Seed seed = new Seed(8 + 2 * i, lab, host);
        try (FaultProxy proxy = proxy(host, FaultPlan.NONE)) {
          Result result = seed.apply(proxy.port(), Patience.USUAL);

          assertThat(result.exit()).as(result.all()).isZero();
          assertThat(proxy.toHost()).isCloseTo(seed.size.toHost(), withPercentage(35));
          assertThat(proxy.toClient()).isCloseTo(seed.size.toClient(), withPercentage(35));
        }
      }
    }
  }

  private void writePlans() throws IOException {
    Files.writeString(folder.resolve("runtime.yaml"), RUNTIME);
    Files.writeString(folder.resolve("driver.yaml"), DRIVER);
  }

  private static FaultProxy proxy(LabHost host, FaultPlan plan) throws IOException {
    return FaultProxy.start(
        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), host.port()), plan);
  }

  /** One host, and what goes wrong on the way to it. */
  private final class Seed {
    private final int seed;
    private final Lab lab;
    private final LabHost host;
    private final String plan;
    private final Size size;

    Seed(int seed, Lab lab, LabHost host) {
      boolean driver = seed % 8 == 0 || seed % 8 == 1;
      this.plan = driver ? "driver.yaml" : "runtime.yaml";
      this.size = driver ? DRIVER_SIZE : RUNTIME_SIZE;
      this.seed = seed;
      this.lab = lab;
      this.host = host;
    }

    /** Returns what is wrong, empty if nothing is. */
    String run(Map<Integer, Integer> exits) throws IOException {
      boolean streams = seed % 4 == 0;
      FaultPlan tcp =
          streams ? FaultPlan.NONE : FaultPlan.ofTcp(seed, size.toHost(), size.toClient());
      FaultPlan docker = streams ? FaultPlan.ofStreams(seed, 8000) : FaultPlan.NONE;
      try (FaultProxy proxy = proxy(host, tcp)) {
        host.dockerFaults(docker);
        long began = System.nanoTime();
        Result first = apply(proxy.port(), HURRIED);
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        host.dockerFaults(FaultPlan.NONE);
        Result second = apply(host.port(), Patience.USUAL);
        exits.merge(first.exit(), 1, Integer::sum);

        List<String> wrong = new ArrayList<>();
        if (took.compareTo(LONGEST) > 0) {
          wrong.add("it took " + took);
        }
        if (first.exit() != 0 && first.exit() != 1) {
          wrong.add("the exit code is " + first.exit());
        }
        if (!isInWords(first) || !isInWords(second)) {
          wrong.add("it does not end in words");
        }
        if (second.exit() != 0) {
          wrong.add("a plain apply does not mend it");
        }
        wrong.addAll(leftovers());
        return wrong.isEmpty()
            ? ""
            : "%s\n%s\n%s\nfirst: %s\nsecond: %s\n"
                .formatted(tcp, docker, wrong, first.all(), second.all());
      }
    }

    private boolean isInWords(Result result) {
      return !result.all().contains("bug in gpurig")
          && !result.all().contains("\tat ")
          && !result.all().contains("Exception")
          && (result.exit() == 0 || result.out().contains("error["));
    }

    private List<String> leftovers() throws IOException {
      List<String> left = new ArrayList<>();
      try (Stream<Path> files = Files.walk(host.root().resolve("etc"))) {
        files
            .filter(file -> String.valueOf(file.getFileName()).matches(".*\\.gpurig\\.\\w{6}"))
            .forEach(file -> left.add("left behind: " + file));
      }
      Path journal = host.root().resolve("var/lib/gpurig");
      if (Files.exists(journal.resolve("unfinished"))) {
        left.add("the journal is open");
      }
      // whoever lets go does not wait for long until a busy host has written it down
      String lock = content("run/gpurig.lock");
      for (int i = 0; i < 200 && !lock.startsWith("free "); i++) {
        LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        lock = content("run/gpurig.lock");
      }
      if (!lock.startsWith("free ")) {
        left.add("the lock is not free: " + lock);
      }
      if (!content("etc/docker/daemon.json").contains("\"default-runtime\": \"nvidia\"")) {
        left.add("daemon.json is not as the plan asks");
      }
      return left;
    }

    private String content(String file) throws IOException {
      Path path = host.root().resolve(file);
      return Files.exists(path) ? Files.readString(path) : "";
    }

    Result apply(int port, Patience patience) throws IOException {
      Path inventory = folder.resolve("inventory-" + seed + ".yaml");
      Files.writeString(
          inventory,
          """
          all:
            hosts:
              %s:
                ansible_host: 127.0.0.1
                ansible_port: %d
                ansible_user: root
                ansible_ssh_private_key_file: %s
                ansible_ssh_host_key: %s
                ansible_ssh_common_args: %s
          """
              .formatted(
                  host.name(),
                  port,
                  lab.userKey(),
                  key(),
                  patience.equals(HURRIED) ? SHORT : LONG));
      StringWriter out = new StringWriter();
      StringWriter err = new StringWriter();
      Console console =
          new Console(
              new PrintWriter(out),
              new PrintWriter(err),
              false,
              Map.of("USER", "alice", "XDG_STATE_HOME", folder.resolve("state-" + seed).toString()),
              Path.of("/nonexistent"),
              Terminal.NONE,
              patience);
      int exit =
          Gpurig.run(
              console,
              "apply",
              folder.resolve(plan).toString(),
              "-i",
              inventory.toString(),
              "--lock-timeout",
              "1m");
      return new Result(exit, out.toString(), err.toString());
    }

    private String key() throws IOException {
      return Files.readAllLines(lab.knownHosts(), UTF_8).stream()
          .map(line -> line.substring(line.indexOf(' ') + 1))
          .findFirst()
          .orElse("");
    }
  }
}
