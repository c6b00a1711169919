package io.gpurig.engine.connect;

import io.gpurig.engine.problem.Problem;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import net.schmizz.keepalive.KeepAliveRunner;
import net.schmizz.sshj.SSHClient;
import org.jspecify.annotations.Nullable;

/** One attempt to connect, and what is known when it has failed. */
final class SshAttempt {
  private static final String LOGIN = "logging in";

  private final Destination host;
  private final Way way;
  private final Passphrases passphrases;
  private volatile String step = "connecting";
  private volatile @Nullable HostKeys hostKeys;
  private volatile List<Path> locked = List.of();
  private volatile boolean passing;

  SshAttempt(Destination host, Way way, Passphrases passphrases) {
    this.host = host;
    this.way = way;
    this.passphrases = passphrases;
  }

  /** Returns the key that the host has shown, if it is new and the user may be asked about it. */
  Optional<byte[]> unknownKey() {
    HostKeys seen = hostKeys;
    return seen == null ? Optional.empty() : seen.unknown();
  }

  /** Returns the keys that were of no use without a passphrase. */
  List<Path> locked() {
    return locked;
  }

  /** Returns whether the connection broke before login, as on a server that is overrun. */
  boolean isPassing() {
    return passing;
  }

  SshConnection run() throws ConnectionException {
    try {
      SshConnection connection =
          Within.limit(
              host.connectTimeout(),
              "connect-" + host.name(),
              this::connect,
              way::cut,
              SshConnection::close);
      way.keep();
      return connection;
    } catch (TimeoutException e) {
      throw Failures.exception(Failures.timeout(host, host.connectTimeout(), step), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failures.exception(Failures.cancelled(Failures.place(host)), e);
    } catch (ExecutionException e) {
      Throwable cause = Failures.cause(e);
      if (cause instanceof ConnectionException explained) {
        throw explained;
      }
      passing = !step.equals(LOGIN) && Failures.isPassing(cause);
      throw Failures.exception(Failures.unreachable(host, cause, step), cause);
    }
  }

  private SshConnection connect() throws IOException {
    HostKeys check = hostKeys();
    hostKeys = check;
    SSHClient client = new Client();
    boolean done = false;
    try {
      client.setSocketFactory(way.sockets());
      client.setConnectTimeout(Math.toIntExact(host.connectTimeout().toMillis()));
      // waiting for a channel or its window is bounded by the deadlines of the callers
      client.getConnection().setTimeoutMs(Integer.MAX_VALUE);
      if (client.getConnection().getKeepAlive() instanceof KeepAliveRunner questions) {
        questions.setKeepAliveInterval(Math.toIntExact(host.alive().toSeconds()));
        questions.setMaxAliveCount(Math.max(1, host.aliveCount()));
      }
      client.addHostKeyVerifier(check);
      exchangeKeys(client, check);
      step = LOGIN;
      Identities identities = Identities.find(host, passphrases);
      locked = identities.locked();
      new Login(host, client, identities).run();
      done = true;
      return new SshConnection(host, client, way);
    } finally {
      if (!done) {
        way.cut();
      }
    }
  }

  private HostKeys hostKeys() throws ConnectionException {
    try {
      return new HostKeys(host);
    } catch (IOException e) {
      throw Failures.exception(
          Problem.error(
                  "connect/known-hosts",
                  "known_hosts cannot be read (%s): %s"
                      .formatted(Failures.reason(e), host.hosts().files()))
              .suggest("make the files readable"),
          e);
    }
  }

  private void exchangeKeys(SSHClient client, HostKeys check) throws IOException {
    step = "exchanging keys";
    try {
      client.connect(host.hosts().alias().orElse(host.address()), host.port());
    } catch (IOException e) {
      if (check.refusal().isPresent()) {
        throw Failures.exception(check.refusal().get(), e);
      }
      throw e;
    }
  }

  /** Connects to the address also where certificates must be for another name. */
  private final class Client extends SSHClient {
    Client() {
      super(SshAlgorithms.SHARED);
    }

    @Override
    protected InetSocketAddress makeInetSocketAddress(String name, int port) {
      return new InetSocketAddress(host.address(), port);
    }
  }
}
