package io.gpurig.engine.docker;

import com.github.dockerjava.transport.DockerHttpClient.Request;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Writes requests. */
final class HttpRequest {
  private HttpRequest() {}

  static void write(Request request, OutputStream out) throws IOException {
    byte[] bytes = request.bodyBytes();
    InputStream stream = bytes == null ? request.body() : null;
    StringBuilder head = new StringBuilder(256);
    head.append(request.method()).append(' ').append(request.path()).append(" HTTP/1.1\r\n");
    head.append("Host: docker\r\n");
    request.headers().forEach((name, value) -> header(head, name, value));
    if (request.hijackedInput() != null) {
      header(head, "Connection", "Upgrade");
      header(head, "Upgrade", "tcp");
    }
    if (stream != null) {
      header(head, "Transfer-Encoding", "chunked");
    } else if (bytes != null || !request.method().equals("GET")) {
      header(head, "Content-Length", Integer.toString(bytes == null ? 0 : bytes.length));
    }
    out.write(HttpChannel.bytes(head.append("\r\n")));
    if (bytes != null) {
      out.write(bytes);
    } else if (stream != null) {
      writeChunks(stream, out);
    }
    out.flush();
  }

  private static void header(StringBuilder head, String name, String value) {
    head.append(name).append(": ").append(value).append("\r\n");
  }

  private static void writeChunks(InputStream stream, OutputStream out) throws IOException {
    byte[] buffer = new byte[32 * 1024];
    for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
      if (n > 0) {
        out.write(HttpChannel.bytes(Integer.toHexString(n) + "\r\n"));
        out.write(buffer, 0, n);
        out.write(HttpChannel.bytes("\r\n"));
      }
    }
    out.write(HttpChannel.bytes("0\r\n\r\n"));
  }
}
