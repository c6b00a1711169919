package io.gpurig.engine.docker;

import io.gpurig.engine.problem.Problem;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What to tell when Docker cannot be reached or refuses. */
final class DockerProblems {
  private static final String UNREACHABLE = "docker/unreachable";

  private DockerProblems() {}

  /** Explains by what the docker command said on the host. */
  static DockerException unreachable(int exit, String said, Throwable cause) {
    String line = said.strip().lines().findFirst().orElse("");
    String text = said.toLowerCase(Locale.ROOT);
    Problem problem;
    if (text.contains("incorrect password") || text.contains("no password was provided")) {
      problem =
          Problem.error(UNREACHABLE, "sudo on the host does not take the password")
              .suggest("correct ansible_become_password");
    } else if (text.contains("password is required") || text.contains("not in the sudoers")) {
      problem =
          Problem.error(UNREACHABLE, "sudo on the host asks for a password")
              .suggest("let the login user run sudo without a password");
    } else if (text.contains("permission denied")) {
      problem =
          Problem.error(UNREACHABLE, "the login user may not use Docker")
              .suggest("add the user to the group docker, or set ansible_become: true");
    } else if (exit == 127 || text.contains("command not found") || text.contains("no such file")) {
      problem =
          Problem.error(UNREACHABLE, "there is no Docker on the host")
              .suggest("install Docker on the host");
    } else if (text.contains("cannot connect to the docker daemon")
        || text.contains("failed to connect to the docker api")) {
      problem =
          Problem.error(UNREACHABLE, "the Docker daemon of the host does not run")
              .suggest("start it with `systemctl start docker`");
    } else {
      problem =
          Problem.error(UNREACHABLE, "Docker does not answer" + (line.isEmpty() ? "" : ": " + line))
              .suggest("run `docker info` on the host");
    }
    return new DockerException(problem, cause);
  }

  static DockerException notHttp(Throwable cause) {
    return new DockerException(
        Problem.error(
                UNREACHABLE,
                "what answers is not Docker; it says `%s`".formatted(cause.getMessage()))
            .suggest("make sure that no login script of the user prints anything"),
        cause);
  }

  static DockerException lost(String request, Throwable cause) {
    return new DockerException(
        Problem.error(
                UNREACHABLE,
                "the connection to Docker broke while waiting for the answer to: " + request)
            .suggest(
                "check the Docker daemon of the host and whether this was done, then run again"),
        cause);
  }

  static DockerException deadline(Watchdog.Limit limit, @Nullable Throwable cause) {
    Problem problem =
        Problem.error(
                UNREACHABLE,
                "Docker %s for %d s"
                    .formatted(
                        limit.silence() ? "was silent" : "did not finish",
                        limit.time().toSeconds()))
            .suggest("look at the log of the Docker daemon on the host");
    return cause == null ? new DockerException(problem) : new DockerException(problem, cause);
  }

  static DockerException tooLarge() {
    return new DockerException(
        Problem.error("docker/too-large", "Docker answers with more than gpurig takes")
            .suggest("look at what answers at the Docker socket of the host"));
  }

  static DockerException notJson(String what) {
    return new DockerException(
        Problem.error(
            "docker/failed",
            "Docker was to %s, and what it answers is not what Docker says".formatted(what)));
  }

  static DockerException cancelled(Throwable cause) {
    return new DockerException(
        Problem.error("docker/failed", "the work with Docker was cancelled"), cause);
  }

  /** Explains a refusal by its status and Docker's own words. */
  static DockerException refused(String what, int status, String words) {
    String code =
        switch (status) {
          case 404 -> "docker/not-found";
          case 409 -> "docker/conflict";
          default -> "docker/failed";
        };
    return new DockerException(Problem.error(code, "Docker cannot %s: %s".formatted(what, words)));
  }
}
