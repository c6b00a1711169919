package io.gpurig.engine.connect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

@EnabledIf("sshdIsInstalled")
class OpenSshConnectionTest extends ConnectionContract {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  static Path folder;

  @SuppressWarnings("NullAway.Init")
  private static OpenSshServer server;

  @SuppressWarnings("NullAway.Init")
  private static Path key;

  static boolean sshdIsInstalled() {
    return OpenSshServer.isInstalled();
  }

  @BeforeAll
  static void start() throws Exception {
    key = Tool.key(folder, "id", "", "-t", "ed25519");
    Path hostKey = Tool.key(folder, "host", "", "-t", "ed25519");
    Files.copy(folder.resolve("id.pub"), folder.resolve("authorized_keys"));
    server = OpenSshServer.start(folder, hostKey);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @Override
  Connection connect() throws Exception {
    return new Connectors(SshEnvironment.ofProcess())
        .connect(
            new TestSettings()
                .port(server.port())
                .identities(key)
                .knownHosts(HostKeyCheck.ACCEPT_NEW, folder.resolve("known_hosts"))
                .ssh());
  }

  @Test
  void reachesAUnixSocket() throws Exception {
    Path path = folder.resolve("socket");
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(path));
      try (Duplex duplex = connection().openSocket(path.toString())) {
        SocketChannel peer = listener.accept();
        peer.write(ByteBuffer.wrap("hello".getBytes(UTF_8)));
        assertThat(duplex.input().readNBytes(5)).isEqualTo("hello".getBytes(UTF_8));
        duplex.output().write(new byte[100]);
        duplex.output().close(); // half: the other direction stays open
        ByteBuffer got = ByteBuffer.allocate(200);
        int n = 0;
        while (n >= 0) {
          n = peer.read(got);
        }
        assertThat(got.position()).isEqualTo(100);
        peer.write(ByteBuffer.wrap(new byte[] {9}));
        assertThat(duplex.input().read()).isEqualTo(9);
        peer.close();
        assertThat(duplex.input().read()).isEqualTo(-1);
        assertThat(duplex.isOpen()).isFalse();
      }
    }
    assertThat(connection().traffic()).isEqualTo(new Connection.Traffic(1, 0, 1));
  }

  /** The library tells a reader of the end first, and only then remembers it. */
  @Test
  void aStreamThatWasReadToItsEndIsNotOpen() throws Exception {
    Path path = folder.resolve("ending");
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(path));
      for (int i = 0; i < 300; i++) {
        try (Duplex duplex = connection().openSocket(path.toString());
            SocketChannel peer = listener.accept()) {
          peer.shutdownOutput();

          assertThat(duplex.input().read()).isEqualTo(-1);
          assertThat(duplex.isOpen()).as("stream %d", i).isFalse();
        }
      }
    }
  }

  @Test
  void saysThatASocketIsRefused() throws Exception {
    assertThatThrownBy(() -> connection().openSocket("/nowhere"))
        .isInstanceOfSatisfying(
            ConnectionException.class,
            e -> assertThat(e.problem().code()).isEqualTo("connect/socket"));
    assertThat(connection().exec("true", new byte[0], LONG).exit()).isZero();
  }

  @Test
  void saysThatForwardingIsNotAllowed(@TempDir Path other) throws Exception {
    Files.copy(folder.resolve("id.pub"), other.resolve("authorized_keys"));
    try (OpenSshServer strict =
            OpenSshServer.start(other, folder.resolve("host"), "AllowStreamLocalForwarding no");
        Connection strictly =
            new SshConnector(SshEnvironment.ofProcess())
                .connect(new TestSettings().port(strict.port()).identities(key).ssh())) {
      assertThatThrownBy(() -> strictly.openSocket("/run/whatever"))
          .isInstanceOfSatisfying(
              ConnectionException.class,
              e -> assertThat(e.problem().code()).isEqualTo("connect/socket"));
    }
  }

  @Test
  void noticesThatTheServerIsGone(@TempDir Path other) throws Exception {
    Files.copy(folder.resolve("id.pub"), other.resolve("authorized_keys"));
    try (OpenSshServer mortal = OpenSshServer.start(other, folder.resolve("host"));
        Connection lost =
            new SshConnector(SshEnvironment.ofProcess())
                .connect(new TestSettings().port(mortal.port()).identities(key).ssh())) {
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
      for (int i = 0; i < 2; i++) { // while it waits, and when it is gone already
        assertThatThrownBy(() -> lost.exec("sleep 20", new byte[0], Duration.ofSeconds(30)))
            .isInstanceOfSatisfying(
                ConnectionException.class,
                e -> {
                  assertThat(e.problem().code()).isEqualTo("connect/lost");
                  assertThat(e.problem().message()).doesNotContain("Exception", "java.");
                });
      }
    }
  }

  @Test
  void leavesTheConnectionAloneWhenACallerIsInterrupted() throws Exception {
    Thread caller =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    connection().exec("sleep 20", new byte[0], LONG);
                  } catch (ConnectionException expected) {
                    // cancelled
                  }
                });
    Thread.sleep(300);
    caller.interrupt();

    assertThat(caller.join(Duration.ofSeconds(10))).isTrue();
    assertThat(connection().exec("true", new byte[0], LONG).exit()).isZero();
  }
}
