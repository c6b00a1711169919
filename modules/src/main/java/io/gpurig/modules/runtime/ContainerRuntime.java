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
 * @param kind what kind of runtime it is
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
    Duration readyTimeout,
    Kind kind) {
  private static final String VARIANT = "nvidia-";

  /**
   * A kind of runtime.
   *
   * @param section the section of a plan that asks for it
   * @param off what such a section says that wants none
   * @param owner what the backups of files are named after; empty for the first who had any
   * @param args what its program is given, whatever container it is for
   * @param shim the file of options of containerd's shim; empty for a program that runc's shim runs
   */
  record Kind(String section, String off, String owner, List<String> args, Optional<String> shim) {
    /** NVIDIA's own. */
    static final Kind NVIDIA =
        new Kind("runtime", "deploy: false", "", List.of(), Optional.empty());

    Kind {
      args = List.copyOf(args);
    }
  }

  ContainerRuntime {
    variants = List.copyOf(variants);
    toolkitConfig = Collections.unmodifiableMap(new TreeMap<>(toolkitConfig));
  }

  /** Returns all names that NVIDIA's runtimes go by (nvidia-ctk-installer registers all three). */
  List<String> names() {
    return kind.equals(Kind.NVIDIA)
        ? Stream.of(name, VARIANT + "cdi", VARIANT + "legacy").distinct().toList()
        : List.of(name);
  }

  /** Returns the names that are taken out of files whoever put them in. */
  List<String> foreign() {
    return kind.equals(Kind.NVIDIA) ? names() : List.of();
  }

  /** Returns the runtimes to register, given the program of the first. */
  List<Registration> registrations(String program) {
    return Stream.concat(
            Stream.of(new Registration(name, program, kind.args(), kind.shim())),
            variants.stream().map(v -> new Registration(VARIANT + v, program + "." + v)))
        .toList();
  }

  /**
   * A runtime as it is to be registered.
   *
   * @param path its program
   * @param args what that is given; empty leaves alone what the entry has
   * @param shim as {@link Kind#shim}
   */
  record Registration(String name, String path, List<String> args, Optional<String> shim) {
    Registration {
      args = List.copyOf(args);
    }

    /** Creates a registration of a program that needs no arguments. */
    Registration(String name, String path) {
      this(name, path, List.of(), Optional.empty());
    }
  }

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
