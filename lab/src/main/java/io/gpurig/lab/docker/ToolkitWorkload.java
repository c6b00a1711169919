package io.gpurig.lab.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.lab.machine.Tree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The entrypoint of NVIDIA's container toolkit image: installs itself and tells Docker about it.
 */
final class ToolkitWorkload implements Workload {
  private static final Duration INSTALL = Duration.ofMillis(200);
  private static final Pattern VERSION = Pattern.compile("v?(\\d{1,4})\\.(\\d{1,4}).*");
  private static final List<String> MODES = List.of("nvidia", "nvidia-cdi", "nvidia-legacy");
  private static final String PID_FILE = "run/nvidia/toolkit/toolkit.pid";

  private final Image image;

  ToolkitWorkload(Image image) {
    this.image = image;
  }

  @Override
  public void start(ContainerProcess process) {
    if (rootOf(process) == null) {
      process.logError("Required argument \"ROOT\" not set");
      process.exit(1);
      return;
    }
    if (!process.env("RUNTIME", "docker").equals("docker")) {
      process.logError("the lab has no other engine than docker");
      process.exit(1);
      return;
    }
    process.log("level=info msg=\"Installing NVIDIA container toolkit\"");
    process.after(INSTALL, () -> install(process));
  }

  @Override
  public void terminate(ContainerProcess process) throws IOException {
    process.log("level=info msg=\"Cleaning up Runtime\"");
    Path file = configFile(process);
    if (file != null && Files.exists(file)) {
      ObjectNode config = DockerConfig.read(file);
      ObjectNode runtimes = config.withObjectProperty("runtimes");
      runtimes.remove(MODES);
      if (runtimes.isEmpty()) {
        config.remove("runtimes");
      }
      // an earlier default other than runc is not restored, as with the real one
      if (config.path("default-runtime").asText().equals("nvidia")) {
        config.put("default-runtime", "runc");
      }
      Tree.write(file, Json.pretty(config));
      signalEngine(process);
    }
    Tree.delete(process.hostFile(PID_FILE));
    process.exit(0);
  }

  private void install(ContainerProcess process) throws IOException {
    String toolkit = rootOf(process) + "/toolkit";
    String host = process.hostPath(toolkit);
    if (host != null) {
      writeToolkit(process.hostFile(host));
    }
    if (process.hostPath("/run/nvidia/toolkit") != null) {
      Tree.write(process.hostFile(PID_FILE), "1\n");
    }
    Path file = configFile(process);
    if (file != null) {
      configure(process, file, toolkit);
      signalEngine(process);
    }
    if (isTrue(process.env("NO_DAEMON", "false"))) {
      process.exit(0);
      return;
    }
    process.log("level=info msg=\"Waiting for signal\"");
  }

  private void configure(ContainerProcess process, Path file, String toolkit) throws IOException {
    process.log("level=info msg=\"Loading config from " + file.getFileName() + "\"");
    ObjectNode config = DockerConfig.read(file);
    ObjectNode runtimes = config.withObjectProperty("runtimes");
    for (String mode : MODES) {
      String binary = mode.replaceFirst("nvidia-?", ".").replaceFirst("\\.$", "");
      ObjectNode runtime = runtimes.putObject(mode);
      runtime.putArray("args");
      runtime.put("path", toolkit + "/nvidia-container-runtime" + binary);
    }
    if (isTrue(process.env("NVIDIA_RUNTIME_SET_AS_DEFAULT", "true"))) {
      config.put("default-runtime", "nvidia");
    }
    if (isTrue(process.env("RUNTIME_ENABLE_CDI", process.env("CDI_ENABLED", "false")))) {
      config.withObjectProperty("features").put("cdi", true);
    }
    Tree.write(file, Json.pretty(config));
  }

  private static void writeToolkit(Path folder) throws IOException {
    Tree.delete(folder);
    String stub = "#!/bin/sh\necho 'not simulated by the lab' >&2\nexit 1\n";
    for (String name :
        List.of(
            "nvidia-container-runtime",
            "nvidia-container-runtime.cdi",
            "nvidia-container-runtime.legacy",
            "nvidia-cdi-hook",
            "nvidia-container-cli")) {
      program(folder.resolve(name), stub);
    }
    program(folder.resolve("nvidia-ctk"), generator());
    Tree.write(
        folder.resolve(".config/nvidia-container-runtime/config.toml"),
        """
        [nvidia-container-cli]
          root = "/run/nvidia/driver"
          ldconfig = "@/run/nvidia/driver/sbin/ldconfig"

        [nvidia-container-runtime]
          runtimes = ["runc", "crun"]
        """);
  }

  private static void program(Path file, String text) throws IOException {
    Tree.write(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static String generator() throws IOException {
    try (InputStream script = ToolkitWorkload.class.getResourceAsStream("nvidia-ctk")) {
      return new String(requireNonNull(script, "nvidia-ctk").readAllBytes(), UTF_8);
    }
  }

  /** The real one finds the engine's process behind its socket and needs to see it to signal it. */
  private static void signalEngine(ContainerProcess process) {
    String socket = process.env("RUNTIME_SOCKET", process.env("DOCKER_SOCKET", ""));
    String host = process.hostPath(socket.isEmpty() ? "/var/run/docker.sock" : socket);
    if (host == null || !host.matches("(/var)?/run/docker\\.sock")) {
      process.logError("level=error msg=\"unable to connect to the docker socket\"");
    } else if (!process.seesHostProcesses()) {
      process.logError("level=error msg=\"unable to send SIGHUP to docker: no such process\"");
    } else {
      process.log("level=info msg=\"Successfully signaled docker\"");
      process.reloadEngine();
    }
  }

  private static @Nullable Path configFile(ContainerProcess process) {
    String file = process.env("RUNTIME_CONFIG", process.env("DOCKER_CONFIG", ""));
    String host = process.hostPath(file.isEmpty() ? "/etc/docker/daemon.json" : file);
    // without the mount it writes inside the container, where nobody sees it
    return host == null ? null : process.hostFile(host);
  }

  private @Nullable String rootOf(ContainerProcess process) {
    String root = process.env("ROOT", process.env("TOOLKIT_INSTALL_DIR", ""));
    if (!root.isEmpty()) {
      return root;
    }
    Matcher version = VERSION.matcher(image.version());
    boolean old =
        version.matches()
            && Integer.parseInt(version.group(1)) == 1
            && Integer.parseInt(version.group(2)) < 18;
    return old ? null : "/usr/local/nvidia";
  }

  private static boolean isTrue(String value) {
    return value.equals("1") || value.equalsIgnoreCase("true");
  }
}
