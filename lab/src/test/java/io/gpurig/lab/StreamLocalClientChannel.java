package io.gpurig.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.sshd.client.channel.AbstractClientChannel;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.ChannelOutputStream;
import org.apache.sshd.common.channel.ChannelPipedInputStream;
import org.apache.sshd.common.channel.ChannelPipedOutputStream;
import org.apache.sshd.common.util.buffer.Buffer;

/** The client's side of a stream to a Unix socket, which MINA does not bring. */
final class StreamLocalClientChannel extends AbstractClientChannel {
  private final String path;
  private final ChannelPipedInputStream input = new ChannelPipedInputStream(getLocalWindow(), 0L);
  private final ChannelPipedOutputStream fill = new ChannelPipedOutputStream(input);

  StreamLocalClientChannel(String path) {
    super("direct-streamlocal@openssh.com");
    this.path = path;
  }

  InputStream input() {
    return input;
  }

  OutputStream output() {
    return new ChannelOutputStream(
        this, getRemoteWindow(), log, SshConstants.SSH_MSG_CHANNEL_DATA, true);
  }

  @Override
  public synchronized OpenFuture open() throws IOException {
    openFuture = new DefaultOpenFuture(path, futureLock);
    Buffer buffer = getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_OPEN);
    buffer.putString(getChannelType());
    buffer.putUInt(getChannelId());
    buffer.putUInt(getLocalWindow().getSize());
    buffer.putUInt(getLocalWindow().getPacketSize());
    buffer.putString(path);
    buffer.putString("");
    buffer.putUInt(0);
    writePacket(buffer);
    return openFuture;
  }

  @Override
  protected void doOpen() {
    // the streams are made on demand
  }

  @Override
  protected void doWriteData(byte[] data, int offset, long length) throws IOException {
    fill.write(data, offset, (int) length);
  }

  @Override
  public void handleEof() throws IOException {
    super.handleEof();
    fill.close();
  }

  @Override
  protected void preClose() {
    input.eof();
    super.preClose();
  }
}
