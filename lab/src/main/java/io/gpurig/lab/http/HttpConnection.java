package io.gpurig.lab.http;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Serves the requests of one client, kept alive as long as it likes. */
public final class HttpConnection {
  private HttpConnection() {}

  /** Answers a request; a thrown exception ends the connection. */
  @FunctionalInterface
  public interface Handler {
    /** Sends exactly one answer. */
    void handle(HttpRequest request, HttpResponder responder) throws IOException;
  }

  /** Reads and answers requests until the client ends its side or asks to close. */
  public static void serve(InputStream in, OutputStream out, Handler handler) throws IOException {
    HttpReader reader = new HttpReader(in);
    // whole answers leave in one packet
    OutputStream buffered = new BufferedOutputStream(out, 16 * 1024);
    for (HttpRequest request = reader.next(); request != null; request = reader.next()) {
      handler.handle(request, new HttpResponder(buffered, request.method().equals("HEAD")));
      if (request.isLast()) {
        return;
      }
    }
  }
}
