package io.gpurig.engine.fact;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Docker's state, in the Engine API's own JSON. The nodes are never changed in place.
 *
 * @param info the answer of {@code GET /info}; empty when Docker did not answer
 * @param containers the answers of {@code GET /containers/{id}/json}
 * @param images the answers of {@code GET /images/{name}/json} by the name that was asked for, a
 *     reference or an id; empty where there is no such image
 * @param distributions the answers of {@code GET /distribution/{name}/json} by reference; empty
 *     where the registry did not answer
 * @param error why Docker did not answer
 * @param basis notes what is looked at
 */
public record DockerFacts(
    Optional<JsonNode> info,
    List<JsonNode> containers,
    Map<String, Optional<JsonNode>> images,
    Map<String, Optional<JsonNode>> distributions,
    Optional<String> error,
    Basis basis) {
  /** What counts of a container's state; the rest are times and numbers that come and go. */
  private static final List<String> SETTLED_STATE =
      List.of("Status", "Running", "Paused", "Restarting");

  public DockerFacts {
    requireNonNull(info, "info is null");
    containers = List.copyOf(containers);
    images = Collections.unmodifiableMap(new TreeMap<>(images));
    distributions = Collections.unmodifiableMap(new TreeMap<>(distributions));
    requireNonNull(error, "error is null");
    requireNonNull(basis, "basis is null");
  }

  /** Creates facts that note nothing. */
  public DockerFacts(Optional<JsonNode> info, List<JsonNode> containers, Optional<String> error) {
    this(info, containers, Map.of(), Map.of(), error, Basis.NONE);
  }

  DockerFacts noting(Basis other) {
    return new DockerFacts(info, containers, images, distributions, error, other);
  }

  /** Returns a copy with this answer of {@code GET /info}. */
  public DockerFacts withInfo(Optional<JsonNode> answer) {
    return new DockerFacts(answer, containers, images, distributions, error, basis);
  }

  /** Returns a copy with these containers. */
  public DockerFacts withContainers(List<JsonNode> others) {
    return new DockerFacts(info, others, images, distributions, error, basis);
  }

  /** Returns a copy with these images, and what registries say of images. */
  public DockerFacts withImages(
      Map<String, Optional<JsonNode>> known, Map<String, Optional<JsonNode>> registries) {
    return new DockerFacts(info, containers, known, registries, error, basis);
  }

  /** Returns a copy that does not know an image, nor what its registry has. */
  public DockerFacts withoutImage(String reference) {
    Map<String, Optional<JsonNode>> known = new TreeMap<>(images);
    known.remove(reference);
    Map<String, Optional<JsonNode>> registries = new TreeMap<>(distributions);
    registries.remove(reference);
    return withImages(known, registries);
  }

  /** Returns whether it is known that there is no such image. */
  public boolean lacksImage(String reference) {
    return images.containsKey(reference) && image(reference).isEmpty();
  }

  /** Returns an image by a reference or an id, if it is known and there is one. */
  public Optional<JsonNode> image(String nameOrId) {
    Optional<JsonNode> image = images.getOrDefault(nameOrId, Optional.empty());
    basis.image(nameOrId, image);
    return image;
  }

  /**
   * Returns the digest of what the registry has under a reference, if it was asked and answered.
   */
  public Optional<String> registryDigest(String reference) {
    Optional<String> digest =
        distributions
            .getOrDefault(reference, Optional.empty())
            .map(answer -> answer.path("Descriptor").path("digest").asText())
            .filter(text -> !text.isEmpty());
    basis.note("registry's " + reference, digest.orElse("unknown"), digest.orElse("unknown"));
    return digest;
  }

  /** Returns the ids of the images of those containers that have a label. */
  public Set<String> imagesOf(String label) {
    Set<String> ids = new TreeSet<>();
    for (JsonNode container : containers) {
      String id = container.path("Image").asText();
      if (container.path("Config").path("Labels").has(label) && !id.isEmpty()) {
        ids.add(id);
      }
    }
    return ids;
  }

  @Override
  public Optional<JsonNode> info() {
    if (!basis.notes()) {
      return info;
    }
    basis.docker(error);
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
      basis.docker(error);
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

  /**
   * Returns the containers that have a label, those that do not run too. What counts of the answer
   * is which they are, and all of each.
   */
  public List<JsonNode> labelled(String label) {
    List<JsonNode> found =
        containers.stream().filter(c -> c.path("Config").path("Labels").has(label)).toList();
    basis.labelled(label, found);
    found.forEach(c -> basis.container(name(c), Optional.of(c)));
    return found;
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
