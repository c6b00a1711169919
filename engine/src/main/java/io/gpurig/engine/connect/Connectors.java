package io.gpurig.engine.connect;

/** Connects in the way that each host's settings ask for. */
public final class Connectors implements Connector {
  private final Connector ssh;
  private final Connector local = new LocalConnector();

  /** Connects as a user, whose configuration of OpenSSH counts. */
  public Connectors(SshEnvironment user) {
    this.ssh = new SshConnector(user);
  }

  @Override
  public Connection connect(ConnectionSettings settings) throws ConnectionException {
    return switch (settings.transport()) {
      case SSH -> ssh.connect(settings);
      case LOCAL -> local.connect(settings);
    };
  }
}
