package io.gpurig.lab.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads requests off a stream, one after the other. */
final class HttpReader {
  private static final int MAX_LINE = 64 * 1024;
  private static final int MAX_BODY = 16 * 1024 * 1024;
  private static final Pattern VERSION = Pattern.compile("^/v1\\.(\\d{1,4})(?=/|$)");

  private final InputStream in;

  HttpReader(InputStream in) {
    this.in = new BufferedInputStream(in, 8192);
  }

  /** Returns the next request, or null at the end of the stream. */
  @Nullable HttpRequest next() throws IOException {
    String line = line();
    while (line != null && line.isEmpty()) {
      line = line();
    }
    if (line == null) {
      return null;
    }
    List<String> words = List.of(line.split(" "));
    if (words.size() != 3) {
      throw new IOException("not a request line: " + line);
    }
    Map<String, String> headers = headers();
    String target = words.get(1);
    int mark = target.indexOf('?');
    String path = mark < 0 ? target : target.substring(0, mark);
    Matcher version = VERSION.matcher(path);
    int apiVersion = version.find() ? Integer.parseInt(version.group(1)) : -1;
    if (apiVersion >= 0) {
      path = path.substring(version.end());
    }
    List<String> segments =
        Arrays.stream(path.split("/")).filter(s -> !s.isEmpty()).map(HttpReader::decode).toList();
    Map<String, String> query = mark < 0 ? Map.of() : query(target.substring(mark + 1));
    return new HttpRequest(words.getFirst(), segments, apiVersion, query, headers, body(headers));
  }

  private Map<String, String> headers() throws IOException {
    Map<String, String> headers = new HashMap<>();
    for (String line = needLine(); !line.isEmpty(); line = needLine()) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
            line.substring(colon + 1).strip());
      }
    }
    return headers;
  }

  private byte[] body(Map<String, String> headers) throws IOException {
    if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      for (int size = chunkSize(); size > 0; size = chunkSize()) {
        body.write(bytes(size));
        needLine();
        checkSize(body.size());
      }
      headers(); // trailers, which end like headers
      return body.toByteArray();
    }
    String length = headers.getOrDefault("content-length", "0");
    return length.matches("\\d{1,9}") ? bytes(Integer.parseInt(length)) : new byte[0];
  }

  private int chunkSize() throws IOException {
    try {
      return Integer.parseInt(needLine().replaceFirst(";.*", "").strip(), 16);
    } catch (NumberFormatException e) {
      throw new IOException("not the size of a chunk", e);
    }
  }

  private byte[] bytes(int count) throws IOException {
    checkSize(count);
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException("the stream ended inside a body");
    }
    return bytes;
  }

  private static void checkSize(int size) throws IOException {
    if (size < 0 || size > MAX_BODY) {
      throw new IOException("a body of " + size + " bytes is more than the lab takes");
    }
  }

  private String needLine() throws IOException {
    String line = line();
    if (line == null) {
      throw new EOFException("the stream ended inside a request");
    }
    return line;
  }

  private @Nullable String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(80);
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        return line.size() == 0 ? null : line.toString(ISO_8859_1);
      }
      if (line.size() == MAX_LINE) {
        throw new IOException("a line is longer than " + MAX_LINE + " bytes");
      }
      if (c != '\r') {
        line.write(c);
      }
    }
    return line.toString(ISO_8859_1);
  }

  private static Map<String, String> query(String text) {
    Map<String, String> query = new HashMap<>();
    for (String pair : text.split("&")) {
      int equals = pair.indexOf('=');
      String name = decode(equals < 0 ? pair : pair.substring(0, equals));
      query.putIfAbsent(name, equals < 0 ? "" : decode(pair.substring(equals + 1)));
    }
    return query;
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, UTF_8);
    } catch (IllegalArgumentException e) {
      return text; // a lone percent sign stands for itself
    }
  }
}
