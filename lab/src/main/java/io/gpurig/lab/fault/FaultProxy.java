package io.gpurig.lab.fault;

import io.gpurig.lab.fault.Fault.Way;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A port on loopback that leads to a server, and does to what goes through what a plan says. What
 * has vanished stays open until the proxy is closed: the server is not told that the client went.
 */
public final class FaultProxy implements AutoCloseable {
  private final ServerSocket server;
  private final InetSocketAddress target;
  private final FaultPlan plan;
  private final AtomicInteger accepted = new AtomicInteger();
  private final AtomicLong toHost = new AtomicLong();
  private final AtomicLong toClient = new AtomicLong();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private FaultProxy(ServerSocket server, InetSocketAddress target, FaultPlan plan) {
    this.server = server;
    this.target = target;
    this.plan = plan;
  }

  /** Listens on a free port. */
  public static FaultProxy start(InetSocketAddress target, FaultPlan plan) throws IOException {
    FaultProxy proxy =
        new FaultProxy(new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1")), target, plan);
    Thread.ofVirtual().name("fault-accept").start(proxy::accept);
    return proxy;
  }

  /** Returns the port to connect to. */
  public int port() {
    return server.getLocalPort();
  }

  /** Returns how many bytes clients have sent so far. */
  public long toHost() {
    return toHost.get();
  }

  /** Returns how many bytes the server has sent so far. */
  public long toClient() {
    return toClient.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        open.add(client);
        connect(client, accepted.getAndIncrement());
      }
    } catch (IOException closed) {
      // by close()
    }
  }

  private void connect(Socket client, int number) throws IOException {
    Socket host = new Socket();
    open.add(host);
    try {
      host.connect(target);
    } catch (IOException refused) {
      client.close();
      return;
    }
    client.setTcpNoDelay(true);
    host.setTcpNoDelay(true);
    new Pair(client, host, number).start();
  }

  /** Both sides of one connection. */
  private final class Pair implements FaultyOutput.Link {
    private final Socket client;
    private final Socket host;
    private final FaultyOutput up;
    private final FaultyOutput down;
    private volatile boolean vanished;

    Pair(Socket client, Socket host, int number) throws IOException {
      this.client = client;
      this.host = host;
      this.up = output(host, Way.TO_HOST, number);
      this.down = output(client, Way.TO_CLIENT, number);
    }

    private FaultyOutput output(Socket socket, Way way, int number) throws IOException {
      List<Fault> faults =
          plan.faults(number).stream().filter(fault -> fault.way() == way).toList();
      return new FaultyOutput(socket.getOutputStream(), faults, plan.random(number), this);
    }

    void start() {
      Thread.ofVirtual().name("fault-up").start(() -> pump(client, up, toHost, this::clientIsGone));
      Thread.ofVirtual().name("fault-down").start(() -> pump(host, down, toClient, () -> {}));
    }

    private void pump(Socket from, FaultyOutput to, AtomicLong count, Runnable whenEnded) {
      byte[] buffer = new byte[16 * 1024];
      try {
        InputStream in = from.getInputStream();
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          count.addAndGet(n);
          to.write(buffer, 0, n);
        }
        to.close();
        whenEnded.run();
      } catch (IOException ended) {
        if (!vanished) {
          cut();
        }
      }
    }

    /** Also of what a fault has kept from the host, it is told of that: unless all has vanished. */
    private void clientIsGone() {
      if (!vanished) {
        reset(host);
      }
    }

    @Override
    public void cut() {
      reset(client);
      reset(host);
    }

    @Override
    public void vanish() {
      vanished = true;
      up.mute();
      down.mute();
    }
  }

  private void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException gone) {
      // then it is
    } finally {
      open.remove(socket);
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      // nothing can be done about it
    }
    open.forEach(this::reset);
  }
}
