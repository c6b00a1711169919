package io.gpurig.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.List;
import org.apache.sshd.server.SshServer;

/** An SSH server that listens on as many ports as asked for, with the threads of one. */
final class ManyPorts extends SshServer {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  /** Starts to listen on free ports and returns them. */
  List<Integer> start(int count) throws IOException {
    setHost("127.0.0.1");
    setPort(0);
    start();
    acceptor.bind(Collections.nCopies(count - 1, new InetSocketAddress(LOOPBACK, 0)));
    return acceptor.getBoundAddresses().stream()
        .map(address -> ((InetSocketAddress) address).getPort())
        .sorted()
        .toList();
  }

  void listen(int port) throws IOException {
    InetSocketAddress address = new InetSocketAddress(LOOPBACK, port);
    if (!acceptor.getBoundAddresses().contains(address)) {
      acceptor.bind(address);
    }
  }

  void refuse(int port) {
    acceptor.unbind(new InetSocketAddress(LOOPBACK, port));
  }
}
