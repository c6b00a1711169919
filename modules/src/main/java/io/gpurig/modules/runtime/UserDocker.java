package io.gpurig.modules.runtime;

import java.util.ArrayList;
import java.util.List;

/** Commands that ask a user's rootless Docker, whose socket is in the user's runtime folder. */
final class UserDocker {
  private static final String DOCKER =
      "docker -H \"unix:///run/user/$(id -u -- \"$1\")/docker.sock\" ";

  /** Those properties of GET /info that count, under their own names. */
  private static final String INFO =
      "info --format '{\"Runtimes\":{{json .Runtimes}},\"DefaultRuntime\":{{json .DefaultRuntime}},"
          + "\"LiveRestoreEnabled\":{{json .LiveRestoreEnabled}},"
          + "\"ServerVersion\":{{json .ServerVersion}}}'";

  private UserDocker() {}

  static List<String> info(String user) {
    return sh(DOCKER + INFO, user);
  }

  static List<String> running(String user) {
    return sh(DOCKER + "ps --format '{{.Names}}'", user);
  }

  /**
   * Returns a command that succeeds once Docker lists exactly these runtimes of those asked for.
   */
  static List<String> lists(String user, List<String> there, List<String> gone) {
    String script =
        "said=$("
            + DOCKER
            + "info --format '{{json .Runtimes}}') || exit 1; shift; want=0;"
            + " for name; do [ \"$name\" != -- ] || { want=1; continue; };"
            + " case $said in *\"\\\"$name\\\":\"*) has=0 ;; *) has=1 ;; esac;"
            + " [ $has = $want ] || exit 1; done";
    List<String> argv = new ArrayList<>(sh(script, user));
    argv.addAll(there);
    argv.add("--");
    argv.addAll(gone);
    return argv;
  }

  private static List<String> sh(String script, String user) {
    return List.of("sh", "-c", script, "sh", user);
  }
}
