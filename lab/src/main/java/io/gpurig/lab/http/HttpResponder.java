package io.gpurig.lab.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.OutputStream;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;

/** Writes the one answer to a request. */
public final class HttpResponder {
  private static final Map<Integer, String> REASONS =
      Map.ofEntries(
          Map.entry(200, "OK"),
          Map.entry(201, "Created"),
          Map.entry(204, "No Content"),
          Map.entry(304, "Not Modified"),
          Map.entry(400, "Bad Request"),
          Map.entry(404, "Not Found"),
          Map.entry(409, "Conflict"),
          Map.entry(500, "Internal Server Error"));

  private final OutputStream out;
  private final boolean headOnly;
  private boolean started;

  HttpResponder(OutputStream out, boolean headOnly) {
    this.out = out;
    this.headOnly = headOnly;
  }

  /** Answers without a body. */
  public void empty(int status) throws IOException {
    boolean bodiless = status == 204 || status == 304;
    out.write(head(status, bodiless ? "" : "Content-Length: 0\r\n"));
    out.flush();
  }

  /** Answers with a whole body. */
  public void send(int status, String contentType, byte[] body) throws IOException {
    out.write(
        head(
            status,
            "Content-Type: " + contentType + "\r\nContent-Length: " + body.length + "\r\n"));
    if (!headOnly) {
      out.write(body);
    }
    out.flush();
  }

  /** Answers with a body that is sent as it is written; closing the stream ends it. */
  public OutputStream stream(String contentType) throws IOException {
    out.write(head(200, "Content-Type: " + contentType + "\r\nTransfer-Encoding: chunked\r\n"));
    out.flush();
    return new Chunks(out);
  }

  /** Returns whether something of the answer has been sent. */
  public boolean isStarted() {
    return started;
  }

  private byte[] head(int status, String headers) {
    started = true;
    String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
    return ("HTTP/1.1 "
            + status
            + " "
            + REASONS.getOrDefault(status, "Status")
            + "\r\nApi-Version: 1.51\r\nDocker-Experimental: false\r\nOstype: linux\r\n"
            + "Server: Docker/28.3.3 (linux)\r\nDate: "
            + date
            + "\r\n"
            + headers
            + "\r\n")
        .getBytes(ISO_8859_1);
  }

  /** Sends each write as one chunk. */
  private static final class Chunks extends OutputStream {
    private final OutputStream out;
    private boolean ended;

    Chunks(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return; // an empty chunk would end the body
      }
      out.write((Integer.toHexString(length) + "\r\n").getBytes(ISO_8859_1));
      out.write(bytes, offset, length);
      out.write("\r\n".getBytes(ISO_8859_1));
      out.flush();
    }

    @Override
    public void close() throws IOException {
      if (!ended) {
        ended = true;
        out.write("0\r\n\r\n".getBytes(ISO_8859_1));
        out.flush();
      }
    }
  }
}
