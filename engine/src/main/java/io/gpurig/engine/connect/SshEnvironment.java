package io.gpurig.engine.connect;

import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What connections over SSH need to know of the user who makes them.
 *
 * @param home the home folder
 * @param variables the environment variables
 * @param prompt asks the user
 */
public record SshEnvironment(Path home, Map<String, String> variables, Prompt prompt) {
  public SshEnvironment {
    variables = Map.copyOf(variables);
  }

  /** That of this process, with nobody to ask. */
  public static SshEnvironment ofProcess() {
    return new SshEnvironment(
        Path.of(System.getProperty("user.home")), System.getenv(), Prompt.NOBODY);
  }

  /** Returns the user's name on this machine. */
  String user() {
    return Stream.of("USER", "LOGNAME")
        .map(name -> variables.getOrDefault(name, ""))
        .filter(user -> !user.isBlank())
        .findFirst()
        .orElseGet(() -> System.getProperty("user.name", ""));
  }
}
