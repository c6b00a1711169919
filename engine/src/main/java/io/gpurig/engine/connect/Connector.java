package io.gpurig.engine.connect;

/** Opens connections. */
@FunctionalInterface
public interface Connector {
  /**
   * Connects and authenticates.
   *
   * @throws ConnectionException with a code that tells the cases apart: {@code
   *     connect/unreachable}, {@code connect/timeout}, {@code connect/host-key-unknown}, {@code
   *     connect/host-key-changed}, {@code connect/host-key-revoked}, {@code
   *     connect/host-certificate}, {@code connect/known-hosts}, {@code connect/algorithms}, {@code
   *     connect/key-passphrase}, {@code connect/refused-key}, {@code connect/cancelled}
   */
  Connection connect(ConnectionSettings settings) throws ConnectionException;
}
