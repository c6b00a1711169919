package io.gpurig.engine.connect;

/** "Connects" to this very machine, for hosts with {@code ansible_connection: local}. */
public final class LocalConnector implements Connector {
  @Override
  public Connection connect(ConnectionSettings settings) {
    return new LocalConnection(settings);
  }
}
