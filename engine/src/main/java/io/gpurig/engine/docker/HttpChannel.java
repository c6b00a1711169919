package io.gpurig.engine.docker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.gpurig.engine.connect.Duplex;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One byte stream to the engine, used for one exchange after the other. */
final class HttpChannel {
  private static final int MAX_LINE = 64 * 1024;
  private static final int MAX_HEADERS = 200;
  private static final int MAX_HEADS = 20;

  private final Duplex duplex;
  private final InputStream in;
  private final OutputStream out;

  HttpChannel(Duplex duplex) throws IOException {
    this.duplex = duplex;
    this.in = new BufferedInputStream(duplex.input(), 16 * 1024);
    this.out = new BufferedOutputStream(duplex.output(), 16 * 1024);
  }

  /** What the engine says before the body. */
  record Head(int status, Map<String, List<String>> headers) {
    boolean hasToken(String name, String token) {
      return headers.getOrDefault(name, List.of()).stream().anyMatch(token::equalsIgnoreCase);
    }
  }

  InputStream input() {
    return in;
  }

  OutputStream output() {
    return out;
  }

  Head readHead() throws IOException {
    for (int i = 0; i < MAX_HEADS; i++) {
      Head head = readOneHead();
      if (head.status() >= 200 || head.status() == 101) {
        return head;
      } // else 100 Continue and the like
    }
    throw new ProtocolException("HTTP without an answer");
  }

  private Head readOneHead() throws IOException {
    String line = line(in);
    if (!line.matches("HTTP/1\\.[01] \\d{3}( .*)?")) {
      throw new ProtocolException(line.substring(0, Math.min(80, line.length())));
    }
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    String header = line(in);
    for (int i = 0; !header.isEmpty(); i++) {
      int colon = header.indexOf(':');
      if (colon < 0 || i > MAX_HEADERS) {
        throw new ProtocolException(header.substring(0, Math.min(80, header.length())));
      }
      headers
          .computeIfAbsent(header.substring(0, colon).strip(), name -> new ArrayList<>())
          .add(header.substring(colon + 1).strip());
      header = line(in);
    }
    return new Head(Integer.parseInt(line.substring(9, 12)), headers);
  }

  /** Reads up to the end of a line, which is left out. */
  static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder(80);
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the engine closed the connection");
      }
      if (line.length() > MAX_LINE) {
        throw new ProtocolException(line.substring(0, 80));
      }
      line.append((char) c);
    }
    int end = line.length() - 1;
    return end >= 0 && line.charAt(end) == '\r' ? line.substring(0, end) : line.toString();
  }

  static byte[] bytes(CharSequence text) {
    return text.toString().getBytes(ISO_8859_1);
  }

  /** Returns whether another exchange can go over it; not while one does. */
  boolean isReusable() {
    try {
      return in.available() == 0 && duplex.isOpen();
    } catch (IOException gone) {
      return false;
    }
  }

  void close() {
    duplex.close();
  }

  /** What answers is no Docker engine. */
  static final class ProtocolException extends IOException {
    private static final long serialVersionUID = 1L;

    ProtocolException(String text) {
      super(text.strip());
    }
  }
}
