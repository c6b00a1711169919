package io.gpurig.engine.connect;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A byte stream in both directions. */
public interface Duplex extends AutoCloseable {
  /** What the other side sends. */
  InputStream input() throws IOException;

  /** What the other side receives; closing it tells the other side that no more comes. */
  OutputStream output() throws IOException;

  /** Returns whether the stream is still of use. */
  boolean isOpen();

  /** Closes both directions; never throws. */
  @Override
  void close();
}
