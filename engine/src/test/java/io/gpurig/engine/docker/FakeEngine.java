package io.gpurig.engine.docker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Answers on a Unix socket as a Docker engine would, byte for byte as the test says. */
public final class FakeEngine implements AutoCloseable {
  /**
   * What to answer.
   *
   * @param bytes the whole answer
   * @param piece how many bytes go out at once
   * @param thenClose whether the connection is closed after it
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Reply(byte[] bytes, int piece, boolean thenClose) {
    public static Reply json(int status, String body) {
      byte[] bytes = body.getBytes(UTF_8);
      return raw(
          "HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
              .formatted(status, bytes.length, new String(bytes, ISO_8859_1)));
    }

    public static Reply chunked(String... chunks) {
      StringBuilder text =
          new StringBuilder("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (String chunk : chunks) {
        text.append(Integer.toHexString(chunk.length()))
            .append("\r\n")
            .append(chunk)
            .append("\r\n");
      }
      return raw(text + "0\r\n\r\n");
    }

    public static Reply raw(String text) {
      return new Reply(text.getBytes(ISO_8859_1), Integer.MAX_VALUE, false);
    }

    public static Reply nothing() {
      return raw("");
    }

    Reply inPiecesOf(int size) {
      return new Reply(bytes, size, thenClose);
    }

    Reply close() {
      return new Reply(bytes, piece, true);
    }
  }

  private final Path path;
  private final ServerSocketChannel server;
  private final Function<String, Reply> replies;
  private final Queue<String> requests = new ConcurrentLinkedQueue<>();
  private final AtomicInteger connections = new AtomicInteger();

  /** Starts; {@code replies} gets the method, the path and the body of each request. */
  public FakeEngine(Path folder, Function<String, Reply> replies) throws IOException {
    this.path = folder.resolve("docker.sock");
    this.replies = replies;
    this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(path));
    Thread.ofVirtual().start(this::accept);
  }

  public Path path() {
    return path;
  }

  List<String> requests() {
    return List.copyOf(requests);
  }

  int connections() {
    return connections.get();
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel channel = server.accept();
        connections.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(channel));
      }
    } catch (IOException closed) {
      // the test is over
    }
  }

  private void serve(SocketChannel channel) {
    try (channel) {
      InputStream in = Channels.newInputStream(channel);
      OutputStream out = Channels.newOutputStream(channel);
      for (String line = line(in); !line.isEmpty(); line = line(in)) {
        int length = 0;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
          if (header.toLowerCase(Locale.ROOT).startsWith("content-length: ")) {
            length = Integer.parseInt(header.substring(16));
          }
        }
        String request =
            (line.replace(" HTTP/1.1", "") + " " + new String(in.readNBytes(length), UTF_8))
                .strip();
        requests.add(request);
        Reply reply = replies.apply(request);
        for (int i = 0; i < reply.bytes().length; i += Math.min(reply.piece(), 1 << 20)) {
          out.write(reply.bytes(), i, Math.min(reply.piece(), reply.bytes().length - i));
        }
        if (reply.thenClose()) {
          return;
        }
      }
    } catch (IOException closed) {
      // the client is gone
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.append((char) c);
    }
    return line.toString().strip();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
