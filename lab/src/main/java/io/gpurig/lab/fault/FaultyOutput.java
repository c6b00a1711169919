package io.gpurig.lab.fault;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.random.RandomGenerator;

/** One direction of a connection, which does to what is written what its faults say. */
public final class FaultyOutput extends OutputStream {
  private final OutputStream out;
  private final Deque<Fault> faults;
  private final RandomGenerator random;
  private final Link link;
  private final byte[] one = new byte[1];
  private long sent;
  private int jitter;
  private int drip;
  private boolean garble;
  private volatile boolean mute;

  /** What a fault does to the connection as a whole. */
  public interface Link {
    /** Resets both sides. */
    void cut();

    /** Loses all that comes, from either side. */
    void vanish();
  }

  FaultyOutput(OutputStream out, List<Fault> faults, RandomGenerator random, Link link) {
    this.out = out;
    this.faults =
        new ArrayDeque<>(faults.stream().sorted(Comparator.comparingLong(Fault::after)).toList());
    this.random = random;
    this.link = link;
  }

  /** Loses all that is written from now on. */
  void mute() {
    mute = true;
  }

  @Override
  public void write(int b) throws IOException {
    one[0] = (byte) b;
    write(one, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (jitter > 0) {
      sleep(random.nextInt(jitter));
    }
    int done = 0;
    while (done < length && !mute) {
      while (!faults.isEmpty() && faults.peek().after() <= sent) {
        begin(faults.pop());
      }
      int some = length - done;
      if (!faults.isEmpty()) {
        some = (int) Math.min(some, faults.peek().after() - sent);
      }
      if (drip > 0 || garble) {
        some = 1;
        drip = Math.max(0, drip - 1);
      }
      pass(bytes, offset + done, some);
      done += some;
      sent += some;
    }
  }

  private void pass(byte[] bytes, int offset, int length) throws IOException {
    if (mute) {
      return;
    }
    if (garble) {
      garble = false;
      out.write(bytes[offset] ^ (1 << random.nextInt(8)));
    } else {
      out.write(bytes, offset, length);
    }
    out.flush();
  }

  private void begin(Fault fault) throws IOException {
    switch (fault.kind()) {
      case CUT -> {
        link.cut();
        throw new IOException("cut");
      }
      case VANISH -> {
        mute = true;
        link.vanish();
      }
      case HALF_CLOSE -> {
        mute = true;
        out.close();
      }
      case MUTE -> mute = true;
      case STALL -> sleep(fault.size());
      case JITTER -> jitter = fault.size();
      case DRIP -> drip = fault.size();
      case GARBLE -> garble = true;
    }
  }

  private static void sleep(int millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public void flush() throws IOException {
    if (!mute) {
      out.flush();
    }
  }

  @Override
  public void close() throws IOException {
    if (!mute) {
      out.close();
    }
  }
}
