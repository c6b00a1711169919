package io.gpurig.lab.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.lab.machine.RootFolder;
import io.gpurig.lab.machine.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an engine has taken from its {@code daemon.json}, by Docker's rules of start and reload. */
final class DockerConfig {
  private static final String FILE = "etc/docker/daemon.json";
  private static final List<String> BUILT_IN = List.of("runc", "io.containerd.runc.v2");

  private final RootFolder root;
  private ObjectNode runtimes = Json.object();
  private String defaultRuntime = "runc";
  private boolean cdi = true;
  private boolean gpusOption;

  DockerConfig(RootFolder root) {
    this.root = root;
  }

  static ObjectNode read(Path file) throws IOException {
    String text = Tree.read(file);
    return text != null && Json.parse(text.getBytes(UTF_8)) instanceof ObjectNode object
        ? object
        : Json.object();
  }

  /** Takes everything from the file, as a start of the engine does. */
  void start() throws IOException {
    ObjectNode file = read(root.at(FILE));
    runtimes = named(file.get("runtimes"));
    defaultRuntime = file.path("default-runtime").asText("runc");
    cdi = file.path("features").path("cdi").asBoolean(true);
    // docker run --gpus is looked up on PATH once in the life of the engine
    gpusOption =
        Files.exists(root.at("usr/bin/nvidia-container-runtime-hook"))
            || Files.exists(root.at("usr/bin/nvidia-cdi-hook"));
  }

  /** Takes what SIGHUP takes: a key that is no longer in the file keeps its old value. */
  void reload() throws IOException {
    ObjectNode file = read(root.at(FILE));
    if (file.has("runtimes")) {
      runtimes = named(file.get("runtimes"));
    }
    String wanted = file.path("default-runtime").asText();
    if (!wanted.isEmpty()) {
      defaultRuntime = wanted;
    }
  }

  boolean liveRestore() throws IOException {
    return read(root.at(FILE)).path("live-restore").asBoolean();
  }

  String defaultRuntime() {
    return defaultRuntime;
  }

  boolean cdi() {
    return cdi;
  }

  boolean gpusOption() {
    return gpusOption;
  }

  boolean knows(String runtime) {
    return BUILT_IN.contains(runtime) || runtimes.has(runtime);
  }

  /** Returns the {@code Runtimes} of {@code docker info}. */
  ObjectNode runtimesJson() {
    ObjectNode json = Json.object();
    BUILT_IN.forEach(name -> json.putObject(name).put("path", "runc"));
    for (var runtime : runtimes.properties()) {
      ObjectNode entry = json.putObject(runtime.getKey());
      entry.put("path", runtime.getValue().path("path").asText());
      JsonNode arguments = runtime.getValue().path("args");
      if (!arguments.isEmpty()) {
        entry.set("runtimeArgs", arguments);
      }
    }
    return json;
  }

  private static ObjectNode named(@Nullable JsonNode node) {
    return node instanceof ObjectNode object ? object.deepCopy() : Json.object();
  }
}
