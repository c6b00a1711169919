package io.gpurig.engine.connect;

import java.time.Duration;
import java.util.function.Consumer;

/** An open connection to one host. Safe for use by several threads. */
public interface Connection extends AutoCloseable {
  /**
   * Runs a command line with the login shell of the connecting user. It has ended when it has
   * exited and its output is closed: what it leaves in the background must not hold on to that.
   *
   * <p>At the deadline a command on another host is left to itself and may still run; whoever needs
   * it to end puts {@code timeout} before it. The connection stays usable.
   *
   * @param command the command line; every variable part of it has been through {@code Shell.quote}
   * @param stdin what the command gets on its standard input, then end of file
   * @param deadline how long it may take before it is cut
   * @throws ConnectionException if the connection is lost ({@code connect/lost}), the deadline
   *     passes ({@code connect/deadline}), the answer is larger than 16 MiB ({@code
   *     connect/too-large}), or the calling thread is interrupted ({@code connect/cancelled})
   */
  ExecResult exec(String command, byte[] stdin, Duration deadline) throws ConnectionException;

  /**
   * The same, and tells what the command writes while it runs.
   *
   * @param lines gets the lines of both its outputs as they come, from other threads
   */
  default ExecResult exec(String command, byte[] stdin, Duration deadline, Consumer<String> lines)
      throws ConnectionException {
    return exec(command, stdin, deadline);
  }

  /**
   * Opens a byte stream to a Unix socket on the host.
   *
   * @throws ConnectionException with code {@code connect/socket} if the socket is not there,
   *     refuses the user, or the host does not allow it; over SSH these cannot be told apart
   */
  Duplex openSocket(String path) throws ConnectionException;

  /**
   * Starts a command whose standard input and output are the two directions of a byte stream; what
   * it writes to standard error is dropped.
   */
  Duplex openCommand(String command) throws ConnectionException;

  /** Returns the name of the user who is logged in. */
  String user();

  /** Returns what has gone over this connection so far. */
  Traffic traffic();

  /** Closes the connection; never throws. */
  @Override
  void close();

  /**
   * The outcome of a command that ended.
   *
   * @param exit its exit status; 128 + n when signal n ended it
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record ExecResult(int exit, byte[] stdout, byte[] stderr) {}

  /**
   * What a run cost in round trips.
   *
   * @param connections connections opened (0 for a local host)
   * @param execs commands run
   * @param channels byte streams opened to sockets or commands
   */
  record Traffic(int connections, int execs, int channels) {}
}
