package io.gpurig.lab.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.lab.http.HttpRequest;
import io.gpurig.lab.http.HttpResponder;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;

/** Sends each request to the part of the engine that answers it, and puts refusals into JSON. */
final class EngineApi {
  private final Engine engine;
  private final ContainerApi containers;
  private final ImageApi images;

  EngineApi(Engine engine) {
    this.engine = engine;
    this.containers = new ContainerApi(engine);
    this.images = new ImageApi(engine.images());
  }

  void handle(HttpRequest request, HttpResponder responder) throws IOException {
    try {
      requireVersion(request.apiVersion());
      route(request, responder);
    } catch (ApiException e) {
      if (e.status() == 304) {
        responder.empty(304);
      } else {
        json(responder, e.status(), Json.object().put("message", e.getMessage()));
      }
    } catch (JsonProcessingException e) {
      json(responder, 400, Json.object().put("message", "invalid JSON: " + e.getOriginalMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the lab is closing");
    } catch (RuntimeException e) {
      if (responder.isStarted()) {
        throw e;
      }
      json(responder, 500, Json.object().put("message", "lab: " + e));
    }
  }

  static void json(HttpResponder responder, int status, JsonNode body) throws IOException {
    responder.send(status, "application/json", Json.bytes(body));
  }

  static ApiException notFound() {
    return new ApiException(404, "page not found");
  }

  private void route(HttpRequest request, HttpResponder responder)
      throws IOException, InterruptedException {
    List<String> path = request.path();
    switch (path.isEmpty() ? "" : path.getFirst()) {
      case "_ping" -> responder.send(200, "text/plain; charset=utf-8", "OK".getBytes(UTF_8));
      case "version" -> json(responder, 200, EngineInfo.version());
      case "info" -> {
        engine.lock().lock();
        try {
          json(responder, 200, EngineInfo.info(engine));
        } finally {
          engine.lock().unlock();
        }
      }
      case "containers" -> containers.handle(request, responder);
      case "images" -> images.handle(request, responder);
      default -> throw notFound();
    }
  }

  private static void requireVersion(int version) {
    if (version > EngineInfo.MAX_API) {
      throw new ApiException(
          400,
          "client version 1.%d is too new. Maximum supported API version is 1.%d"
              .formatted(version, EngineInfo.MAX_API));
    }
    if (version >= 0 && version < EngineInfo.MIN_API) {
      throw new ApiException(
          400,
          ("client version 1.%d is too old. Minimum supported API version is 1.%d, please upgrade"
                  + " your client to a newer version")
              .formatted(version, EngineInfo.MIN_API));
    }
  }
}
