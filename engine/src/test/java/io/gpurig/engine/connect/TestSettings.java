package io.gpurig.engine.connect;

import io.gpurig.engine.connect.ConnectionSettings.HostKeyCheck;
import io.gpurig.engine.connect.ConnectionSettings.Transport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Builds settings for tests. */
final class TestSettings {
  private int port = 22;
  private String address = "127.0.0.1";
  private List<Path> identities = List.of();
  private Optional<Path> agent = Optional.empty();
  private List<Path> knownHosts = List.of();
  private HostKeyCheck check = HostKeyCheck.OFF;
  private Duration timeout = Duration.ofSeconds(20);

  TestSettings port(int value) {
    port = value;
    return this;
  }

  TestSettings address(String value) {
    address = value;
    return this;
  }

  TestSettings identities(Path... files) {
    identities = List.of(files);
    return this;
  }

  TestSettings agent(Path socket) {
    agent = Optional.of(socket);
    return this;
  }

  TestSettings knownHosts(HostKeyCheck value, Path... files) {
    check = value;
    knownHosts = List.of(files);
    return this;
  }

  TestSettings timeout(Duration value) {
    timeout = value;
    return this;
  }

  ConnectionSettings ssh() {
    return build(Transport.SSH);
  }

  ConnectionSettings local() {
    return build(Transport.LOCAL);
  }

  private ConnectionSettings build(Transport transport) {
    return new ConnectionSettings(
        "gpu1",
        transport,
        address,
        port,
        System.getProperty("user.name"),
        identities,
        agent,
        knownHosts,
        check,
        false,
        "root",
        timeout);
  }
}
