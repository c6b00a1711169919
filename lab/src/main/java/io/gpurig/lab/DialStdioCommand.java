package io.gpurig.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;

/** {@code docker system dial-stdio}: the stream to the engine for clients that can only exec. */
final class DialStdioCommand implements Command {
  private final LabHost host;
  private InputStream in = InputStream.nullInputStream();
  private OutputStream out = OutputStream.nullOutputStream();
  private ExitCallback exit = (status, message, immediately) -> {};

  DialStdioCommand(LabHost host) {
    this.host = host;
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
    // nothing is said there
  }

  @Override
  public void setExitCallback(ExitCallback callback) {
    exit = callback;
  }

  @Override
  public void start(ChannelSession channel, Environment environment) {
    Thread.ofVirtual().name("lab-docker").start(this::serve);
  }

  @Override
  public void destroy(ChannelSession channel) {
    // the end of the input ends the thread
  }

  private void serve() {
    int status = 0;
    try {
      if (!host.hasDockerSocket("/var/run/docker.sock")) {
        throw new IOException("Cannot connect to the Docker daemon");
      }
      host.engine().serve(in, out);
    } catch (IOException e) {
      status = 1;
    }
    exit.onExit(status);
  }
}
