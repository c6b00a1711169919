package io.gpurig.engine.connect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalConnectionTest extends ConnectionContract {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @Override
  Connection connect() throws ConnectionException {
    return new Connectors(SshEnvironment.ofProcess()).connect(new TestSettings().local());
  }

  @Test
  void endsTheWholeTreeAtTheDeadline() throws Exception {
    Path pid = folder.resolve("pid");
    assertThatThrownBy(
            () ->
                connection()
                    .exec(
                        "sh -c 'echo $$ > " + pid + "; exec sleep 100' & wait",
                        new byte[0],
                        Duration.ofSeconds(1)))
        .isInstanceOf(ConnectionException.class);

    long sleeper = Long.parseLong(java.nio.file.Files.readString(pid).strip());
    for (int i = 0; i < 100 && ProcessHandle.of(sleeper).isPresent(); i++) {
      Thread.sleep(50);
    }
    assertThat(ProcessHandle.of(sleeper).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void talksToAUnixSocketAndNoticesItsEnd() throws Exception {
    Path path = folder.resolve("socket");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      try (Duplex duplex = connection().openSocket(path.toString())) {
        SocketChannel peer = server.accept();
        duplex.output().write("hello".getBytes(UTF_8));
        ByteBuffer got = ByteBuffer.allocate(5);
        while (got.hasRemaining()) {
          peer.read(got);
        }
        assertThat(new String(got.array(), UTF_8)).isEqualTo("hello");
        assertThat(duplex.isOpen()).isTrue();

        peer.write(ByteBuffer.wrap(new byte[] {7}));
        assertThat(duplex.isOpen()).isTrue();
        assertThat(duplex.input().read()).isEqualTo(7);

        peer.close();
        assertThat(duplex.isOpen()).isFalse();
      }
    }
    assertThat(connection().traffic()).isEqualTo(new Connection.Traffic(0, 0, 1));
  }

  @Test
  void saysWhichSocketIsMissing() {
    assertThatThrownBy(() -> connection().openSocket(folder.resolve("none").toString()))
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining("cannot connect to " + folder.resolve("none"));
  }
}
