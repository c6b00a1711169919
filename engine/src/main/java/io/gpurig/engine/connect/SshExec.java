package io.gpurig.engine.connect;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import net.schmizz.sshj.SSHClient;
import org.jspecify.annotations.Nullable;

/** One command from start to end. */
final class SshExec {
  private final SSHClient client;
  private final Semaphore sessions;
  private final String command;
  private final byte[] stdin;
  private final Outputs outputs;
  private @Nullable HostChannel channel;
  private boolean cut;

  SshExec(
      SSHClient client, Semaphore sessions, String command, byte[] stdin, Consumer<String> lines) {
    this.client = client;
    this.sessions = sessions;
    this.command = command;
    this.stdin = stdin;
    this.outputs = new Outputs(lines, () -> {});
  }

  Connection.ExecResult run() throws IOException, InterruptedException {
    HostChannel opened = HostChannel.session(client, sessions);
    try {
      adopt(opened);
      opened.exec(command);
      Thread.ofVirtual().name("ssh-stdin").start(() -> feed(opened));
      FutureTask<byte[]> errors = start("ssh-stderr", () -> outputs.drain(opened.getErrorStream()));
      byte[] stdout = outputs.drain(opened.getInputStream());
      byte[] stderr = errors.get();
      opened.join();
      return new Connection.ExecResult(opened.exit(), stdout, stderr);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } finally {
      opened.cut();
    }
  }

  private synchronized void adopt(HostChannel opened) throws IOException {
    channel = opened;
    if (cut) {
      throw new IOException("cut");
    }
  }

  /** Ends the conversation; whether the command ends is up to the host. */
  synchronized void cut() {
    cut = true;
    if (channel != null) {
      channel.cut();
    }
  }

  private static <T> FutureTask<T> start(String name, Callable<T> body) {
    FutureTask<T> task = new FutureTask<>(body);
    Thread.ofVirtual().name(name).start(task);
    return task;
  }

  /**
   * Gives the command its input. A command need not read what it is given, so a failure here says
   * nothing; if it matters, the command never sees the end of its input and does not end well.
   */
  private void feed(HostChannel opened) {
    try (OutputStream out = opened.getOutputStream()) {
      out.write(stdin);
    } catch (IOException notRead) {
      // the exit status tells
    }
  }
}
