package io.gpurig.engine.connect;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import javax.net.SocketFactory;

/** A byte stream that the SSH library takes for a connected socket. */
final class StreamSocket extends Socket {
  private final Duplex stream;
  private final int port;

  StreamSocket(Duplex stream, int port) {
    this.stream = stream;
    this.port = port;
  }

  /** Returns a factory of this one socket. */
  SocketFactory factory() {
    return new Single();
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return stream.input();
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return stream.output();
  }

  @Override
  public boolean isConnected() {
    return true;
  }

  @Override
  public int getPort() {
    return port;
  }

  /** Streams have no time limits of their own: those of the callers cut them. */
  @Override
  public void setSoTimeout(int millis) {}

  @Override
  public void close() {
    stream.close();
  }

  private final class Single extends OneSocket {
    @Override
    public Socket createSocket() {
      return StreamSocket.this;
    }
  }
}
