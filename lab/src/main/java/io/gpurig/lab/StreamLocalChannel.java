package io.gpurig.lab;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.channel.ChannelOutputStream;
import org.apache.sshd.common.channel.ChannelPipedInputStream;
import org.apache.sshd.common.channel.ChannelPipedOutputStream;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.channel.AbstractServerChannel;

/** A stream to a Unix socket of a host; the only one there is belongs to its Docker engine. */
final class StreamLocalChannel extends AbstractServerChannel {
  private final LabServer server;
  private final ChannelPipedInputStream in;
  private final ChannelPipedOutputStream fill;

  private StreamLocalChannel(LabServer server) {
    super("", List.of(), null);
    this.server = server;
    // no limit of time: a client may keep an idle connection to the engine for as long as it likes
    this.in = new ChannelPipedInputStream(getLocalWindow(), 0L);
    this.fill = new ChannelPipedOutputStream(in);
  }

  /** Makes the channels that OpenSSH's clients ask for. */
  static final class Factory implements ChannelFactory {
    private final LabServer server;

    Factory(LabServer server) {
      this.server = server;
    }

    @Override
    public String getName() {
      return "direct-streamlocal@openssh.com";
    }

    @Override
    public Channel createChannel(Session session) {
      return new StreamLocalChannel(server);
    }
  }

  @Override
  protected OpenFuture doInit(Buffer buffer) {
    try {
      String path = buffer.getString();
      LabHost host = server.host(getSession());
      if (host.hasDockerSocket(path)) {
        OutputStream out =
            new ChannelOutputStream(
                this, getRemoteWindow(), log, SshConstants.SSH_MSG_CHANNEL_DATA, true);
        OutputStream faulty = host.streams().next(out, () -> close(true));
        Thread.ofVirtual().name("lab-docker").start(() -> serve(host, faulty));
        return super.doInit(buffer);
      }
    } catch (IOException | RuntimeException e) {
      log.debug("cannot open the stream", e);
    }
    // what OpenSSH's server answers, whatever the reason
    Exception refusal =
        new SshChannelOpenException(
            getChannelId(), SshConstants.SSH_OPEN_CONNECT_FAILED, "open failed");
    OpenFuture future = new DefaultOpenFuture(this, this);
    signalChannelOpenFailure(refusal);
    future.setException(refusal);
    close(true);
    return future;
  }

  @Override
  protected void doWriteData(byte[] data, int offset, long length) throws IOException {
    fill.write(data, offset, (int) length);
  }

  @Override
  protected void doWriteExtendedData(byte[] data, int offset, long length) {
    throw new UnsupportedOperationException("a socket has no standard error");
  }

  @Override
  public void handleEof() throws IOException {
    super.handleEof();
    fill.close();
  }

  @Override
  protected void preClose() {
    in.eof(); // wakes the thread that serves
    super.preClose();
  }

  private void serve(LabHost host, OutputStream out) {
    try {
      host.engine().serve(in, out);
      out.close();
    } catch (IOException e) {
      // the client is gone, or sent what is no HTTP: either way the stream ends
    } finally {
      close(false);
    }
  }
}
