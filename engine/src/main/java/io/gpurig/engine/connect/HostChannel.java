package io.gpurig.engine.connect;

import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.common.DisconnectReason;
import net.schmizz.sshj.common.Message;
import net.schmizz.sshj.common.SSHException;
import net.schmizz.sshj.common.SSHPacket;
import net.schmizz.sshj.connection.ConnectionException;
import net.schmizz.sshj.connection.channel.ChannelInputStream;
import net.schmizz.sshj.connection.channel.direct.SessionChannel;
import net.schmizz.sshj.transport.TransportException;
import org.jspecify.annotations.Nullable;

/**
 * A channel to a command or to a Unix socket of the host, which can be cut.
 *
 * <p>The library cannot end a read that waits: closing a channel waits for the other side, which
 * may be stuck, and ending the streams first would make any late data an error that ends the whole
 * connection. So late data is dropped here before it reaches the streams.
 */
final class HostChannel extends SessionChannel {
  private static final String SESSION = "session"; // RFC 4254, 6.1
  private static final String TCP = "direct-tcpip"; // RFC 4254, 7.2
  private static final String SOCKET = "direct-streamlocal@openssh.com"; // OpenSSH's PROTOCOL, 2.4

  private final String type;
  private final Consumer<SSHPacket> target;
  private final Runnable whenGone;
  private final Object gate = new Object();
  private @Nullable WindowedOutput output;
  private boolean cut;
  private volatile boolean ended;

  private HostChannel(
      SSHClient client, String type, Consumer<SSHPacket> target, Runnable whenGone) {
    this.type = type; // first: the constructor above asks for it
    this.target = target;
    this.whenGone = whenGone;
    super(client.getConnection());
  }

  /** Opens a channel for a command, as soon as the server can take one more. */
  static HostChannel session(SSHClient client, Semaphore sessions)
      throws SSHException, InterruptedException {
    sessions.acquire();
    boolean opened = false;
    try {
      HostChannel channel = new HostChannel(client, SESSION, request -> {}, sessions::release);
      channel.open();
      opened = true;
      return channel;
    } finally {
      if (!opened) {
        sessions.release();
      }
    }
  }

  /** Opens a channel to a Unix socket. */
  static HostChannel socket(SSHClient client, String path) throws SSHException {
    HostChannel channel =
        new HostChannel(
            client,
            SOCKET,
            request -> request.putString(path).putString("").putUInt32(0),
            () -> {});
    channel.open();
    return channel;
  }

  /** Opens a channel to a TCP port that the server can reach. */
  static HostChannel tcp(SSHClient client, String address, int port) throws SSHException {
    HostChannel channel =
        new HostChannel(
            client,
            TCP,
            // where the connection came from: nobody looks, and OpenSSH says the same
            request ->
                request.putString(address).putUInt32(port).putString("127.0.0.1").putUInt32(65_535),
            () -> {});
    channel.open();
    return channel;
  }

  @Override
  public String getType() {
    return type;
  }

  @Override
  protected SSHPacket buildOpenReq() {
    SSHPacket request = super.buildOpenReq();
    target.accept(request);
    return request;
  }

  @Override
  public WindowedOutput getOutputStream() {
    synchronized (gate) {
      if (output == null) {
        output = new WindowedOutput(super.getOutputStream(), this::getRemoteWinSize);
      }
      return output;
    }
  }

  @Override
  public void handle(Message message, SSHPacket packet) throws SSHException {
    if (message == Message.CHANNEL_EOF || message == Message.CHANNEL_CLOSE) {
      ended = true;
    }
    if (message == Message.CHANNEL_CLOSE) {
      getOutputStream().end();
    }
    super.handle(message, packet);
    if (message == Message.CHANNEL_WINDOW_ADJUST) {
      getOutputStream().grown();
    }
  }

  /** Never later than a reader sees the end, unlike the library's own. */
  @Override
  public boolean isEOF() {
    return ended;
  }

  @Override
  public void notifyError(SSHException error) {
    if (isOpen()) {
      getOutputStream().end();
    }
    super.notifyError(error);
  }

  @Override
  protected void receiveInto(ChannelInputStream stream, SSHPacket packet) throws SSHException {
    synchronized (gate) {
      if (!cut) {
        super.receiveInto(stream, packet);
      }
    }
  }

  /**
   * Ends all reads now and asks the other side to close, without waiting for it: that may take as
   * long as the command runs.
   */
  void cut() {
    synchronized (gate) {
      if (cut) {
        return;
      }
      cut = true;
    }
    Thread.ofVirtual().name("ssh-cut-" + getID()).start(this::end);
  }

  boolean isCut() {
    synchronized (gate) {
      return cut;
    }
  }

  private void end() {
    getOutputStream().end();
    SSHException reason = new ConnectionException(DisconnectReason.BY_APPLICATION, "cut");
    ((ChannelInputStream) getInputStream()).notifyError(reason);
    ((ChannelInputStream) getErrorStream()).notifyError(reason);
    try {
      close();
    } catch (ConnectionException | TransportException gone) {
      // then the channel is gone as well
    } finally {
      whenGone.run();
    }
  }

  /** Returns 128 + n for a signal n that ended the command. */
  int exit() throws ConnectionException {
    if (getExitSignal() != null) {
      return 128
          + switch (getExitSignal()) {
            case HUP -> 1;
            case INT -> 2;
            case QUIT -> 3;
            case ILL -> 4;
            case ABRT -> 6;
            case FPE -> 8;
            case KILL -> 9;
            case USR1 -> 10;
            case SEGV -> 11;
            case USR2 -> 12;
            case PIPE -> 13;
            case ALRM -> 14;
            case TERM -> 15;
            case UNKNOWN -> 0;
          };
    }
    Integer status = getExitStatus();
    if (status == null) {
      throw new ConnectionException("the command ended without an exit status");
    }
    return status;
  }
}
