package io.gpurig.engine.connect;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A channel as a byte stream in both directions. */
final class SshDuplex implements Duplex {
  private final HostChannel channel;

  SshDuplex(HostChannel channel) {
    this.channel = channel;
  }

  @Override
  public InputStream input() {
    return new FilterInputStream(channel.getInputStream()) {
      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        return length == 0 ? 0 : in.read(bytes, offset, length); // the library's would wait
      }
    };
  }

  @Override
  public OutputStream output() {
    return channel.getOutputStream();
  }

  @Override
  public boolean isOpen() {
    return !channel.isCut() && channel.isOpen() && !channel.isEOF();
  }

  @Override
  public void close() {
    channel.cut();
  }
}
