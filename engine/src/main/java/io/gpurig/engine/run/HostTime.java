package io.gpurig.engine.run;

import io.gpurig.engine.connect.Connection;
import io.gpurig.engine.connect.ConnectionException;
import io.gpurig.engine.connect.ConnectionSettings;
import io.gpurig.engine.connect.Connector;
import io.gpurig.engine.connect.Duplex;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.HostReport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * How long a host may take in all. When that is over no action is begun any more and a change that
 * is not whole is taken back, as when the operator wants to stop; after {@link #GRACE} the
 * connection is cut, whatever it is at.
 */
final class HostTime implements Operator, Connector {
  /** What taking a change back may take. */
  static final Duration GRACE = Duration.ofMinutes(5);

  private static final Executor CUTTERS = task -> Thread.ofVirtual().name("cut").start(task);

  private final Duration limit;
  private final Duration grace;
  private final Operator person;
  private final Connector connector;
  private final Waiting waiting;
  private final long began;

  HostTime(Duration limit, Duration grace, Operator person, Connector connector, Waiting waiting) {
    this.limit = limit;
    this.grace = grace;
    this.person = person;
    this.connector = connector;
    this.waiting = waiting;
    this.began = waiting.nanoTime();
  }

  private Duration left() {
    return limit.minusNanos(waiting.nanoTime() - began);
  }

  private boolean isOver() {
    return !left().isPositive();
  }

  @Override
  public boolean wantsToStop() {
    return person.wantsToStop() || isOver();
  }

  @Override
  public Problem why() {
    return person.wantsToStop() ? person.why() : problem();
  }

  @Override
  public boolean agrees(String question) throws InterruptedException {
    return person.agrees(question);
  }

  private Problem problem() {
    return Problem.error(
            "run/host-timeout", "was not done within %d s".formatted(limit.toSeconds()))
        .suggest("look at what it was doing; more time gives --host-timeout");
  }

  /** Returns a report that says so if this is why the host was not done. */
  HostReport told(HostReport report) {
    boolean known = report.problems().stream().anyMatch(p -> p.code().equals(problem().code()));
    return !isOver() || known || report.status() != HostReport.Status.FAILED
        ? report
        : report.with(List.of(problem()));
  }

  @Override
  public Connection connect(ConnectionSettings settings) throws ConnectionException {
    Duration most = left().plus(grace);
    if (!most.isPositive()) {
      throw new ConnectionException(problem());
    }
    Connection open = connector.connect(settings);
    return new Timed(
        open,
        CompletableFuture.runAsync(
            open::close,
            CompletableFuture.delayedExecutor(most.toMillis(), TimeUnit.MILLISECONDS, CUTTERS)));
  }

  /** A connection that is closed when the time is over. */
  private record Timed(Connection open, Future<?> cut) implements Connection {
    @Override
    public ExecResult exec(String command, byte[] stdin, Duration deadline)
        throws ConnectionException {
      return open.exec(command, stdin, deadline);
    }

    @Override
    public ExecResult exec(String command, byte[] stdin, Duration deadline, Consumer<String> lines)
        throws ConnectionException {
      return open.exec(command, stdin, deadline, lines);
    }

    @Override
    public Duplex openSocket(String path) throws ConnectionException {
      return open.openSocket(path);
    }

    @Override
    public Duplex openCommand(String command) throws ConnectionException {
      return open.openCommand(command);
    }

    @Override
    public String user() {
      return open.user();
    }

    @Override
    public Traffic traffic() {
      return open.traffic();
    }

    @Override
    public void close() {
      cut.cancel(false);
      open.close();
    }
  }
}
