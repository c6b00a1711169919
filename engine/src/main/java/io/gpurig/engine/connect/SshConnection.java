package io.gpurig.engine.connect;

import io.gpurig.engine.problem.Problem;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.connection.channel.OpenFailException;

/** An SSH connection that is logged in. */
final class SshConnection implements Connection {
  /** sshd allows 10 sessions at once unless told otherwise. */
  private static final int SESSIONS = 8;

  private final Destination host;
  private final SSHClient client;
  private final Way way;
  private final Semaphore sessions = new Semaphore(SESSIONS);
  private final AtomicInteger execs = new AtomicInteger();
  private final AtomicInteger channels = new AtomicInteger();

  SshConnection(Destination host, SSHClient client, Way way) {
    this.host = host;
    this.client = client;
    this.way = way;
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
    SshExec exec = new SshExec(client, sessions, command, stdin, lines);
    return limited(deadline, exec::run, exec::cut, late -> {});
  }

  @Override
  public Duplex openSocket(String path) throws ConnectionException {
    channels.incrementAndGet();
    return limited(
        host.connectTimeout(),
        () -> (Duplex) new SshDuplex(HostChannel.socket(client, path)),
        () -> {},
        Duplex::close);
  }

  @Override
  public Duplex openCommand(String command) throws ConnectionException {
    channels.incrementAndGet();
    return limited(host.connectTimeout(), () -> startCommand(command), () -> {}, Duplex::close);
  }

  private Duplex startCommand(String command) throws IOException, InterruptedException {
    HostChannel channel = HostChannel.session(client, sessions);
    try {
      channel.exec(command);
    } catch (IOException e) {
      channel.cut();
      throw e;
    }
    discardErrors(channel);
    return new SshDuplex(channel);
  }

  /** Reads standard error away: unread, it would fill the window that standard output shares. */
  private static void discardErrors(HostChannel channel) {
    Thread.ofVirtual()
        .name("ssh-stderr")
        .start(
            () -> {
              try {
                channel.getErrorStream().transferTo(OutputStream.nullOutputStream());
              } catch (IOException gone) {
                // whoever reads standard output hears of it
              }
            });
  }

  private <T> T limited(Duration deadline, Callable<T> body, Runnable cut, Consumer<T> late)
      throws ConnectionException {
    if (!client.isConnected()) {
      throw new ConnectionException(Failures.lost(Failures.place(host), null));
    }
    try {
      return Within.limit(deadline, "ssh-" + host.name(), body, cut, late);
    } catch (TimeoutException e) {
      throw Failures.exception(Failures.deadline(Failures.place(host), deadline), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failures.exception(Failures.cancelled(Failures.place(host)), e);
    } catch (ExecutionException e) {
      Throwable cause = Failures.cause(e);
      throw Failures.exception(explain(cause), cause);
    }
  }

  private Problem explain(Throwable failure) {
    return switch (failure) {
      case Outputs.TooLargeException _ ->
          Failures.tooLarge(Failures.place(host), Outputs.MAX_ANSWER);
      case OpenFailException e when e.getChannelType().equals("session") ->
          Problem.error(
                  "connect/sessions",
                  "%s allows no further session on a connection".formatted(Failures.place(host)))
              .suggest("set MaxSessions 10 or more in the sshd_config of the host");
      case OpenFailException _ ->
          Problem.error(
              "connect/socket",
              "%s does not let %s connect to this socket"
                  .formatted(Failures.place(host), host.user()));
      default -> Failures.lost(Failures.place(host), failure);
    };
  }

  /** Opens a byte stream to a TCP port, as the host sees it. */
  Duplex tunnel(String address, int port) throws IOException {
    return new SshDuplex(HostChannel.tcp(client, address, port));
  }

  boolean isOpen() {
    return client.isConnected() && client.isAuthenticated();
  }

  @Override
  public String user() {
    return host.user();
  }

  @Override
  public Traffic traffic() {
    return new Traffic(1, execs.get(), channels.get());
  }

  @Override
  public void close() {
    try {
      Within.limit(
          Duration.ofSeconds(1),
          "ssh-close",
          () -> {
            client.disconnect(); // says good-bye, which a stuck connection cannot
            return true;
          },
          way::cut,
          late -> {});
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | ExecutionException gone) {
      // closed is closed
    } finally {
      way.end();
    }
  }
}
