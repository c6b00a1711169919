package io.gpurig.engine.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Condition;
import io.gpurig.engine.fact.Shell;
import java.util.List;

/** The shell scripts of those actions and conditions that are carried out by a shell. */
final class ActionScript {
  private static final String PREAMBLE =
      """
      set -eu
      LC_ALL=C
      PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
      export LC_ALL PATH
      R=${GPURIG_ROOT:-}
      """;

  private ActionScript() {}

  /**
   * A temporary file beside the file, flushed to the disk, then renamed over it. A symbolic link is
   * followed, so that it stays one.
   */
  static String write(Action.WriteFile file) {
    return PREAMBLE
        + "path="
        + Shell.path(file.path())
        + "\nmode="
        + Shell.quote(file.mode().orElse(""))
        + "\nsize="
        + file.content().getBytes(UTF_8).length
        + """

        umask 022
        [ ! -L "$path" ] || path=$(readlink -f "$path")
        mkdir -p "${path%/*}"
        umask 077
        temporary=$(mktemp "$path.gpurig.XXXXXX")
        trap 'rm -f "$temporary"' EXIT
        trap 'exit 1' HUP INT TERM
        """
        + "printf %s "
        + Shell.quote(file.content())
        + """
         | dd of="$temporary" conv=fsync 2>/dev/null
        [ "$(wc -c <"$temporary")" -eq "$size" ]
        if [ -e "$path" ]; then
          chown "$(stat -c %u:%g "$path")" "$temporary"
          [ -n "$mode" ] || mode=$(stat -c %a "$path")
        fi
        chmod "${mode:-0644}" "$temporary"
        mv -f "$temporary" "$path"
        trap - EXIT
        sync "${path%/*}" 2>/dev/null || sync
        """;
  }

  static String remove(Action.RemoveFile file) {
    return PREAMBLE + "rm -f " + Shell.path(file.path()) + "\n";
  }

  static String run(List<String> argv) {
    return PREAMBLE + Shell.join(argv) + " </dev/null\n";
  }

  /** Prints the number of the first condition that does not hold, or {@code all}. */
  static String check(List<Condition> conditions) {
    StringBuilder script = new StringBuilder(PREAMBLE);
    for (int number = 0; number < conditions.size(); number++) {
      String test = test(conditions.get(number));
      if (!test.isEmpty()) {
        script.append(test).append(" || { echo ").append(number).append("; exit 0; }\n");
      }
    }
    return script.append("echo all\n").toString();
  }

  private static String test(Condition condition) {
    return switch (condition) {
      case Condition.FileExists(String path) -> "[ -e " + Shell.path(path) + " ]";
      case Condition.FileAbsent(String path) -> "[ ! -e " + Shell.path(path) + " ]";
      case Condition.FileSaysIfPresent(String path, String line) ->
          "{ [ ! -e %1$s ] || [ \"$(head -n 1 %1$s)\" = %2$s ]; }"
              .formatted(Shell.path(path), Shell.quote(line));
      case Condition.CommandSucceeds(List<String> argv) ->
          Shell.join(argv) + " >/dev/null 2>&1 </dev/null";
      case Condition.RuntimeListed(String name) -> ""; // asked of Docker, not of a shell
    };
  }
}
