package io.gpurig.lab;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Speaks HTTP to a simulated engine over one kept-alive stream. */
final class DockerClient implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final StreamLocalClientChannel channel;
  private final InputStream in;
  private final OutputStream out;

  DockerClient(StreamLocalClientChannel channel) {
    this.channel = channel;
    this.in = new BufferedInputStream(channel.input());
    this.out = channel.output();
  }

  /** An answer of the engine. */
  @SuppressWarnings("ArrayRecordComponent")
  record Answer(int status, byte[] body) {
    JsonNode json() throws IOException {
      return JSON.readTree(body);
    }

    String message() throws IOException {
      return json().path("message").asText();
    }

    String text() {
      return new String(body, UTF_8);
    }
  }

  Answer get(String path) throws IOException {
    return send("GET", path, "");
  }

  Answer post(String path) throws IOException {
    return send("POST", path, "");
  }

  Answer post(String path, String body) throws IOException {
    return send("POST", path, body);
  }

  Answer delete(String path) throws IOException {
    return send("DELETE", path, "");
  }

  /** Pulls an image, creates a container of it and starts it. */
  String run(String name, String image, String members) throws IOException {
    pull(image);
    Answer created =
        post(
            "/containers/create?name=" + name,
            "{\"Image\":\"" + image + "\"" + (members.isEmpty() ? "" : ",") + members + "}");
    if (created.status() != 201) {
      throw new IOException(created.text());
    }
    Answer started = post("/containers/" + name + "/start");
    if (started.status() != 204) {
      throw new IOException(started.text());
    }
    return created.json().get("Id").asText();
  }

  Answer pull(String image) throws IOException {
    int colon = image.lastIndexOf(':');
    return post(
        "/images/create?fromImage=%s&tag=%s"
            .formatted(image.substring(0, colon), image.substring(colon + 1)));
  }

  JsonNode inspect(String name) throws IOException {
    return get("/containers/" + name + "/json").json();
  }

  String status(String name) throws IOException {
    return inspect(name).path("State").path("Status").asText();
  }

  /** Returns the log without its frames. */
  String logs(String name) throws IOException {
    byte[] frames = get("/containers/" + name + "/logs?stdout=1&stderr=1").body();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < frames.length; ) {
      int length = ByteBuffer.wrap(frames, i + 4, 4).getInt();
      text.append(new String(frames, i + 8, length, UTF_8));
      i += 8 + length;
    }
    return text.toString();
  }

  @Override
  public void close() {
    channel.close(true);
  }

  private Answer send(String method, String path, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    String head = method + " " + path + " HTTP/1.1\r\nHost: docker\r\n";
    out.write((head + "Content-Length: " + bytes.length + "\r\n\r\n" + body).getBytes(UTF_8));
    out.flush();
    int status = Integer.parseInt(line().substring(9, 12));
    Map<String, String> headers = new HashMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 2));
    }
    if ("chunked".equals(headers.get("transfer-encoding"))) {
      return new Answer(status, chunks());
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    return new Answer(status, in.readNBytes(length));
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
      body.write(in.readNBytes(size));
      line();
    }
    line();
    return body.toByteArray();
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the engine closed the stream");
      }
      if (c != '\r') {
        line.write(c);
      }
    }
    return line.toString(ISO_8859_1);
  }
}
