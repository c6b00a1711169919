package io.gpurig.engine.docker;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.SyncDockerCmd;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.core.DockerClientImpl;
import io.gpurig.engine.change.ContainerSpec;
import io.gpurig.engine.connect.Become;
import io.gpurig.engine.connect.Connection;
import io.gpurig.engine.docker.Watchdog.Limit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * The Docker engine of a host, reached through the connection to that host. Nothing is opened
 * before the first use. Safe for use by several threads.
 */
public final class DockerEngine implements AutoCloseable {
  /** What a request may take that Docker answers at once. */
  public static final Duration USUAL = Duration.ofMinutes(1);

  private static final int PARALLEL_READS = 4;

  private static final int MOST_CONTAINERS = 5000;

  /** The states of a container between the request to remove it and its end. */
  private static final Set<String> GOING = Set.of("removing", "dead");

  private static final int PATIENCE = 5;

  /** So many times as long a pull may be silent: layers are unpacked without a word. */
  private static final int PULL = 10;

  private final Duration usual;
  private final EngineTransport transport;
  private final RawApi api;
  private final DockerClient client;

  private DockerEngine(EngineTransport transport, Duration usual) {
    this.usual = usual;
    this.transport = transport;
    this.api = new RawApi(transport);
    this.client = DockerClientImpl.getInstance(new FixedConfig(), transport);
  }

  /**
   * Returns the engine at the end of a connection.
   *
   * @param become whether the docker command may be run through sudo, where the login user may not
   *     use the engine's socket
   * @param usual what a request may take that Docker answers at once, such as {@link #USUAL}
   */
  public static DockerEngine over(Connection connection, Optional<Become> become, Duration usual) {
    return new DockerEngine(new EngineTransport(new Dialer(connection, become), usual), usual);
  }

  /** Returns {@code GET /info}. */
  public JsonNode info() throws DockerException {
    return api.get("tell about itself", "/info", JsonNode::isObject);
  }

  /**
   * Returns {@code GET /containers/{id}/json} of every container, also of stopped ones. All of them
   * together have five times the time of one request.
   */
  public List<JsonNode> containers() throws DockerException {
    List<String> ids = new ArrayList<>();
    list().forEach(container -> ids.add(container.path("Id").asText()));
    if (ids.size() > MOST_CONTAINERS) {
      throw DockerProblems.tooLarge();
    }
    return inParallel(ids, this::unlessGoing).stream().flatMap(Optional::stream).toList();
  }

  private JsonNode list() throws DockerException {
    return api.get("list containers", "/containers/json?all=1", JsonNode::isArray);
  }

  /**
   * Of a container that is being removed the engine may have the entry still and the files no more;
   * it then answers 500, as for what is really wrong (moby, daemon/inspect.go).
   */
  private Optional<JsonNode> unlessGoing(String id) throws DockerException {
    try {
      return container(id);
    } catch (DockerException e) {
      for (JsonNode container : list()) {
        boolean going = GOING.contains(container.path("State").asText());
        if (container.path("Id").asText().equals(id) && !going) {
          throw e;
        }
      }
      return Optional.empty();
    }
  }

  /** Something that is read by name. */
  @FunctionalInterface
  private interface Reader<T> {
    T read(String name) throws DockerException;
  }

  /** Reads several things, a few at a time, and returns them in the order of their names. */
  private <T> List<T> inParallel(Collection<String> names, Reader<T> reader)
      throws DockerException {
    List<T> found = new ArrayList<>();
    if (names.size() <= 1) {
      for (String name : names) {
        found.add(reader.read(name));
      }
      return found;
    }
    Limit all = new Limit(usual.multipliedBy(PATIENCE), false);
    long end = System.nanoTime() + all.time().toNanos();
    Semaphore turn = new Semaphore(PARALLEL_READS);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> reads = new ArrayList<>();
      for (String name : names) {
        reads.add(
            threads.submit(
                () -> {
                  turn.acquire();
                  try {
                    if (System.nanoTime() - end > 0) {
                      throw DockerProblems.deadline(all, null);
                    }
                    return reader.read(name);
                  } finally {
                    turn.release();
                  }
                }));
      }
      for (Future<T> read : reads) {
        found.add(read.get());
      }
      return found;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw DockerProblems.cancelled(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof DockerException known) {
        throw known;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Returns images by the names that were asked for; empty where there is none. */
  public Map<String, Optional<JsonNode>> images(Set<String> names) throws DockerException {
    return byName(
        names,
        name -> api.find("look for image " + name, imagePath("images", name), JsonNode::isObject));
  }

  /** Returns what registries have under references; empty where one does not answer or has none. */
  public Map<String, Optional<JsonNode>> distributions(Set<String> references)
      throws DockerException {
    return byName(
        references,
        reference -> {
          try {
            return api.find(
                "ask for " + reference, imagePath("distribution", reference), JsonNode::isObject);
          } catch (DockerException refused) {
            if (refused.problem().code().equals("docker/failed")) {
              return Optional.empty();
            }
            throw refused;
          }
        });
  }

  private Map<String, Optional<JsonNode>> byName(
      Set<String> names, Reader<Optional<JsonNode>> reader) throws DockerException {
    List<String> ordered = List.copyOf(names);
    List<Optional<JsonNode>> found = inParallel(ordered, reader);
    Map<String, Optional<JsonNode>> images = new TreeMap<>();
    for (int i = 0; i < ordered.size(); i++) {
      images.put(ordered.get(i), found.get(i));
    }
    return images;
  }

  private static String imagePath(String kind, String reference) {
    String path = RawApi.segment(reference).replace("%2F", "/").replace("%3A", ":");
    return "/" + kind + "/" + path + "/json";
  }

  /** Returns {@code GET /containers/{id}/json}, or nothing if there is no such container. */
  public Optional<JsonNode> container(String nameOrId) throws DockerException {
    return api.find(
        "read container " + nameOrId,
        "/containers/" + RawApi.segment(nameOrId) + "/json",
        JsonNode::isObject);
  }

  /** Returns whether the host has an image already. */
  public boolean hasImage(String reference) throws DockerException {
    return api.find(
            "look for image " + reference, imagePath("images", reference), JsonNode::isObject)
        .isPresent();
  }

  /** Returns the end of a container's log: standard output and standard error together. */
  public String logTail(String container, int lines) throws DockerException {
    String path =
        "/containers/%s/logs?stdout=1&stderr=1&tail=%d"
            .formatted(RawApi.segment(container), Math.max(0, lines));
    String what = "read the log of " + container;
    return api.read(what, path, response -> LogFrames.read(response.getBody()))
        .orElseThrow(() -> DockerProblems.refused(what, 404, "there is no such container"));
  }

  /**
   * Pulls an image.
   *
   * @param progress told each new state of the pull and of its layers
   */
  public void pull(String image, Consumer<String> progress) throws DockerException {
    ImageName name = ImageName.parse(image);
    String what = "pull " + image;
    PullProgress listener = new PullProgress(progress);
    transport.within(
        new Limit(usual.multipliedBy(PULL), true),
        () ->
            act(
                what,
                () -> {
                  client
                      .pullImageCmd(name.repository())
                      .withTag(name.tag())
                      .exec(listener)
                      .awaitCompletion();
                  return true;
                }));
    String error = listener.error();
    if (error != null) {
      throw DockerProblems.refused(what, error.contains("not found") ? 404 : 500, error);
    }
  }

  /** Creates a container and returns its ID; the image must be there. */
  public String create(ContainerSpec spec) throws DockerException {
    return act("create " + spec.name(), () -> ContainerRequest.of(spec, client).exec().getId());
  }

  /**
   * Creates a container of the body of {@code POST /containers/create}; the image must be there.
   * Engines before 25 connect a new container to one network alone (API 1.44), so the others follow
   * one by one; where that fails, the container is removed again.
   */
  public void create(String name, JsonNode request) throws DockerException {
    ObjectNode body = request.deepCopy();
    Map<String, JsonNode> further = new LinkedHashMap<>();
    if (body.path("NetworkingConfig").path("EndpointsConfig") instanceof ObjectNode endpoints) {
      String first = body.path("HostConfig").path("NetworkMode").asText();
      endpoints.properties().stream()
          .filter(endpoint -> !endpoint.getKey().equals(first))
          .forEach(endpoint -> further.put(endpoint.getKey(), endpoint.getValue()));
      endpoints.remove(further.keySet());
    }
    String what = "create " + name;
    api.post(what, "/containers/create?name=" + RawApi.segment(name), body);
    try {
      for (Map.Entry<String, JsonNode> network : further.entrySet()) {
        ObjectNode connect = JsonNodeFactory.instance.objectNode().put("Container", name);
        connect.set("EndpointConfig", network.getValue());
        String path = "/networks/" + RawApi.segment(network.getKey()) + "/connect";
        api.post("connect %s to %s".formatted(name, network.getKey()), path, connect);
      }
    } catch (DockerException e) {
      remove(name);
      throw e;
    }
  }

  /** Changes a container as {@code POST /containers/{id}/update} does. */
  public void update(String name, JsonNode settings) throws DockerException {
    api.post("update " + name, "/containers/" + RawApi.segment(name) + "/update", settings);
  }

  /** Starts a container, unless it runs. */
  public void start(String name) throws DockerException {
    act("start " + name, () -> unlessAlreadySo(client.startContainerCmd(name)));
  }

  /** Stops a container, by force when the time has passed, unless it is stopped. */
  public void stop(String name, Duration timeout) throws DockerException {
    int seconds = Math.toIntExact(timeout.toSeconds());
    transport.within(
        new Limit(timeout.plus(usual), false),
        () ->
            act(
                "stop " + name,
                () -> unlessAlreadySo(client.stopContainerCmd(name).withTimeout(seconds))));
  }

  /** Gives a container another name. */
  public void rename(String from, String to) throws DockerException {
    act(
        "rename " + from,
        () -> {
          client.renameContainerCmd(from).withName(to).exec();
          return true;
        });
  }

  /** Removes a stopped container and keeps its volumes; one that is not there is fine. */
  public void remove(String name) throws DockerException {
    act(
        "remove " + name,
        () -> {
          try {
            client.removeContainerCmd(name).exec();
            return true;
          } catch (NotFoundException gone) {
            return false;
          }
        });
  }

  private static boolean unlessAlreadySo(SyncDockerCmd<?> command) {
    try {
      command.exec();
      return true;
    } catch (NotModifiedException alreadySo) {
      return false;
    }
  }

  private static <T> T act(String what, Action<T> action) throws DockerException {
    try {
      return action.run();
    } catch (com.github.dockerjava.api.exception.DockerException e) {
      String body = requireNonNullElse(e.getMessage(), "").replaceFirst("^Status \\d+: ", "");
      throw DockerProblems.refused(
          what, e.getHttpStatus(), RawApi.words(body.getBytes(StandardCharsets.UTF_8)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw DockerProblems.cancelled(e);
    } catch (RuntimeException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof DockerException known) {
          throw known;
        }
        if (cause instanceof IOException) {
          throw DockerProblems.lost(what, cause);
        }
      }
      throw e;
    }
  }

  /** A command of docker-java. */
  @FunctionalInterface
  private interface Action<T> {
    T run() throws InterruptedException;
  }

  /** Returns how many requests were made so far. */
  public int requests() {
    return transport.requests();
  }

  /** Closes the streams to the engine; the connection to the host stays. */
  @Override
  public void close() {
    transport.close();
  }
}
