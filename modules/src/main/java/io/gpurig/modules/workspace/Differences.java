package io.gpurig.modules.workspace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.change.Change.Field;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.fact.Facts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Compares a container with what its workspace asks for, by meaning. */
final class Differences {
  /** What the engine decides where the plan says nothing; a container keeps it for its life. */
  private static final Set<String> ENGINE_DECIDES =
      Set.of("runtime", "ipc", "cgroupns", "shmSize");

  private static final String ULIMIT = "ulimits.";

  /**
   * What can be altered on a container that is there, by {@code docker update} and by {@code docker
   * network}; all else can differ only because the plan or the image did.
   */
  private static final List<String> ALTERABLE = List.of("resources.", "restart", "networks.");

  private final DockerFacts docker;
  private final EngineDefaults defaults;

  Differences(Facts facts) {
    this.docker = facts.dockerState();
    this.defaults = EngineDefaults.of(facts);
  }

  /**
   * Returns what differs.
   *
   * @param name of the container
   * @param request what it should be made of
   * @param container what is there
   */
  List<Field> of(String name, ObjectNode request, JsonNode container) {
    String reference = request.path("Image").asText();
    String id = container.path("Image").asText();
    Optional<JsonNode> image = docker.image(reference);
    // an image whose name another has taken, or nobody has any more, is still what it is
    Optional<JsonNode> made = image.or(() -> id.isEmpty() ? Optional.empty() : docker.image(id));
    Map<String, String> wanted = ContainerFields.of(Inspection.of(name, request, made), docker);
    Map<String, String> found = ContainerFields.of(container, docker);
    String digest = request.path("Labels").path(Labels.DIGEST).asText();
    boolean other = Labels.isOther(container, digest);
    List<Field> fields = new ArrayList<>();
    Set<String> names = new TreeSet<>(wanted.keySet());
    names.addAll(found.keySet());
    for (String field : names) {
      Optional<String> before = Optional.ofNullable(found.get(field));
      Optional<String> after = Optional.ofNullable(wanted.get(field));
      boolean counts =
          after.isPresent()
              || (counts(field, made.isPresent(), other) && !isDefault(field, before));
      if (counts && !before.equals(after)) {
        fields.add(shown(field, before, after));
      }
    }
    image
        .map(now -> now.path("Id").asText())
        .filter(now -> !id.isEmpty() && !now.isEmpty() && !now.equals(id))
        .filter(now -> fields.stream().noneMatch(f -> f.name().equals("image")))
        .ifPresent(now -> fields.addFirst(Field.of("image id", id, now)));
    if (fields.isEmpty() && other && made.isEmpty()) {
      fields.add(new Field("digest", Labels.of(container, Labels.DIGEST), Optional.of(digest)));
    }
    return fields;
  }

  /**
   * Returns whether it counts that a container has what nobody asks for. Where the image is not
   * known it may be the image's.
   *
   * @param imageKnown whether what the image sets is among what is asked for
   * @param other whether the container was made for something else
   */
  private static boolean counts(String field, boolean imageKnown, boolean other) {
    if (ENGINE_DECIDES.contains(field) || field.startsWith(ULIMIT)) {
      return other;
    }
    return imageKnown || ALTERABLE.stream().anyMatch(field::startsWith);
  }

  private boolean isDefault(String field, Optional<String> value) {
    return value.equals(defaults.value(field));
  }

  /** A variable that is taken away may hold what nobody should read. */
  private static Field shown(String name, Optional<String> before, Optional<String> after) {
    boolean removed = name.startsWith("env.") && after.isEmpty();
    return new Field(name, removed ? Optional.of("(set)") : before, after);
  }
}
