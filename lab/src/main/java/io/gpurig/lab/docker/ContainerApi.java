package io.gpurig.lab.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.lab.http.HttpRequest;
import io.gpurig.lab.http.HttpResponder;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** The requests under {@code /containers}. */
final class ContainerApi {
  private static final String NAME = "[a-zA-Z0-9][a-zA-Z0-9_.-]+";

  private final Engine engine;

  ContainerApi(Engine engine) {
    this.engine = engine;
  }

  void handle(HttpRequest request, HttpResponder responder)
      throws IOException, InterruptedException {
    List<String> path = request.path();
    if (path.size() == 3 && path.get(2).equals("logs")) {
      new LogStream(engine, path.get(1)).send(request, responder);
      return;
    }
    JsonNode answer;
    engine.lock().lock();
    try {
      answer = answer(request);
    } finally {
      engine.lock().unlock();
    }
    if (answer == null) {
      responder.empty(204);
    } else {
      boolean created = path.size() == 2 && path.get(1).equals("create");
      EngineApi.json(responder, created ? 201 : 200, answer);
    }
  }

  /** Returns the JSON to answer with; null for none. */
  private @Nullable JsonNode answer(HttpRequest request) throws IOException, InterruptedException {
    List<String> path = request.path();
    String verb = request.method();
    if (path.size() == 2 && verb.equals("DELETE")) {
      remove(engine.find(path.get(1)), request.flag("force"));
      return null;
    }
    if (path.size() == 2) {
      return switch (verb + " " + path.get(1)) {
        case "GET json" -> list(request);
        case "POST create" -> create(request);
        default -> throw EngineApi.notFound();
      };
    }
    if (path.size() != 3) {
      throw EngineApi.notFound();
    }
    return answer(verb + " " + path.get(2), engine.find(path.get(1)), request);
  }

  private @Nullable JsonNode answer(String what, Container container, HttpRequest request)
      throws InterruptedException {
    Lifecycle lifecycle = engine.lifecycle();
    switch (what) {
      case "GET json" -> {
        return InspectJson.full(container);
      }
      case "POST wait" -> {
        return waitFor(container, request.query("condition"));
      }
      case "POST start" -> lifecycle.start(container);
      case "POST stop" -> lifecycle.stop(container, patience(container, request));
      case "POST restart" -> {
        if (container.isRunning()) {
          lifecycle.stop(container, patience(container, request));
        }
        lifecycle.start(container);
      }
      case "POST kill" -> lifecycle.kill(container, signal(request));
      case "POST rename" -> rename(container, request.query("name"));
      default -> throw EngineApi.notFound();
    }
    return null;
  }

  private JsonNode create(HttpRequest request) throws IOException {
    JsonNode body = Json.parse(request.body());
    String name = request.query("name");
    byte[] random = new byte[32];
    ThreadLocalRandom.current().nextBytes(random);
    String id = HexFormat.of().formatHex(random);
    if (name == null || name.isEmpty()) {
      name = "lab_" + id.substring(0, 12);
    }
    requireName(name);
    Image image = engine.images().find(body.path("Image").asText());
    ContainerSpec spec = ContainerSpec.of(body, image, id, engine.config().defaultRuntime());
    engine.requireRuntime(spec.runtime());
    new BindSources(engine.root()).prepare(spec.mounts());
    engine.requireFree(name);
    engine.add(new Container(id, name, spec, Workload.of(image), Instant.now()));
    ObjectNode answer = Json.object().put("Id", id);
    answer.putArray("Warnings");
    return answer;
  }

  private JsonNode list(HttpRequest request) throws IOException {
    String text = request.query("filters");
    ContainerFilter filter = ContainerFilter.parse(text == null ? "{}" : text);
    boolean all = request.flag("all") || filter.names("status");
    ArrayNode list = Json.array();
    for (Container container : engine.containers().reversed()) {
      boolean up = container.isRunning() || container.status == Container.Status.RESTARTING;
      if ((all || up) && filter.accepts(container)) {
        list.add(InspectJson.summary(container));
      }
    }
    return list;
  }

  private void remove(Container container, boolean force) {
    boolean restarting = container.status == Container.Status.RESTARTING;
    if ((container.isRunning() || restarting) && !force) {
      throw new ApiException(
          409,
          ("cannot remove container \"/%s\": container is %s: stop the container before removing or"
                  + " force remove")
              .formatted(container.name, InspectJson.status(container)));
    }
    container.manuallyStopped = true;
    if (container.isRunning()) {
      engine.lifecycle().ended(container, 128 + 9);
    }
    container.life++;
    engine.forget(container);
    engine.changed().signalAll();
  }

  private void rename(Container container, @Nullable String name) {
    if (name == null || name.isEmpty()) {
      throw new ApiException(400, "Neither old nor new names may be empty");
    }
    requireName(name);
    if (name.equals(container.name)) {
      throw new ApiException(400, "Renaming a container with the same name as its current name");
    }
    engine.requireFree(name);
    container.name = name;
  }

  private JsonNode waitFor(Container container, @Nullable String condition)
      throws InterruptedException {
    int life = container.life;
    boolean next = "next-exit".equals(condition);
    boolean removed = "removed".equals(condition);
    while (!engine.isClosed()
        && engine.containers().contains(container)
        && (removed || container.isRunning() || (next && container.life == life))) {
      engine.changed().await();
    }
    return Json.object().put("StatusCode", container.exitCode);
  }

  private static Duration patience(Container container, HttpRequest request) {
    String text = request.query("t");
    int seconds =
        text != null && text.matches("-?\\d{1,6}")
            ? Integer.parseInt(text)
            : container.spec.config().path("StopTimeout").asInt(10);
    return seconds < 0 ? Duration.ofDays(1) : Duration.ofSeconds(seconds);
  }

  private static String signal(HttpRequest request) {
    String signal = request.query("signal");
    return signal == null || signal.isEmpty() ? "KILL" : signal.replaceFirst("^SIG", "");
  }

  private static void requireName(String name) {
    if (!name.matches("/?" + NAME)) {
      throw new ApiException(
          400, "Invalid container name (%s), only %s are allowed".formatted(name, NAME));
    }
  }
}
