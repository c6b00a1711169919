package io.gpurig.engine.connect;

/** Opens connections. */
@FunctionalInterface
public interface Connector {
  /**
   * Connects and authenticates.
   *
   * @throws ConnectionException with a code that tells the cases apart: {@code
   *     connect/unreachable}, {@code connect/timeout}, {@code connect/host-key-unknown}, {@code
   *     connect/host-key-changed}, {@code connect/host-key-revoked}, {@code connect/refused-key}
   */
  Connection connect(ConnectionSettings settings) throws ConnectionException;
}
