package io.gpurig.engine.change;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Optional;

/** Something that can be waited for. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "condition")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Condition.FileExists.class, name = "file-exists"),
  @JsonSubTypes.Type(value = Condition.FileAbsent.class, name = "file-absent"),
  @JsonSubTypes.Type(value = Condition.FileSaysIfPresent.class, name = "file-says-if-present"),
  @JsonSubTypes.Type(value = Condition.CommandSucceeds.class, name = "command-succeeds"),
  @JsonSubTypes.Type(value = Condition.RuntimeListed.class, name = "runtime-listed"),
  @JsonSubTypes.Type(value = Condition.ContainerUp.class, name = "container-up"),
  @JsonSubTypes.Type(value = Condition.DockerInfo.class, name = "docker-info")
})
public sealed interface Condition {
  /** There is something at this path. */
  record FileExists(String path) implements Condition {}

  /** There is nothing at this path. */
  record FileAbsent(String path) implements Condition {}

  /** There is no such file, or its first line is this. */
  record FileSaysIfPresent(String path, String line) implements Condition {}

  /** The command ends with status 0. */
  record CommandSucceeds(List<String> argv) implements Condition {
    public CommandSucceeds {
      argv = List.copyOf(argv);
    }
  }

  /** Docker lists a runtime of this name. */
  record RuntimeListed(String name) implements Condition {}

  /**
   * Docker's {@code GET /info} has this value at this JSON pointer.
   *
   * @param value a string, a number or a truth value as text; empty if nothing may be there
   */
  record DockerInfo(String pointer, Optional<String> value) implements Condition {}

  /**
   * A container has run for some time, by the host's clock, and is healthy if its image or its spec
   * has a health check.
   *
   * @param seconds how long; one that fails to start has often ended before
   */
  record ContainerUp(String name, int seconds) implements Condition {}

  /** Returns whether Docker is asked, not a shell. */
  default boolean asksDocker() {
    return this instanceof RuntimeListed
        || this instanceof DockerInfo
        || this instanceof ContainerUp;
  }

  /** Returns the condition in words, as the end of "waiting until …". */
  default String describe() {
    return switch (this) {
      case FileExists(String path) -> path + " exists";
      case FileAbsent(String path) -> path + " is gone";
      case FileSaysIfPresent(String path, String line) -> path + " says " + line;
      case CommandSucceeds(List<String> argv) -> "`" + String.join(" ", argv) + "` succeeds";
      case RuntimeListed(String name) -> "Docker lists the runtime " + name;
      case ContainerUp(String name, int seconds) ->
          "container %s has run for %d s and is healthy if that is checked"
              .formatted(name, seconds);
      case DockerInfo(String pointer, Optional<String> value) ->
          "Docker's info has %s at %s".formatted(value.orElse("nothing"), pointer);
    };
  }
}
