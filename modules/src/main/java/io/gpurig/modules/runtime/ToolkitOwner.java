package io.gpurig.modules.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.module.Diff;
import io.gpurig.engine.module.Finding;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * A host whose toolkit container registers the runtimes. It writes them when it starts and takes
 * them out when it stops, whoever made them: two owners would undo each other's work.
 */
final class ToolkitOwner {
  private static final String AS_DEFAULT = "NVIDIA_RUNTIME_SET_AS_DEFAULT=";

  private ToolkitOwner() {}

  static Diff diff(ContainerRuntime desired, JsonNode container, DockerFacts docker) {
    if (!desired.deploy()) {
      return blocked(
          "/runtime/deploy",
          "the toolkit's container registers the runtimes of this host",
          "set toolkit.deploy: false, and leave the runtime section out");
    }
    // its own default is true (nvidia-ctk-installer)
    boolean asDefault = !env(container, AS_DEFAULT).orElse("true").equals("false");
    if (desired.asDefault().filter(wanted -> wanted != asDefault).isPresent()) {
      return blocked(
          "/runtime/default",
          "the toolkit's container registers the runtimes of this host, %sas the default"
              .formatted(asDefault ? "" : "not "),
          "set toolkit.env.NVIDIA_RUNTIME_SET_AS_DEFAULT: \"%s\"".formatted(!asDefault));
    }
    if (!desired.toolkitConfig().isEmpty()) {
      return blocked(
          "/runtime/config",
          "the toolkit's container writes its own config.toml whenever it starts",
          "set toolkit.env, such as NVIDIA_CONTAINER_RUNTIME_MODE");
    }
    boolean listed =
        desired.engine() != Engine.DOCKER || docker.runtimes().contains(desired.name());
    return listed
        ? Diff.NOTHING
        : blocked(
            "/runtime/name",
            "the toolkit's container registers the runtimes of this host, and none is named "
                + desired.name(),
            "restart the container nvidia-toolkit, or set its name in"
                + " toolkit.env.NVIDIA_RUNTIME_NAME");
  }

  private static Diff blocked(String pointer, String message, String suggestion) {
    return new Diff(
        List.of(),
        List.of(Finding.error("runtime/toolkit-container", pointer, message, suggestion)));
  }

  /** Returns the value of a variable of a container. */
  static Optional<String> env(JsonNode container, String name) {
    return StreamSupport.stream(container.path("Config").path("Env").spliterator(), false)
        .map(JsonNode::asText)
        .filter(pair -> pair.startsWith(name))
        .map(pair -> pair.substring(name.length()))
        .findFirst();
  }
}
