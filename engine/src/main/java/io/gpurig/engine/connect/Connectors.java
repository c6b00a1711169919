package io.gpurig.engine.connect;

/** Connects in the way that each host's settings ask for. */
public final class Connectors implements Connector {
  private final Connector ssh = new SshConnector();
  private final Connector local = new LocalConnector();

  @Override
  public Connection connect(ConnectionSettings settings) throws ConnectionException {
    return switch (settings.transport()) {
      case SSH -> ssh.connect(settings);
      case LOCAL -> local.connect(settings);
    };
  }
}
