package io.gpurig.engine.connect;

import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/** A factory of the one socket that the SSH library asks it for, without saying where to. */
abstract class OneSocket extends SocketFactory {
  @Override
  public final Socket createSocket(String host, int port) {
    throw new UnsupportedOperationException();
  }

  @Override
  public final Socket createSocket(String host, int port, InetAddress local, int localPort) {
    throw new UnsupportedOperationException();
  }

  @Override
  public final Socket createSocket(InetAddress host, int port) {
    throw new UnsupportedOperationException();
  }

  @Override
  public final Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
    throw new UnsupportedOperationException();
  }
}
