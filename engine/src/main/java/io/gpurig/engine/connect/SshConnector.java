package io.gpurig.engine.connect;

import io.gpurig.engine.problem.Problem;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import net.schmizz.sshj.SSHClient;

/**
 * Connects over SSH: one TCP connection per host, checked against known_hosts, logged in by key.
 */
public final class SshConnector implements Connector {
  @Override
  public Connection connect(ConnectionSettings settings) throws ConnectionException {
    return new Attempt(settings).run();
  }

  private static final class Attempt {
    private final ConnectionSettings host;
    private final FastSockets sockets = new FastSockets();
    private volatile String step = "connecting";

    Attempt(ConnectionSettings host) {
      this.host = host;
    }

    Connection run() throws ConnectionException {
      try {
        return Within.limit(
            host.connectTimeout(),
            "connect-" + host.name(),
            this::connect,
            sockets::cut,
            Connection::close);
      } catch (TimeoutException e) {
        throw Failures.exception(Failures.timeout(host, host.connectTimeout(), step), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw Failures.exception(Failures.cancelled(host), e);
      } catch (ExecutionException e) {
        Throwable cause = Failures.cause(e);
        throw cause instanceof ConnectionException explained
            ? explained
            : Failures.exception(Failures.unreachable(host, cause, step), cause);
      }
    }

    private Connection connect() throws IOException {
      HostKeys hostKeys = hostKeys();
      SSHClient client = new SSHClient(SshAlgorithms.SHARED);
      boolean done = false;
      try {
        client.setSocketFactory(sockets);
        client.setConnectTimeout(Math.toIntExact(host.connectTimeout().toMillis()));
        // waiting for a channel or its window is bounded by the deadlines of the callers
        client.getConnection().setTimeoutMs(Integer.MAX_VALUE);
        client.addHostKeyVerifier(hostKeys);
        exchangeKeys(client, hostKeys);
        step = "logging in";
        new Login(host, client).run();
        done = true;
        return new SshConnection(host, client, sockets);
      } finally {
        if (!done) {
          sockets.cut();
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
                        .formatted(Failures.reason(e), host.knownHosts()))
                .suggest("make the files readable"),
            e);
      }
    }

    private void exchangeKeys(SSHClient client, HostKeys hostKeys) throws IOException {
      step = "exchanging keys";
      try {
        client.connect(host.address(), host.port());
      } catch (IOException e) {
        if (hostKeys.refusal().isPresent()) {
          throw Failures.exception(hostKeys.refusal().get(), e);
        }
        throw e;
      }
    }
  }
}
