package io.gpurig.engine.connect;

import io.gpurig.engine.problem.Problem;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** This machine, by the same contract as one at the end of a wire. */
final class LocalConnection implements Connection {
  private final ConnectionSettings host;
  private final Set<Duplex> open = ConcurrentHashMap.newKeySet();
  private final Set<LocalExec> running = ConcurrentHashMap.newKeySet();
  private final AtomicInteger execs = new AtomicInteger();
  private final AtomicInteger channels = new AtomicInteger();

  LocalConnection(ConnectionSettings host) {
    this.host = host;
  }

  @Override
  public ExecResult exec(String command, byte[] stdin, Duration deadline)
      throws ConnectionException {
    return exec(command, stdin, deadline, line -> {});
  }

  @Override
  public ExecResult exec(String command, byte[] stdin, Duration deadline, Consumer<String> lines)
      throws ConnectionException {
    execs.incrementAndGet();
    LocalExec exec = new LocalExec(command, stdin, lines);
    running.add(exec);
    try {
      return Within.limit(deadline, "local-exec", exec::run, exec::end, late -> {});
    } catch (TimeoutException e) {
      throw Failures.exception(Failures.deadline(host.name(), deadline), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failures.exception(Failures.cancelled(host.name()), e);
    } catch (ExecutionException e) {
      Throwable cause = Failures.cause(e);
      throw Failures.exception(
          cause instanceof Outputs.TooLargeException
              ? Failures.tooLarge(host.name(), Outputs.MAX_ANSWER)
              : Failures.lost(host.name(), cause),
          cause);
    } finally {
      running.remove(exec);
    }
  }

  @Override
  public Duplex openSocket(String path) throws ConnectionException {
    channels.incrementAndGet();
    try {
      return kept(
          new LocalSocket(
              SocketChannel.open(UnixDomainSocketAddress.of(Path.of(path))), open::remove));
    } catch (IOException e) {
      throw Failures.exception(
          Problem.error(
              "connect/socket",
              "cannot connect to %s on %s: %s".formatted(path, host.name(), Failures.reason(e))),
          e);
    }
  }

  @Override
  public Duplex openCommand(String command) throws ConnectionException {
    channels.incrementAndGet();
    try {
      return kept(new LocalCommand(LocalExec.shell(command).start(), open::remove));
    } catch (IOException e) {
      throw Failures.exception(Failures.lost(host.name(), e), e);
    }
  }

  private Duplex kept(Duplex duplex) {
    open.add(duplex);
    return duplex;
  }

  @Override
  public String user() {
    return System.getProperty("user.name", "");
  }

  @Override
  public Traffic traffic() {
    return new Traffic(0, execs.get(), channels.get());
  }

  @Override
  public void close() {
    open.forEach(Duplex::close);
    running.forEach(LocalExec::end);
  }
}
