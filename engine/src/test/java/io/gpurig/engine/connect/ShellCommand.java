package io.gpurig.engine.connect;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;

/**
 * Runs a command line for the server in this process. MINA's own class serves all three streams by
 * one thread, which stands still as soon as a command writes while it is written to.
 */
@SuppressWarnings("NullAway.Init")
final class ShellCommand implements Command {
  private final String command;
  private InputStream stdin;
  private OutputStream stdout;
  private OutputStream stderr;
  private ExitCallback exit;
  private Process process;

  ShellCommand(String command) {
    this.command = command;
  }

  @Override
  public void setInputStream(InputStream in) {
    stdin = in;
  }

  @Override
  public void setOutputStream(OutputStream out) {
    stdout = out;
  }

  @Override
  public void setErrorStream(OutputStream err) {
    stderr = err;
  }

  @Override
  public void setExitCallback(ExitCallback callback) {
    exit = callback;
  }

  @Override
  public void start(ChannelSession channel, Environment environment) throws IOException {
    process = new ProcessBuilder("/bin/sh", "-c", command).start();
    thread(() -> copy(stdin, process.getOutputStream(), true));
    Thread errors = thread(() -> copy(process.getErrorStream(), stderr, false));
    thread(
        () -> {
          copy(process.getInputStream(), stdout, false);
          try {
            errors.join();
            exit.onExit(process.waitFor());
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private static Thread thread(Runnable body) {
    return Thread.ofPlatform().daemon().start(body);
  }

  private static void copy(InputStream in, OutputStream out, boolean close) {
    byte[] buffer = new byte[32 * 1024];
    try {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.write(buffer, 0, n);
        out.flush();
      }
      if (close) {
        out.close();
      }
    } catch (IOException gone) {
      // the other end is closed
    }
  }

  @Override
  public void destroy(ChannelSession channel) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
