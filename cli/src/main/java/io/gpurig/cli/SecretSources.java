package io.gpurig.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpurig.engine.plan.ResolvedPlan;
import io.gpurig.engine.plan.SecretMap;
import io.gpurig.engine.plan.Secrets;
import io.gpurig.engine.problem.Nearest;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the values of secrets come from: the environment, {@code --secrets}, {@code
 * --secrets-command}, the later ones winning. Nothing is read and nothing is run until a plan needs
 * a secret.
 */
final class SecretSources {
  private final InputOptions options;
  private final Console console;
  private final Problems problems;
  private @Nullable Map<String, String> given;

  SecretSources(InputOptions options, Console console, Problems problems) {
    this.options = options;
    this.console = console;
    this.problems = problems;
  }

  /**
   * Returns a plan with the values of the secrets that it needs.
   *
   * @param needed whether one that is not known is an error
   */
  ResolvedPlan fill(ResolvedPlan plan, boolean needed) {
    Map<String, String> values = new HashMap<>();
    for (String name : Secrets.in(plan.tree())) {
      Optional<String> value = value(name);
      if (value.isPresent()) {
        values.put(name, value.get());
      } else if (needed) {
        problems.add(unknown(name, plan));
      }
    }
    return values.isEmpty() ? plan : plan.with(new Secrets(values));
  }

  private Optional<String> value(String name) {
    return Optional.ofNullable(given().get(name))
        .or(() -> Optional.ofNullable(console.environment().get(name)));
  }

  private Problem unknown(String name, ResolvedPlan plan) {
    Map<String, String> known = new TreeMap<>(console.environment());
    known.putAll(given());
    Problem problem = Problem.error("secret/unknown", "unknown secret `" + name + "`");
    Problem placed =
        Secrets.position(name, plan.document())
            .map(source -> Problem.error(problem.code(), source, problem.message()))
            .orElse(problem);
    return Nearest.to(name, known.keySet())
        .map(near -> placed.suggest("did you mean `" + near + "`?"))
        .orElseGet(
            () ->
                placed.suggest(
                    "set %s in the environment, or name a file that has it with --secrets"
                        .formatted(name)));
  }

  private Map<String, String> given() {
    Map<String, String> known = given;
    if (known == null) {
      Map<String, String> read = new TreeMap<>();
      options.secrets().ifPresent(file -> read.putAll(file(file)));
      options.secretsCommand().ifPresent(command -> read.putAll(command(command)));
      known = read;
      given = read;
    }
    return known;
  }

  private Map<String, String> file(Path file) {
    try {
      if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
        problems.add(
            Problem.error(
                    "secret/readable-by-all",
                    "`" + file + "` may be read by every user of this machine, so it is not used")
                .suggest("run `chmod 600 " + file + "`"));
        return Map.of();
      }
      return SecretMap.parse(file.toString(), Files.readString(file), problems);
    } catch (NoSuchFileException e) {
      problems.add(Problem.error("secret/file", "`" + file + "` does not exist"));
    } catch (IOException e) {
      problems.add(Problem.error("secret/file", "`" + file + "` cannot be read as text"));
    }
    return Map.of();
  }

  private Map<String, String> command(String command) {
    try {
      Path errors = Files.createTempFile("gpurig", ".err");
      try {
        ProcessBuilder builder =
            new ProcessBuilder("/bin/sh", "-c", command)
                .redirectInput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(errors.toFile());
        builder.environment().clear();
        builder.environment().putAll(console.environment());
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        int exit = process.waitFor();
        if (exit == 0) {
          return SecretMap.parse("`" + command + "`", out, problems);
        }
        problems.add(failed(command, "exit status " + exit, Files.readAllBytes(errors)));
      } finally {
        Files.deleteIfExists(errors);
      }
    } catch (IOException e) {
      problems.add(failed(command, String.valueOf(e.getMessage()), new byte[0]));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      problems.add(failed(command, "interrupted", new byte[0]));
    }
    return Map.of();
  }

  private static Problem failed(String command, String how, byte[] said) {
    String last =
        new String(said, UTF_8)
            .lines()
            .filter(line -> !line.isBlank())
            .reduce((a, b) -> b)
            .orElse("");
    return Problem.error(
            "secret/command",
            "the command for the secrets, `%s`, failed: %s%s"
                .formatted(command, how, last.isEmpty() ? "" : ": " + last.strip()))
        .suggest("run it by hand: it must print `NAME: value` lines");
  }
}
