package io.gpurig.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;

/**
 * Runs a command of a client as a real process.
 *
 * <p>Its output is polled, not read: a blocking read of a pipe would keep a platform thread, and
 * hundreds of hosts may each have a command that sits and waits. The pauses between two looks grow
 * from one millisecond to a hundred; input and exit end a pause at once.
 */
final class ShellCommand implements Command {
  private static final long SHORTEST_PAUSE = 1_000_000;
  private static final long LONGEST_PAUSE = 100_000_000;

  private final List<String> command;
  private final Path root;
  private final Processes processes;
  private InputStream in = InputStream.nullInputStream();
  private OutputStream out = OutputStream.nullOutputStream();
  private OutputStream err = OutputStream.nullOutputStream();
  private ExitCallback exit = (status, message, immediately) -> {};
  private volatile boolean gone;
  private volatile boolean stirred;

  ShellCommand(List<String> command, Path root, Processes processes) {
    this.command = command;
    this.root = root;
    this.processes = processes;
  }

  @Override
  public void setInputStream(InputStream stream) {
    in = stream;
  }

  @Override
  public void setOutputStream(OutputStream stream) {
    out = stream;
  }

  @Override
  public void setErrorStream(OutputStream stream) {
    err = stream;
  }

  @Override
  public void setExitCallback(ExitCallback callback) {
    exit = callback;
  }

  @Override
  public void start(ChannelSession channel, Environment environment) throws IOException {
    Process process = processes.start(command, root);
    Thread drain = Thread.ofVirtual().name("lab-output").unstarted(() -> drain(process));
    var _ = process.onExit().thenRun(() -> LockSupport.unpark(drain));
    drain.start();
    Thread.ofVirtual().name("lab-input").start(() -> feed(process, drain));
  }

  /** The client is gone: as with a real server, the process loses its pipes but is not killed. */
  @Override
  public void destroy(ChannelSession channel) {
    gone = true;
  }

  private void feed(Process process, Thread drain) {
    byte[] buffer = new byte[16 * 1024];
    boolean taken = true;
    try (OutputStream pipe = process.getOutputStream()) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        taken = taken && write(pipe, buffer, n);
        stirred = true;
        LockSupport.unpark(drain);
      }
    } catch (IOException e) {
      // the channel is closed
    }
  }

  /** Returns whether the process still reads; what it does not want is dropped. */
  private static boolean write(OutputStream pipe, byte[] buffer, int length) {
    try {
      pipe.write(buffer, 0, length);
      pipe.flush();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void drain(Process process) {
    byte[] buffer = new byte[16 * 1024];
    long pause = SHORTEST_PAUSE;
    try {
      while (!gone) {
        boolean ended = !process.isAlive();
        int moved = move(process.getInputStream(), out, buffer);
        moved += move(process.getErrorStream(), err, buffer);
        if (moved == 0 && ended) {
          exit.onExit(process.exitValue());
          return;
        }
        if (moved > 0 || stirred) {
          stirred = false;
          pause = SHORTEST_PAUSE;
        } else if (!ended) {
          LockSupport.parkNanos(this, pause);
          pause = Math.min(LONGEST_PAUSE, pause * 2);
        }
      }
    } catch (IOException e) {
      // the client is gone, or it takes no more
    }
    closePipes(process);
  }

  private static int move(InputStream from, OutputStream to, byte[] buffer) throws IOException {
    int ready = Math.min(from.available(), buffer.length);
    if (ready > 0) {
      int count = from.read(buffer, 0, ready);
      to.write(buffer, 0, count);
      to.flush();
    }
    return ready;
  }

  private static void closePipes(Process process) {
    try {
      process.getInputStream().close();
      process.getErrorStream().close();
      process.getOutputStream().close();
    } catch (IOException e) {
      // closed by the process before us
    }
  }
}
