package io.gpurig.hostsuite;

import static io.gpurig.hostsuite.Workbench.DRIVER_16;
import static io.gpurig.hostsuite.Workbench.DRIVER_20;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpurig.hostsuite.Program.Result;
import io.gpurig.lab.fault.Fault.Kind;
import io.gpurig.lab.fault.FaultPlan;
import io.gpurig.lab.fault.FaultProxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Networks that fail before a real sshd and a real dockerd: the driver is replaced again and again,
 * and one plain apply mends what a fault has left. {@code -Dgpurig.faults.real=100} takes more
 * seeds, {@code -Dgpurig.faults.from=7} others. The cable that is pulled is in {@link GuardTest}.
 */
@OnHosts
final class NetworkFaultTest {
  private static final int SEEDS = Integer.getInteger("gpurig.faults.real", 24);
  private static final int FROM = Integer.getInteger("gpurig.faults.from", 1);

  /** What one such apply sends and gets, about. */
  private static final int TO_HOST = 60_000;

  private static final int TO_CLIENT = 60_000;

  @TempDir private Path folder = Path.of("");

  @Test
  void noNetworkLeavesAHostBroken() throws Exception {
    Map<Integer, Integer> exits = new TreeMap<>();
    try (RealHost host = RealHost.up("faulty")) {
      Workbench bench = new Workbench(folder);
      Path inventory = bench.inventory(host);
      for (FaultPlan faults : plans()) {
        String image =
            exits.values().stream().mapToInt(i -> i).sum() % 2 == 0 ? DRIVER_16 : DRIVER_20;
        Path plan = bench.driver(image);
        InetAddress address = InetAddress.ofLiteral(host.address());
        try (FaultProxy proxy = FaultProxy.start(new InetSocketAddress(address, 22), faults)) {
          Path faulty = through(proxy, host, inventory);
          Result first = Program.gpurig("apply", plan, "-i", faulty);
          String told = faults + "\n" + first.both();
          exits.merge(first.exit(), 1, Integer::sum);
          assertThat(first.exit()).as(told).isIn(0, 1);
          assertThat(first.both()).doesNotContain("bug in gpurig", "Exception", "\tat ");

          Result second = Program.gpurig("apply", plan, "-i", inventory, "--lock-timeout", "2m");

          assertThat(second.exit()).as(told + second.both()).isZero();
          assertThat(host.sh("docker ps -a --format '{{.Names}} {{.State}} {{.Image}}'"))
              .as(told + second.both())
              .isEqualTo("nvidia-driver running " + image + "\n");
          assertThat(host.sh("ls /var/lib/gpurig; cut -d' ' -f1 /run/gpurig.lock"))
              .as(told + second.both())
              .isEqualTo("runs\nfree\n");
        }
      }
    }
    System.out.println("faults: " + SEEDS + " seeds from " + FROM + ", exit codes " + exits);
  }

  private static List<FaultPlan> plans() {
    return LongStream.iterate(FROM, seed -> seed + 1)
        .mapToObj(seed -> FaultPlan.ofTcp(seed, TO_HOST, TO_CLIENT))
        // the host keeps the lock for a minute, and tests have better to do
        .filter(
            plan ->
                plan.connections().stream()
                    .flatMap(faults -> faults.stream())
                    .noneMatch(fault -> fault.kind() == Kind.VANISH))
        .limit(SEEDS)
        .toList();
  }

  private Path through(FaultProxy proxy, RealHost host, Path inventory) throws Exception {
    String straight = "ansible_host: " + host.address();
    String crooked =
        "ansible_host: 127.0.0.1, ansible_port: %d, ansible_ssh_host_key: %s"
            .formatted(proxy.port(), host.hostKey());
    return Files.writeString(
        folder.resolve("faulty.yaml"),
        Files.readString(inventory)
            .replace(straight, crooked)
            .replace("-o UserKnown", "-o ServerAliveInterval=1 -o UserKnown"));
  }
}
