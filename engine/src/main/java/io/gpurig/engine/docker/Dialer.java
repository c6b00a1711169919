package io.gpurig.engine.docker;

import io.gpurig.engine.connect.Become;
import io.gpurig.engine.connect.Connection;
import io.gpurig.engine.connect.Connection.ExecResult;
import io.gpurig.engine.connect.ConnectionException;
import io.gpurig.engine.connect.Duplex;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * Finds the way to the engine of a host: its socket, or else the docker command there.
 *
 * <p>The socket is tried first also where sudo could be used: a refusal costs one round trip, once,
 * while each stream through the command costs a session and the start of two processes.
 */
final class Dialer {
  private static final String SOCKET = "/var/run/docker.sock";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Connection connection;
  private final Optional<Become> become;
  private boolean throughCommand;

  Dialer(Connection connection, Optional<Become> become) {
    this.connection = connection;
    this.become = become.map(own -> new Become("root", own.password()));
  }

  synchronized Duplex dial() throws DockerException {
    try {
      if (!throughCommand) {
        try {
          return connection.openSocket(SOCKET);
        } catch (ConnectionException refused) {
          if (!refused.problem().code().equals("connect/socket")) {
            throw refused;
          }
          throughCommand = true;
        }
      }
      return Become.open(connection, become, "docker system dial-stdio");
    } catch (ConnectionException e) {
      throw new DockerException(e.problem(), e);
    }
  }

  /** Returns why a new stream brought no answer; the docker command on the host knows best. */
  synchronized DockerException explain(IOException failure) {
    if (failure instanceof HttpChannel.ProtocolException) {
      return DockerProblems.notHttp(failure);
    }
    if (!throughCommand) { // the socket did open, so there is nothing to find out
      return DockerProblems.lost("reach the engine", failure);
    }
    try {
      ExecResult result =
          Become.exec(
              connection,
              become,
              "docker version --format '{{.Server.Version}}'",
              new byte[0],
              PATIENCE);
      throughCommand = false; // try both ways again next time
      return DockerProblems.unreachable(
          result.exit(), new String(result.stderr(), StandardCharsets.UTF_8), failure);
    } catch (ConnectionException e) {
      return new DockerException(e.problem(), e);
    }
  }
}
