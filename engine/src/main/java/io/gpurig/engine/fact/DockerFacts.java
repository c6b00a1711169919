package io.gpurig.engine.fact;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Docker's state, in the Engine API's own JSON. The nodes are never changed in place.
 *
 * @param info the answer of {@code GET /info}; empty when Docker did not answer
 * @param containers the answers of {@code GET /containers/{id}/json}
 * @param error why Docker did not answer
 */
public record DockerFacts(
    Optional<JsonNode> info, List<JsonNode> containers, Optional<String> error) {
  public DockerFacts {
    requireNonNull(info, "info is null");
    containers = List.copyOf(containers);
    requireNonNull(error, "error is null");
  }

  /** Returns what is known of a host whose Docker does not answer. */
  public static DockerFacts unreachable(String error) {
    return new DockerFacts(Optional.empty(), List.of(), Optional.of(error));
  }

  /** Returns the container of this name or id. */
  public Optional<JsonNode> container(String nameOrId) {
    return containers.stream()
        .filter(c -> name(c).equals(nameOrId) || c.path("Id").asText().equals(nameOrId))
        .findFirst();
  }

  /** Returns the containers that run. */
  public Stream<JsonNode> running() {
    return containers.stream().filter(DockerFacts::isRunning);
  }

  /** Returns the names of the runtimes that Docker lists. */
  public Set<String> runtimes() {
    Set<String> names = new TreeSet<>();
    info.ifPresent(node -> node.path("Runtimes").fieldNames().forEachRemaining(names::add));
    return names;
  }

  /** Returns a container's name, without the slash that the API puts before it. */
  public static String name(JsonNode container) {
    String name = container.path("Name").asText();
    return name.startsWith("/") ? name.substring(1) : name;
  }

  /** Returns whether a container runs. */
  public static boolean isRunning(JsonNode container) {
    return container.path("State").path("Running").asBoolean();
  }
}
