package io.gpurig.engine.connect;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Consumer;

/** A command on this machine as a byte stream in both directions. */
final class LocalCommand implements Duplex {
  private final Process process;
  private final Consumer<Duplex> whenClosed;
  private volatile boolean closed;

  LocalCommand(Process process, Consumer<Duplex> whenClosed) {
    this.process = process;
    this.whenClosed = whenClosed;
    Thread.ofPlatform()
        .daemon()
        .name("local-stderr")
        .start(
            () -> {
              try {
                process.getErrorStream().transferTo(OutputStream.nullOutputStream());
              } catch (IOException gone) {
                // whoever reads standard output hears of it
              }
            });
  }

  @Override
  public InputStream input() {
    return process.getInputStream();
  }

  @Override
  public OutputStream output() {
    return process.getOutputStream();
  }

  @Override
  public boolean isOpen() {
    return !closed && process.isAlive();
  }

  @Override
  public void close() {
    closed = true;
    whenClosed.accept(this);
    LocalExec.kill(process);
  }
}
