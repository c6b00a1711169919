package io.gpurig.engine.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpurig.engine.connect.Connection;
import io.gpurig.engine.connect.ConnectionException;
import io.gpurig.engine.connect.ConnectionSettings;
import io.gpurig.engine.connect.Duplex;
import io.gpurig.engine.connect.LocalConnector;
import io.gpurig.engine.problem.Problem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A host whose Docker is wherever the test says. */
public final class FakeHost implements Connection {
  private final Connection local =
      new LocalConnector().connect(ConnectionSettings.local("gpu1", Optional.empty()));
  private final Optional<Path> bySocket;
  private final Optional<Path> byCommand;
  private final ExecResult diagnosis;
  private final List<String> log = new ArrayList<>();

  private FakeHost(Optional<Path> bySocket, Optional<Path> byCommand, ExecResult diagnosis) {
    this.bySocket = bySocket;
    this.byCommand = byCommand;
    this.diagnosis = diagnosis;
  }

  public static FakeHost withSocket(Path socket) {
    return new FakeHost(Optional.of(socket), Optional.empty(), result(0, ""));
  }

  static FakeHost withCommand(Path socket) {
    return new FakeHost(Optional.empty(), Optional.of(socket), result(0, ""));
  }

  static FakeHost without(int exit, String stderr) {
    return new FakeHost(Optional.empty(), Optional.empty(), result(exit, stderr));
  }

  private static ExecResult result(int exit, String stderr) {
    return new ExecResult(exit, new byte[0], stderr.getBytes(UTF_8));
  }

  /** What was asked of the host, in order. */
  synchronized List<String> log() {
    return List.copyOf(log);
  }

  private synchronized void log(String line) {
    log.add(line);
  }

  @Override
  public ExecResult exec(String command, byte[] stdin, Duration deadline) {
    log("exec " + command);
    return diagnosis;
  }

  @Override
  public Duplex openSocket(String path) throws ConnectionException {
    log("socket " + path);
    if (bySocket.isEmpty()) {
      throw new ConnectionException(Problem.error("connect/socket", "no"));
    }
    return local.openSocket(bySocket.get().toString());
  }

  @Override
  public Duplex openCommand(String command) throws ConnectionException {
    log("command " + command);
    return byCommand.isPresent()
        ? local.openSocket(byCommand.get().toString())
        : local.openCommand("exit 1");
  }

  @Override
  public String user() {
    return local.user();
  }

  @Override
  public Traffic traffic() {
    return local.traffic();
  }

  @Override
  public void close() {
    local.close();
  }
}
