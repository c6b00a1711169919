package io.gpurig.engine.connect;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;

/** A Unix socket of this machine as a byte stream in both directions. */
final class LocalSocket implements Duplex {
  private final SocketChannel channel;
  private final PushbackInputStream input;
  private final Consumer<Duplex> whenClosed;

  LocalSocket(SocketChannel channel, Consumer<Duplex> whenClosed) {
    this.channel = channel;
    this.whenClosed = whenClosed;
    this.input = new PushbackInputStream(Channels.newInputStream(channel), 1);
  }

  @Override
  public InputStream input() {
    return input;
  }

  @Override
  public OutputStream output() {
    OutputStream plain = Channels.newOutputStream(channel);
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        plain.write(b);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        plain.write(bytes, offset, length);
      }

      @Override
      public void close() throws IOException {
        channel.shutdownOutput(); // the other direction stays
      }
    };
  }

  /**
   * Looks whether the other side has closed, which nothing else would tell. Not to be called while
   * somebody reads.
   */
  @Override
  public boolean isOpen() {
    if (!channel.isOpen()) {
      return false;
    }
    try {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.configureBlocking(false);
      int n = channel.read(one);
      channel.configureBlocking(true);
      if (n > 0) {
        input.unread(one.get(0));
      }
      return n >= 0;
    } catch (IOException gone) {
      return false;
    }
  }

  @Override
  public void close() {
    whenClosed.accept(this);
    try {
      channel.close();
    } catch (IOException gone) {
      // closed is closed
    }
  }
}
