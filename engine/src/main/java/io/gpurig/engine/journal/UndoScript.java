package io.gpurig.engine.journal;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.change.Action;
import io.gpurig.engine.fact.Shell;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The scripts with which a host takes an action back by itself. They may be run again, and where
 * the action has not happened they do nothing. Those of containers need the {@code docker} command,
 * and do not wait for what a container brings about.
 */
final class UndoScript {
  private static final String HEAD =
      """
      #!/bin/sh
      set -eu
      LC_ALL=C
      PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
      export LC_ALL PATH
      R=${GPURIG_ROOT:-}
      run=$(cd "$(dirname "$0")" && pwd)
      """;

  private static final String CONTAINERS =
      """
      id() { docker inspect --type container --format '{{.Id}}' "$1" 2>/dev/null || true; }
      stop() { [ -z "$(id "$1")" ] || [ "$(id "$1")" = "$spare" ] || docker stop -t "$2" "$1" >/dev/null; }
      remove() { [ -z "$(id "$1")" ] || [ "$(id "$1")" = "$spare" ] || docker rm "$1" >/dev/null; }
      rename() { [ -z "$(id "$1")" ] || docker rename "$1" "$2"; }
      start() { docker start "$1" >/dev/null; }
      """;

  private UndoScript() {}

  /** Returns what puts a file back, from the copy of a step if there is one. */
  static String file(int step, String path) {
    return HEAD
        + "path="
        + Shell.path(path)
        + "\nstep="
        + step
        + """

        [ ! -L "$path" ] || path=$(readlink -f "$path")
        rm -f "$path".gpurig.??????
        if [ -f "$run/$step.file" ]; then
          read -r owner mode <"$run/$step.mode"
          if cmp -s "$run/$step.file" "$path" && [ "$(stat -c '%u:%g %a' "$path")" = "$owner $mode" ]; then exit 0; fi
          mkdir -p "${path%/*}"
          umask 077
          temporary=$(mktemp "$path.gpurig.XXXXXX")
          trap 'rm -f "$temporary"' EXIT
          dd if="$run/$step.file" of="$temporary" conv=fsync 2>/dev/null
          chown "$owner" "$temporary"
          chmod "$mode" "$temporary"
          mv -f "$temporary" "$path"
        else
          rm -f "$path"
        fi
        sync "${path%/*}" 2>/dev/null || sync
        """;
  }

  static String noReboot() {
    return HEAD + "rm -f \"$R" + JournalScript.REBOOT + "\"\n";
  }

  static String command(List<String> argv) {
    return HEAD + Shell.join(argv) + " </dev/null\n";
  }

  static String bind(List<Action> actions) {
    StringBuilder script = new StringBuilder(HEAD);
    for (Action action : actions) {
      if (action instanceof Action.BindDriver bind) {
        script.append(BindScript.of(bind));
      }
    }
    return script.toString();
  }

  static String service(String verb, String unit, Optional<String> user) {
    return HEAD + ServiceScript.again(verb, unit, user);
  }

  static String docker(List<Action> actions, Optional<String> spare) {
    return HEAD
        + "spare="
        + Shell.quote(spare.orElse(""))
        + "\n"
        + CONTAINERS
        + actions.stream().map(UndoScript::docker).collect(Collectors.joining());
  }

  /** The same as flags of {@code docker update}. */
  private static List<String> update(Action.UpdateContainer update) {
    List<String> words = new ArrayList<>(List.of("docker", "update"));
    update
        .settings()
        .properties()
        .forEach(
            setting -> {
              JsonNode value = setting.getValue();
              words.add(
                  switch (setting.getKey()) {
                    case "RestartPolicy" -> "--restart=" + restart(value);
                    case "NanoCpus" ->
                        "--cpus=" + BigDecimal.valueOf(value.asLong(), 9).toPlainString();
                    case "Memory" -> "--memory=" + value.asText();
                    case "MemorySwap" -> "--memory-swap=" + value.asText();
                    case "MemoryReservation" -> "--memory-reservation=" + value.asText();
                    case "CpuShares" -> "--cpu-shares=" + value.asText();
                    case "CpusetCpus" -> "--cpuset-cpus=" + value.asText();
                    case "PidsLimit" -> "--pids-limit=" + value.asText();
                    default -> throw new IllegalArgumentException(setting.getKey());
                  });
            });
    words.add(update.name());
    return words;
  }

  private static String restart(JsonNode policy) {
    String name = policy.path("Name").asText("no");
    int retries = policy.path("MaximumRetryCount").asInt();
    return retries > 0 ? name + ":" + retries : name;
  }

  private static String docker(Action action) {
    List<String> words =
        switch (action) {
          case Action.StartContainer start -> List.of("start", start.name());
          case Action.StopContainer stop ->
              List.of("stop", stop.name(), Integer.toString(stop.timeoutSeconds()));
          case Action.RenameContainer rename -> List.of("rename", rename.from(), rename.to());
          case Action.RemoveContainer remove -> List.of("remove", remove.name());
          case Action.UpdateContainer update -> update(update);
          default -> List.of();
        };
    return words.isEmpty() ? "" : Shell.join(words) + "\n";
  }
}
