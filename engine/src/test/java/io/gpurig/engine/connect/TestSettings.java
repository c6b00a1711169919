package io.gpurig.engine.connect;

import io.gpurig.engine.connect.ConnectionSettings.Transport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Builds settings for tests, which know nothing of the configuration of this machine. */
final class TestSettings {
  private int port = 22;
  private String address = "127.0.0.1";
  private List<String> identities = List.of("IdentityFile=none");
  private Path config = Path.of("/dev/null");
  private Optional<Path> agent = Optional.empty();
  private List<Path> knownHosts = List.of();
  private HostKeyCheck check = HostKeyCheck.OFF;
  private Duration timeout = Duration.ofSeconds(20);
  private Optional<Password> passphrase = Optional.empty();
  private List<String> pinned = List.of();
  private final List<String> options = new ArrayList<>();

  TestSettings port(int value) {
    port = value;
    return this;
  }

  TestSettings address(String value) {
    address = value;
    return this;
  }

  TestSettings identities(Path... files) {
    identities = Stream.of(files).map(file -> "IdentityFile=" + file).toList();
    return this;
  }

  TestSettings config(Path file) {
    config = file;
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

  TestSettings passphrase(String value) {
    passphrase = Optional.of(new Password(value));
    return this;
  }

  TestSettings pinned(String... keys) {
    pinned = List.of(keys);
    return this;
  }

  TestSettings option(String line) {
    options.add(line);
    return this;
  }

  /** Only what is set by {@link #option}, and the configuration. */
  ConnectionSettings plain() {
    return settings(options);
  }

  ConnectionSettings ssh() {
    List<String> all = new ArrayList<>(options);
    all.addAll(identities);
    all.add("Port=" + port);
    all.add("User=" + System.getProperty("user.name"));
    all.add("IdentityAgent=" + agent.map(Path::toString).orElse("none"));
    all.add(
        "UserKnownHostsFile="
            + knownHosts.stream().map(Path::toString).collect(Collectors.joining(" "))
            + (knownHosts.isEmpty() ? "none" : ""));
    all.add("GlobalKnownHostsFile=none");
    all.add(
        "StrictHostKeyChecking="
            + Map.of(
                    HostKeyCheck.STRICT, "yes",
                    HostKeyCheck.ASK, "ask",
                    HostKeyCheck.ACCEPT_NEW, "accept-new",
                    HostKeyCheck.OFF, "no")
                .get(check));
    all.add("ConnectTimeout=" + timeout.toSeconds());
    return settings(all);
  }

  private ConnectionSettings settings(List<String> all) {
    return new ConnectionSettings(
        "gpu1",
        Transport.SSH,
        address,
        all,
        Optional.of(config),
        pinned,
        passphrase,
        Optional.empty());
  }

  ConnectionSettings local() {
    return ConnectionSettings.local("gpu1", Optional.empty());
  }
}
