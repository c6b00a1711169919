package io.gpurig.engine.connect;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.function.LongSupplier;

/**
 * What goes to the other side of a channel, never more at once than it has said it can take.
 *
 * <p>Two faults of the library are avoided by waiting for the window here: its own stream drops
 * what does not fit when it is closed, and while it waits it holds a lock that the thread of the
 * whole connection needs as soon as the other side closes the channel.
 */
final class WindowedOutput extends OutputStream {
  private final OutputStream channel;
  private final LongSupplier window;
  private final Object lock = new Object();
  private boolean ended;

  /**
   * Writes to the library's stream.
   *
   * @param window how many bytes the other side takes now
   */
  WindowedOutput(OutputStream channel, LongSupplier window) {
    this.channel = channel;
    this.window = window;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int sent = 0;
    while (sent < length) {
      int room = (int) Math.min(length - sent, awaitRoom());
      channel.write(bytes, offset + sent, room);
      channel.flush(); // it fits, so this does not wait
      sent += room;
    }
  }

  private long awaitRoom() throws IOException {
    synchronized (lock) {
      while (!ended && window.getAsLong() == 0) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw (IOException) new InterruptedIOException().initCause(e);
        }
      }
      if (ended) {
        throw new IOException("the other side takes no more");
      }
      return window.getAsLong();
    }
  }

  /** Says that the window may have grown. */
  void grown() {
    synchronized (lock) {
      lock.notifyAll();
    }
  }

  /** Says that the other side takes no more. */
  void end() {
    synchronized (lock) {
      ended = true;
      lock.notifyAll();
    }
  }

  /** Tells the other side that no more comes; nothing is left to be sent by now. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
