package io.gpurig.engine.change;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.fact.CommandFact;
import io.gpurig.engine.fact.DeviceUser;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.engine.fact.PciFact;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a change does to the facts of a host: how a plan sees beyond its first change. Its JSON form
 * is part of the saved plan.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "effect")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Effect.FileBecomes.class, name = "file-becomes"),
  @JsonSubTypes.Type(value = Effect.FileGone.class, name = "file-gone"),
  @JsonSubTypes.Type(value = Effect.CommandAnswers.class, name = "command-answers"),
  @JsonSubTypes.Type(value = Effect.ContainerBecomes.class, name = "container-becomes"),
  @JsonSubTypes.Type(value = Effect.ContainerGone.class, name = "container-gone"),
  @JsonSubTypes.Type(value = Effect.ImagePulled.class, name = "image-pulled"),
  @JsonSubTypes.Type(value = Effect.RuntimesListed.class, name = "runtimes-listed"),
  @JsonSubTypes.Type(value = Effect.DockerInfoBecomes.class, name = "docker-info-becomes"),
  @JsonSubTypes.Type(value = Effect.DevicesReleased.class, name = "devices-released"),
  @JsonSubTypes.Type(value = Effect.PciDriver.class, name = "pci-driver"),
  @JsonSubTypes.Type(value = Effect.PciBound.class, name = "pci-bound")
})
public sealed interface Effect {
  /** Returns the facts as they are after this. */
  Facts on(Facts facts);

  /** This file is there. */
  record FileBecomes(String path, FileFact file) implements Effect {
    @Override
    public Facts on(Facts facts) {
      return facts.withFile(path, Optional.of(file));
    }
  }

  /** This file is gone. */
  record FileGone(String path) implements Effect {
    @Override
    public Facts on(Facts facts) {
      return facts.withFile(path, Optional.empty());
    }
  }

  /** This command answers so. */
  record CommandAnswers(List<String> argv, CommandFact answer) implements Effect {
    public CommandAnswers {
      argv = List.copyOf(argv);
    }

    @Override
    public Facts on(Facts facts) {
      return facts.withCommand(argv, answer);
    }
  }

  /** A container of this name is as {@code GET /containers/{id}/json} would answer. */
  record ContainerBecomes(JsonNode inspect) implements Effect {
    public ContainerBecomes {
      inspect = ChangeJson.plain(inspect);
    }

    @Override
    public Facts on(Facts facts) {
      String name = DockerFacts.name(inspect);
      return withContainers(facts, name, Optional.of(inspect));
    }
  }

  /** There is no container of this name. */
  record ContainerGone(String name) implements Effect {
    @Override
    public Facts on(Facts facts) {
      return withContainers(facts, name, Optional.empty());
    }
  }

  /** An image of this name was pulled: what is in it will be known then. */
  record ImagePulled(String reference) implements Effect {
    @Override
    public Facts on(Facts facts) {
      return facts.withDocker(docker(facts).withoutImage(reference));
    }
  }

  /** Docker lists these runtimes beside those that it lists already. */
  record RuntimesListed(List<String> names) implements Effect {
    public RuntimesListed {
      names = List.copyOf(names);
    }

    @Override
    public Facts on(Facts facts) {
      DockerFacts docker = docker(facts);
      Optional<JsonNode> info = docker.info().map(this::added);
      return facts.withDocker(docker.withInfo(info));
    }

    private JsonNode added(JsonNode info) {
      ObjectNode changed = info.deepCopy();
      names.forEach(name -> changed.withObject("/Runtimes").withObject("/" + name));
      return changed;
    }
  }

  /** These properties of Docker's {@code GET /info} have these values. */
  record DockerInfoBecomes(Map<String, JsonNode> values) implements Effect {
    public DockerInfoBecomes {
      values = Map.copyOf(values);
    }

    @Override
    public Facts on(Facts facts) {
      DockerFacts docker = docker(facts);
      Optional<JsonNode> info = docker.info().map(this::changed);
      return facts.withDocker(docker.withInfo(info));
    }

    private JsonNode changed(JsonNode info) {
      ObjectNode changed = info.deepCopy();
      values.forEach(changed::set);
      return changed;
    }
  }

  /** The processes of these containers have no device file of this prefix open any more. */
  record DevicesReleased(String prefix, List<String> containers) implements Effect {
    public DevicesReleased {
      containers = List.copyOf(containers);
    }

    @Override
    public Facts on(Facts facts) {
      List<DeviceUser> left =
          facts.deviceUsers().getOrDefault(prefix, List.of()).stream()
              .filter(user -> user.container().filter(containers::contains).isEmpty())
              .toList();
      return facts.withDeviceUsers(prefix, left);
    }
  }

  /** This function on the PCI bus is bound to this driver. */
  record PciDriver(String bdf, String driver) implements Effect {
    @Override
    public Facts on(Facts facts) {
      PciFact function = facts.pci().orElse(Map.of()).get(bdf);
      return function == null
          ? facts
          : facts.withPci(bdf, function.withDriver(Optional.of(driver)));
    }
  }

  /** This function on the PCI bus has this driver, or none, and this {@code driver_override}. */
  record PciBound(String bdf, Optional<String> driver, Optional<String> override)
      implements Effect {
    @Override
    public Facts on(Facts facts) {
      PciFact function = facts.pci().orElse(Map.of()).get(bdf);
      return function == null
          ? facts
          : facts.withPci(bdf, function.withDriver(driver).withDriverOverride(override));
    }
  }

  /** An effect looks at facts only to alter them: nothing rests on what it sees. */
  private static DockerFacts docker(Facts facts) {
    return facts.docker().orElseGet(() -> DockerFacts.unreachable("Docker was not read"));
  }

  private static Facts withContainers(Facts facts, String name, Optional<JsonNode> inspect) {
    DockerFacts docker = docker(facts);
    List<JsonNode> containers = new ArrayList<>(docker.containers());
    containers.removeIf(container -> DockerFacts.name(container).equals(name));
    inspect.ifPresent(containers::add);
    return facts.withDocker(docker.withContainers(containers));
  }
}
