package io.gpurig.engine.connect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gpurig.engine.problem.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * A host that only a second jump host reaches, which only the first one reaches: real sshds in
 * network namespaces of their own, each with its own host key, user key and configuration.
 */
@EnabledIf("namespacesAreAllowed")
@Timeout(120)
@SuppressWarnings("NullAway.Init")
class JumpTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  @TempDir static Path folder;
  private static Namespaces chain;
  private static Agent agent;
  private static Path known;
  private static Path config;

  static boolean namespacesAreAllowed() {
    return OpenSshServer.isInstalled() && Namespaces.areAllowed();
  }

  @BeforeAll
  static void start() throws Exception {
    chain = Namespaces.chain(3);
    agent = new Agent(folder);
    known = folder.resolve("known_hosts");
    StringBuilder lines = new StringBuilder("# the hosts on the way\n");
    for (int i = 1; i <= 3; i++) {
      Path own = Files.createDirectory(folder.resolve("host" + i));
      Path key = Tool.key(own, "key", "", "-t", "ed25519");
      agent.add(key);
      Files.copy(own.resolve("key.pub"), own.resolve("authorized_keys"));
      Path hostKey = Tool.key(own, "host", "", "-t", "ed25519");
      chain.serve(i, own, hostKey);
      lines.append(chain.address(i)).append(' ').append(Files.readString(own.resolve("host.pub")));
      Files.delete(key); // the agent alone has it
    }
    Files.writeString(known, lines.toString());
    config = config("config", "ProxyJump one,two");
  }

  private static Path config(String name, String way, String... more) throws Exception {
    String hosts =
        """
        %1$s
        Host one
          HostName %2$s
          IdentityFile %5$s/host1/key.pub
        Host two
          HostName %3$s
          IdentityFile %5$s/host2/key.pub
        Host target
          HostName %4$s
          %6$s
          IdentityFile %5$s/host3/key.pub
        Host *
          User %7$s
          IdentitiesOnly yes
          IdentityAgent %8$s
          UserKnownHostsFile %9$s
          GlobalKnownHostsFile none
          StrictHostKeyChecking yes
        """
            .formatted(
                String.join("\n", more),
                chain.address(1),
                chain.address(2),
                chain.address(3),
                folder,
                way,
                System.getProperty("user.name"),
                agent.socket,
                known);
    return Files.writeString(folder.resolve(name), hosts);
  }

  @AfterAll
  static void stop() throws Exception {
    agent.close();
    chain.close();
  }

  private static SshConnector connector(Map<String, String> environment) {
    return new SshConnector(
        new SshEnvironment(Path.of(System.getProperty("user.home")), environment, Prompt.NOBODY));
  }

  private static ConnectionSettings target(Path file, String... options) {
    TestSettings settings = new TestSettings().address("target").config(file);
    for (String option : options) {
      settings.option(option);
    }
    return settings.plain();
  }

  private static Problem problem(ConnectionSettings settings) {
    ConnectionException refused =
        catchThrowableOfType(
            ConnectionException.class, () -> connector(System.getenv()).connect(settings));
    assertThat(refused).isNotNull();
    assertThat(refused.problem().message()).doesNotContain("Exception", "sshj", "\n");
    return refused.problem();
  }

  private static void reaches(SshConnector connector, ConnectionSettings settings)
      throws Exception {
    try (Connection connection = connector.connect(settings)) {
      byte[] sent = new byte[3_000_001];
      new Random(1).nextBytes(sent);
      assertThat(connection.exec("cat", sent, LONG).stdout()).isEqualTo(sent);
      String address =
          new String(connection.exec("echo $SSH_CONNECTION", new byte[0], LONG).stdout(), UTF_8);
      assertThat(address).startsWith("10.211.3.1 ").contains(" 10.211.3.2 22");
    }
  }

  @Test
  void reachesAHostBehindTwoOthersWithKeysFromAnAgent() throws Exception {
    reaches(connector(System.getenv()), target(config));
  }

  @Test
  void doesSoWithoutAnSshProgram() throws Exception {
    reaches(connector(Map.of("PATH", "/nowhere")), target(config));
  }

  @Test
  void followsTheJumpsOfJumps() throws Exception {
    Path nested = config("nested", "ProxyJump two", "Match originalhost two\n  ProxyJump one");
    reaches(connector(System.getenv()), target(nested));
    reaches(connector(Map.of()), target(nested));
  }

  @Test
  void takesTheJumpsOfTheInventoryFirst() throws Exception {
    Path wrong = config("wrong", "ProxyJump nowhere.invalid");
    reaches(connector(System.getenv()), target(wrong, "ProxyJump=one,two"));
  }

  @Test
  void sharesTheJumpHostsAmongHosts() throws Exception {
    SshConnector connector = connector(System.getenv());
    List<Future<Connection>> connections = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 6; i++) {
        connections.add(threads.submit(() -> connector.connect(target(config))));
      }
    }
    String log = folder.resolve("host1/sshd1.log").toString();
    long before = Files.readAllLines(Path.of(log)).stream().filter(JumpTest::isLogin).count();
    for (Future<Connection> connection : connections) {
      assertThat(connection.get().exec("true", new byte[0], LONG).exit()).isZero();
    }
    connections.getFirst().get().close(); // the others go on
    assertThat(connections.getLast().get().exec("true", new byte[0], LONG).exit()).isZero();
    reaches(connector, target(config));
    long after = Files.readAllLines(Path.of(log)).stream().filter(JumpTest::isLogin).count();
    assertThat(after).isEqualTo(before);
    for (Future<Connection> connection : connections) {
      connection.get().close();
    }
    reaches(connector, target(config)); // by a new one
    assertThat(Files.readAllLines(Path.of(log)).stream().filter(JumpTest::isLogin).count())
        .isEqualTo(before + 1);
  }

  private static boolean isLogin(String line) {
    return line.startsWith("Accepted publickey");
  }

  @Test
  void refusesAChangedKeyOnTheWayWithItsLine() throws Exception {
    Path other = Tool.key(folder, "other", "", "-t", "ed25519");
    String wrong = Files.readString(folder.resolve("other.pub"));
    assertThat(other).exists();
    Path changed = folder.resolve("changed");
    List<String> lines = new ArrayList<>(Files.readAllLines(known));
    lines.set(2, chain.address(2) + " " + wrong.strip());
    Files.write(changed, lines);
    Path file = config("pinned", "ProxyJump one,two", "Host *\n  UserKnownHostsFile " + changed);

    Problem problem = problem(target(file));

    assertThat(problem.code()).isEqualTo("connect/host-key-changed");
    assertThat(problem.message())
        .contains("the jump host two (" + chain.address(2) + ")", changed + ":3");
  }

  @Test
  void saysWhichPartOfTheWayIsBroken() throws Exception {
    Problem closed = problem(target(config, "Port=23"));
    assertThat(closed.code()).isEqualTo("connect/unreachable");
    assertThat(closed.message())
        .contains("gpu1 (10.211.3.2:23)", "through the jump host two", "refused");

    Path circle = config("circle", "ProxyJump one", "Host one\n  ProxyJump one");
    Problem round = problem(target(circle));
    assertThat(round.code()).isEqualTo("connect/ssh-config");
    assertThat(round.message()).contains("circle");
  }

  @Test
  void noticesThatAJumpHostIsGone() throws Exception {
    Path own = folder.resolve("host1");
    try (OpenSshServer mortal = OpenSshServer.start(own, own.resolve("host"))) {
      Path file =
          config(
              "mortal",
              "ProxyJump near",
              "Host near\n  HostName 127.0.0.1\n  Port "
                  + mortal.port()
                  + "\n  HostKeyAlias "
                  + chain.address(1)
                  + "\n  IdentityFile "
                  + own.resolve("key.pub"));
      ConnectionSettings settings =
          new TestSettings().address("one").config(file).option("ProxyJump=near").plain();
      try (Connection lost = connector(System.getenv()).connect(settings)) {
        assertThat(lost.exec("true", new byte[0], LONG).exit()).isZero();
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    Thread.sleep(500);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                  mortal.kill();
                });
        ConnectionException gone =
            catchThrowableOfType(
                ConnectionException.class, () -> lost.exec("sleep 30", new byte[0], LONG));
        assertThat(gone.problem().code()).isEqualTo("connect/lost");
      }
    }
  }
}
