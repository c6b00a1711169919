package io.gpurig.lab;

import io.gpurig.lab.docker.Engine;
import io.gpurig.lab.fault.FaultPlan;
import io.gpurig.lab.fault.FaultyStreams;
import io.gpurig.lab.machine.Blueprint;
import io.gpurig.lab.machine.NvidiaDriver;
import io.gpurig.lab.machine.RootFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ScheduledExecutorService;

/** One simulated host of a running {@link Lab}. */
public final class LabHost {
  private final String name;
  private final HostKind kind;
  private final int port;
  private final LabServer server;
  private final RootFolder root;
  private final Engine engine;
  private volatile FaultyStreams streams = new FaultyStreams(FaultPlan.NONE);

  LabHost(
      String name,
      HostKind kind,
      Blueprint blueprint,
      int port,
      LabServer server,
      RootFolder root,
      ScheduledExecutorService timer) {
    this.name = name;
    this.kind = kind;
    this.port = port;
    this.server = server;
    this.root = root;
    this.engine = new Engine(root, new NvidiaDriver(root, name, blueprint), name, timer);
  }

  /** Returns its name in the inventory. */
  public String name() {
    return name;
  }

  /** Returns what kind of host it is. */
  public HostKind kind() {
    return kind;
  }

  /** Returns the port on 127.0.0.1 that its SSH server listens on. */
  public int port() {
    return port;
  }

  /** Returns the folder that stands for its {@code /}; made by the first call or login. */
  public Path root() {
    return root.path();
  }

  /**
   * Makes the host unreachable, or reachable again under the same port. Refusing also cuts the
   * connections that are open.
   */
  public void refuseConnections(boolean refuse) throws IOException {
    if (refuse) {
      server.refuse(port);
    } else {
      server.listen(port);
    }
  }

  /** Cuts the connections that are open now, as a network failure would. */
  public void dropConnections() {
    server.drop(port);
  }

  /**
   * Makes the streams to the Docker engine that are opened from now on fail as a plan says, in the
   * direction to the client.
   */
  public void dockerFaults(FaultPlan plan) {
    streams = new FaultyStreams(plan);
  }

  FaultyStreams streams() {
    return streams;
  }

  void close() {
    engine.close();
    root.close();
  }

  Engine engine() {
    return engine;
  }

  /** Returns whether a client could open the Docker socket. */
  boolean hasDockerSocket(String path) {
    String inside =
        path.startsWith(root() + "/") ? path.substring(root().toString().length()) : path;
    return kind != HostKind.NO_DOCKER
        && (inside.equals("/var/run/docker.sock") || inside.equals("/run/docker.sock"))
        && engine.isUp();
  }
}
