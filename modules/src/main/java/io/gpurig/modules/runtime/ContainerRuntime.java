package io.gpurig.modules.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a plan's {@code runtime} section asks for.
 *
 * @param deploy whether the runtime is to be registered
 * @param engine with whom
 * @param rootless whether the engine is a user's
 * @param user whose
 * @param asDefault whether containers run with it that name no runtime; empty leaves that alone
 * @param name its name
 * @param path its program; empty for that which the host has
 * @param variants further runtimes: {@code cdi}, {@code legacy}
 * @param engineConfig the engine's configuration file, if it is not where it is by default
 * @param engineDropIn likewise the file of ours
 * @param toolkitConfig keys of the toolkit's own configuration, dotted
 * @param configFile the file of that
 * @param readyTimeout how long the engine may take to list the runtime
 */
record ContainerRuntime(
    boolean deploy,
    Engine engine,
    boolean rootless,
    Optional<String> user,
    Optional<Boolean> asDefault,
    String name,
    Optional<String> path,
    List<String> variants,
    Optional<String> engineConfig,
    Optional<String> engineDropIn,
    Map<String, JsonNode> toolkitConfig,
    String configFile,
    Duration readyTimeout) {
  private static final String VARIANT = "nvidia-";

  ContainerRuntime {
    variants = List.copyOf(variants);
    toolkitConfig = Collections.unmodifiableMap(new TreeMap<>(toolkitConfig));
  }

  /** Returns all names that NVIDIA's runtimes go by (nvidia-ctk-installer registers all three). */
  List<String> names() {
    return Stream.of(name, VARIANT + "cdi", VARIANT + "legacy").distinct().toList();
  }

  /** Returns the runtimes to register, given the program of the first. */
  List<Registration> registrations(String program) {
    return Stream.concat(
            Stream.of(new Registration(name, program)),
            variants.stream().map(v -> new Registration(VARIANT + v, program + "." + v)))
        .toList();
  }

  /**
   * A runtime as it is to be registered.
   *
   * @param path its program
   */
  record Registration(String name, String path) {}

  /** Returns the file that the engine reads first. */
  String config() {
    return engineConfig.orElseGet(() -> placed(engine.config()));
  }

  /** Returns the file of ours that the engine reads too; empty if it reads one only. */
  String dropIn() {
    return engineDropIn.orElseGet(() -> placed(engine.dropIn()));
  }

  /** Returns where a user's engine has what the system's has below /etc. */
  private String placed(String path) {
    return rootless && path.startsWith("/etc/")
        ? home() + "/.config" + path.substring("/etc".length())
        : path;
  }

  String home() {
    String name = user.orElse("root");
    return name.equals("root") ? "/root" : "/home/" + name;
  }
}
