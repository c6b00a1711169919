package io.gpurig.engine.connect;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * Makes the one socket of a connection, and can cut it at any time.
 *
 * <p>Without TCP_NODELAY here and TCP_QUICKACK re-armed before every read (Linux clears it), the
 * Nagle algorithm of sshd and delayed acknowledgements cost 40 ms several times per login.
 * Keep-alive probes of the kernel notice a host that died without a word, without a thread.
 */
final class FastSockets extends OneSocket {
  private static final int PROBE_SECONDS = 15;
  private static final int PROBES = 4;

  private @Nullable Socket socket;
  private boolean cut;

  @Override
  public synchronized Socket createSocket() throws IOException {
    if (cut) {
      throw new SocketException("Socket closed");
    }
    Socket made = new QuickSocket();
    made.setTcpNoDelay(true);
    made.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    if (made.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
      made.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, PROBE_SECONDS);
      made.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, PROBE_SECONDS);
      made.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, PROBES);
    }
    socket = made;
    return made;
  }

  /** Closes the socket, now or as soon as it is asked for; whoever reads from it gets an error. */
  synchronized void cut() {
    cut = true;
    if (socket != null) {
      try {
        socket.close();
      } catch (IOException alreadyGone) {
        // closing is all that was wanted
      }
    }
  }

  private static final class QuickSocket extends Socket {
    @Override
    public InputStream getInputStream() throws IOException {
      InputStream plain = super.getInputStream();
      return supportedOptions().contains(ExtendedSocketOptions.TCP_QUICKACK)
          ? new QuickInput(plain)
          : plain;
    }

    private final class QuickInput extends FilterInputStream {
      QuickInput(InputStream plain) {
        super(plain);
      }

      @Override
      public int read() throws IOException {
        setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
        return super.read();
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
        return super.read(buffer, offset, length);
      }
    }
  }
}
