package io.gpurig.lab.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HttpConnectionTest {
  private final List<HttpRequest> requests = new ArrayList<>();

  @Test
  void requestsFollowEachOtherOnOneStream() throws IOException {
    String answers =
        serve(
            "GET /v1.43/containers/a%2Fb/json?all=1&name=x%20y HTTP/1.1\r\nHost: d\r\n\r\n"
                + "POST /containers/create HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"
                + "GET /_ping HTTP/1.1\r\n\r\n");

    assertThat(requests).hasSize(3);
    assertThat(requests.get(0).path()).containsExactly("containers", "a/b", "json");
    assertThat(requests.get(0).apiVersion()).isEqualTo(43);
    assertThat(requests.get(0).flag("all")).isTrue();
    assertThat(requests.get(0).query("name")).isEqualTo("x y");
    assertThat(requests.get(1).body()).asString(UTF_8).isEqualTo("{}");
    assertThat(requests.get(2).apiVersion()).isEqualTo(-1);
    assertThat(answers.split("HTTP/1.1 200 OK", -1)).hasSize(4);
  }

  @Test
  void chunkedBodyIsPutTogether() throws IOException {
    String body = "3\r\nabc\r\n2;e=1\r\nde\r\n0\r\n\r\n";
    serve(
        "POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
            + body
            + "GET /next HTTP/1.1\r\n\r\n");

    assertThat(requests.getFirst().body()).asString(UTF_8).isEqualTo("abcde");
    assertThat(requests.getLast().path()).containsExactly("next");
  }

  @Test
  void nothingIsReadAfterConnectionClose() throws IOException {
    serve("GET /a HTTP/1.1\r\nConnection: close\r\n\r\nGET /b HTTP/1.1\r\n\r\n");

    assertThat(requests).hasSize(1);
  }

  @Test
  void streamedAnswerIsSentInChunks() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    HttpConnection.serve(
        new ByteArrayInputStream("GET /a HTTP/1.1\r\n\r\n".getBytes(ISO_8859_1)),
        out,
        (request, responder) -> {
          try (OutputStream stream = responder.stream("application/json")) {
            stream.write("hello".getBytes(UTF_8));
            stream.write(new byte[0]);
            stream.write("you".getBytes(UTF_8));
          }
        });

    assertThat(out.toString(UTF_8))
        .contains("Transfer-Encoding: chunked")
        .endsWith("\r\n\r\n5\r\nhello\r\n3\r\nyou\r\n0\r\n\r\n");
  }

  @Test
  void whatIsNoHttpEndsTheConnection() {
    assertThatThrownBy(() -> serve("hello\r\n\r\n")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> serve("GET /a HTTP/1.1\r\nContent-Length: 9\r\n\r\nab"))
        .hasMessageContaining("inside a body");
  }

  private String serve(String text) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    HttpConnection.serve(
        new ByteArrayInputStream(text.getBytes(ISO_8859_1)),
        out,
        (request, responder) -> {
          requests.add(request);
          responder.send(200, "text/plain", "OK".getBytes(UTF_8));
        });
    return out.toString(UTF_8);
  }
}
