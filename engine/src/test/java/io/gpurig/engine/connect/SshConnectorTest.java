package io.gpurig.engine.connect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gpurig.engine.problem.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said when there is no SSH server, or a bad one. */
@Timeout(60)
class SshConnectorTest {
  private static Problem problem(TestSettings settings) {
    long start = System.nanoTime();
    ConnectionException refused =
        catchThrowableOfType(
            ConnectionException.class,
            () ->
                new SshConnector(SshEnvironment.ofProcess())
                    .connect(settings.timeout(Duration.ofSeconds(1)).ssh()));
    assertThat(refused).isNotNull();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
    assertThat(refused.problem().message()).doesNotContain("Exception", "\n");
    assertThat(refused.problem().suggestion()).isPresent();
    return refused.problem();
  }

  @Test
  void saysThatNobodyListens() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Problem problem = problem(new TestSettings().port(port));
    assertThat(problem.code()).isEqualTo("connect/unreachable");
    assertThat(problem.message()).isEqualTo("gpu1 (127.0.0.1:" + port + ") refuses connections");
  }

  @Test
  void saysThatANameIsUnknown() {
    Problem problem = problem(new TestSettings().address("no-such-host.invalid"));
    assertThat(problem.code()).isIn("connect/unreachable", "connect/timeout"); // slow name services
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "SSH-2.0-silent\r\n", "S"})
  void givesUpOnAServerThatStaysSilent(String greeting) throws Exception {
    try (ServerSocket server = serve(greeting, false)) {
      Problem problem = problem(new TestSettings().port(server.getLocalPort()));
      assertThat(problem.code()).isEqualTo("connect/timeout");
      assertThat(problem.message()).contains("within 1 s while exchanging keys");
    }
  }

  @Test
  void saysThatTheServerHangsUp() throws Exception {
    try (ServerSocket server = serve("", true)) {
      Problem problem = problem(new TestSettings().port(server.getLocalPort()));
      assertThat(problem.code()).isEqualTo("connect/unreachable");
      assertThat(problem.message()).contains("closed the connection while exchanging keys");
    }
  }

  @Test
  void saysThatItIsNoSshServer() throws Exception {
    try (ServerSocket server = serve("SSH-1.5-old\r\n", false)) {
      Problem problem = problem(new TestSettings().port(server.getLocalPort()));
      assertThat(problem.message()).contains("is not an SSH server");
    }
  }

  @Test
  void saysThatKnownHostsCannotBeRead() throws Exception {
    try (ServerSocket server = serve("", false)) {
      Problem problem =
          problem(
              new TestSettings()
                  .port(server.getLocalPort())
                  .knownHosts(HostKeyCheck.STRICT, Path.of("/proc/self/mem")));
      assertThat(problem.code()).isEqualTo("connect/known-hosts");
    }
  }

  private static ServerSocket serve(String greeting, boolean hangUp) throws IOException {
    ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (true) { // a connection that breaks is tried once more
                  Socket socket = server.accept();
                  socket.getOutputStream().write(greeting.getBytes(UTF_8));
                  if (hangUp) {
                    socket.close();
                  }
                }
              } catch (IOException closed) {
                // the test is over
              }
            });
    return server;
  }
}
