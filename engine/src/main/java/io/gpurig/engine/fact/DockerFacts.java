package io.gpurig.engine.fact;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Docker's state, in the Engine API's own JSON. The nodes are never changed in place.
 *
 * @param info the answer of {@code GET /info}; empty when Docker did not answer
 * @param containers the answers of {@code GET /containers/{id}/json}
 * @param error why Docker did not answer
 * @param basis notes what is looked at
 */
public record DockerFacts(
    Optional<JsonNode> info, List<JsonNode> containers, Optional<String> error, Basis basis) {
  /** What counts of a container's state; the rest are times and numbers that come and go. */
  private static final List<String> SETTLED_STATE =
      List.of("Status", "Running", "Paused", "Restarting");

  public DockerFacts {
    requireNonNull(info, "info is null");
    containers = List.copyOf(containers);
    requireNonNull(error, "error is null");
    requireNonNull(basis, "basis is null");
  }

  /** Creates facts that note nothing. */
  public DockerFacts(Optional<JsonNode> info, List<JsonNode> containers, Optional<String> error) {
    this(info, containers, error, Basis.NONE);
  }

  DockerFacts noting(Basis other) {
    return new DockerFacts(info, containers, error, other);
  }

  @Override
  public Optional<JsonNode> info() {
    if (!basis.notes()) {
      return info;
    }
    basis.docker(new DockerFacts(info, containers, error));
    return info.map(node -> NotedInfo.of(node, basis));
  }

  @Override
  public List<JsonNode> containers() {
    containers.forEach(c -> basis.container(name(c), Optional.of(c)));
    return containers;
  }

  @Override
  public Optional<String> error() {
    if (basis.notes()) {
      basis.docker(new DockerFacts(info, containers, error));
    }
    return error;
  }

  /** Returns what is known of a host whose Docker does not answer. */
  public static DockerFacts unreachable(String error) {
    return new DockerFacts(Optional.empty(), List.of(), Optional.of(error));
  }

  /** Returns the container of this name or id. */
  public Optional<JsonNode> container(String nameOrId) {
    Optional<JsonNode> found =
        containers.stream()
            .filter(c -> name(c).equals(nameOrId) || c.path("Id").asText().equals(nameOrId))
            .findFirst();
    basis.container(nameOrId, found);
    return found;
  }

  /**
   * Returns those containers that run and have a property. What counts of the answer is which they
   * are: another container may come and go.
   *
   * @param which the property in words, as the end of "containers that …"
   */
  public Stream<JsonNode> running(String which, Predicate<JsonNode> property) {
    List<JsonNode> found =
        containers.stream().filter(DockerFacts::isRunning).filter(property).toList();
    basis.containers(which, found);
    return found.stream();
  }

  /** Returns the names of the runtimes that Docker lists. */
  public Set<String> runtimes() {
    Set<String> names = new TreeSet<>();
    info().ifPresent(node -> node.path("Runtimes").fieldNames().forEachRemaining(names::add));
    return names;
  }

  /** Returns a container's name, without the slash that the API puts before it. */
  public static String name(JsonNode container) {
    String name = container.path("Name").asText();
    return name.startsWith("/") ? name.substring(1) : name;
  }

  /** Returns what stays the same of a container for as long as nobody changes it. */
  static JsonNode settled(JsonNode container) {
    ObjectNode settled = JsonNodeFactory.instance.objectNode();
    settled.set("Image", container.path("Image"));
    JsonNode config = container.path("Config").deepCopy();
    if (config instanceof ObjectNode object) {
      object.remove("Hostname"); // the id's beginning, another for each container
    }
    settled.set("Config", config);
    settled.set("HostConfig", container.path("HostConfig"));
    ObjectNode state = settled.putObject("State");
    SETTLED_STATE.forEach(key -> state.set(key, container.path("State").path(key)));
    return settled;
  }

  /** Returns whether a container runs. */
  public static boolean isRunning(JsonNode container) {
    return container.path("State").path("Running").asBoolean();
  }
}
