package io.gpurig.engine.connect;

import java.io.IOException;
import java.util.Optional;
import javax.net.SocketFactory;
import net.schmizz.sshj.connection.channel.OpenFailException;
import org.jspecify.annotations.Nullable;

/**
 * The way that the bytes of a connection go: a TCP connection, a channel of a jump host, or a
 * command. It can be cut at any time, and is kept by the connection that is made over it.
 */
final class Way implements AutoCloseable {
  private final Destination host;
  private final Optional<Jumps.Lease> jump;
  private final FastSockets direct = new FastSockets();
  private @Nullable StreamSocket stream;
  private boolean cut;
  private boolean kept;

  private Way(Destination host, Optional<Jumps.Lease> jump) {
    this.host = host;
    this.jump = jump;
  }

  /** Returns the way to a host, with the jump host before it reached. */
  static Way to(Destination host, Jumps jumps) throws ConnectionException {
    return new Way(
        host,
        host.jump().isPresent()
            ? Optional.of(jumps.lease(host.jump().get(), host.passphrase()))
            : Optional.empty());
  }

  /** Returns where the sockets of the connection come from. */
  SocketFactory sockets() throws IOException {
    if (jump.isEmpty() && host.proxyCommand().isEmpty()) {
      return direct;
    }
    StreamSocket opened = new StreamSocket(open(), host.port());
    synchronized (this) {
      stream = opened;
      if (!cut) {
        return opened.factory();
      }
    }
    opened.close();
    throw new IOException("cut");
  }

  private Duplex open() throws IOException {
    if (jump.isEmpty()) {
      String command = "exec " + host.proxyCommand().orElseThrow();
      return new LocalCommand(LocalExec.shell(command).start(), ended -> {});
    }
    try {
      return jump.get().connection().tunnel(host.address(), host.port());
    } catch (OpenFailException e) {
      throw Failures.exception(Failures.beyond(host, host.jump().orElseThrow().spec(), e), e);
    }
  }

  /** Ends the connection at once. */
  void cut() {
    direct.cut();
    StreamSocket opened;
    synchronized (this) {
      cut = true;
      opened = stream;
    }
    if (opened != null) {
      opened.close();
    }
  }

  /** Says that a connection has been made, which ends the way when it is closed. */
  void keep() {
    kept = true;
  }

  /** Ends the way; of one that is kept only {@link #end} does. */
  @Override
  public void close() {
    if (!kept) {
      end();
    }
  }

  /** Cuts the connection and does without the jump host. */
  void end() {
    cut();
    jump.ifPresent(Jumps.Lease::close);
  }
}
