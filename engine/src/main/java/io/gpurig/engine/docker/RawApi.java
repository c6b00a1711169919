package io.gpurig.engine.docker;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Reads the engine's own JSON. Typed models would lose the fields that their version does not know.
 */
final class RawApi {
  /** A container comes to some hundred; each costs memory when it is kept. */
  private static final int MOST_TOKENS = 500_000;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxTokenCount(MOST_TOKENS).build())
                  .build())
          .build();

  private final EngineTransport transport;

  RawApi(EngineTransport transport) {
    this.transport = transport;
  }

  /** What is done with an answer whose status is 200. */
  @FunctionalInterface
  interface Reader<T> {
    T read(Response response) throws IOException;
  }

  /**
   * Returns the JSON at a path that must be there.
   *
   * @param kind what an engine answers there
   */
  JsonNode get(String what, String path, Predicate<JsonNode> kind) throws DockerException {
    return find(what, path, kind)
        .orElseThrow(() -> DockerProblems.refused(what, 404, "it is not there"));
  }

  /** Returns the JSON at a path, or nothing if Docker says 404. */
  Optional<JsonNode> find(String what, String path, Predicate<JsonNode> kind)
      throws DockerException {
    Optional<JsonNode> found =
        read(what, path, response -> JSON.readTree(response.getBody().readAllBytes()));
    if (!found.stream().allMatch(kind)) {
      throw DockerProblems.notJson(what);
    }
    return found;
  }

  <T> Optional<T> read(String what, String path, Reader<T> reader) throws DockerException {
    Request request = Request.builder().method(Request.Method.GET).path(path).build();
    try (Response response = transport.execute(request)) {
      if (response.getStatusCode() == 200) {
        return Optional.of(reader.read(response));
      }
      String words = words(response.getBody().readAllBytes());
      if (response.getStatusCode() == 404) {
        return Optional.empty();
      }
      throw DockerProblems.refused(what, response.getStatusCode(), words);
    } catch (DockerException e) {
      throw e;
    } catch (JsonProcessingException e) {
      throw DockerProblems.notJson(what);
    } catch (UncheckedIOException e) {
      throw e.getCause() instanceof DockerException known ? known : DockerProblems.lost(what, e);
    } catch (IOException e) {
      throw DockerProblems.lost(what, e);
    }
  }

  /** Sends JSON and returns what comes back, a missing node if that is nothing. */
  JsonNode post(String what, String path, JsonNode body) throws DockerException {
    Request request =
        Request.builder()
            .method(Request.Method.POST)
            .path(path)
            .headers(Map.of("Content-Type", "application/json"))
            .bodyBytes(body.toString().getBytes(StandardCharsets.UTF_8))
            .build();
    try (Response response = transport.execute(request)) {
      byte[] answer = response.getBody().readAllBytes();
      if (response.getStatusCode() >= 300) {
        throw DockerProblems.refused(what, response.getStatusCode(), words(answer));
      }
      return answer.length == 0 ? MissingNode.getInstance() : JSON.readTree(answer);
    } catch (DockerException e) {
      throw e;
    } catch (UncheckedIOException e) {
      throw e.getCause() instanceof DockerException known ? known : DockerProblems.lost(what, e);
    } catch (IOException e) {
      throw DockerProblems.lost(what, e);
    }
  }

  /** Returns the message of an error, which Docker wraps in JSON. */
  static String words(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8).strip();
    try {
      JsonNode message = JSON.readTree(text).path("message");
      return message.isTextual() ? message.textValue() : text;
    } catch (IOException notJson) {
      return text;
    }
  }

  /** Returns a name as one segment of a path. */
  static String segment(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
