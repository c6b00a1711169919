package io.gpurig.engine.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Condition;
import io.gpurig.engine.fact.Shell;
import io.gpurig.engine.journal.BindScript;
import io.gpurig.engine.journal.JournalScript;
import io.gpurig.engine.journal.ServiceScript;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
        + "\nowner="
        + Shell.quote(file.owner().orElse(""))
        + "\nsize="
        + file.content().getBytes(UTF_8).length
        + """

        umask 022
        [ ! -L "$path" ] || path=$(readlink -f "$path")
        made=${path%/*}
        while [ -n "$owner" ] && [ ! -d "${made%/*}" ]; do made=${made%/*}; done
        [ ! -d "$made" ] || made=
        mkdir -p "${path%/*}"
        [ -z "$owner" ] || [ -z "$made" ] || chown -R "$owner" "$made"
        umask 077
        temporary=$(mktemp "$path.gpurig.XXXXXX")
        trap 'rm -f "$temporary"' EXIT
        trap 'exit 1' HUP INT TERM
        """
        + "said=$(printf %s "
        + Shell.quote(file.content())
        + """
         | dd of="$temporary" conv=fsync 2>&1) && [ "$(wc -c <"$temporary")" -eq "$size" ] \\
          || { printf '%s\\n' "$said" | grep dd: >&2; exit 1; }
        if [ -e "$path" ]; then
          chown "$(stat -c %u:%g "$path")" "$temporary"
          [ -n "$mode" ] || mode=$(stat -c %a "$path")
        elif [ -n "$owner" ]; then
          chown "$owner" "$temporary"
        fi
        chmod "${mode:-0644}" "$temporary"
        """
        + validation(file.validate())
        + """
        mv -f "$temporary" "$path"
        trap - EXIT
        sync "${path%/*}" 2>/dev/null || sync
        """;
  }

  /** What the command says of a content that it refuses goes to standard error. */
  private static String validation(List<String> argv) {
    if (argv.isEmpty()) {
      return "";
    }
    String words = argv.stream().map(ActionScript::candidate).collect(Collectors.joining(" "));
    return "said=$("
        + words
        + " 2>&1 </dev/null) || { printf '%s\\n' \"$said\" | tail -n 20 >&2; exit 1; }\n";
  }

  private static String candidate(String word) {
    return Stream.of(word.split(Pattern.quote(Action.WriteFile.CANDIDATE), -1))
        .map(part -> part.isEmpty() ? "" : Shell.quote(part))
        .collect(Collectors.joining("\"$temporary\""));
  }

  static String remove(Action.RemoveFile file) {
    return PREAMBLE + "rm -f " + Shell.path(file.path()) + "\n";
  }

  static String run(List<String> argv) {
    return PREAMBLE + Shell.join(argv) + " </dev/null\n";
  }

  static String owe(Action.Reboot reboot) {
    return PREAMBLE + JournalScript.owe(reboot.timeoutSeconds());
  }

  static String bind(Action.BindDriver bind) {
    return PREAMBLE + BindScript.of(bind);
  }

  /** Tells a service to do something, see {@link ServiceScript}. */
  static String service(String verb, String unit, Optional<String> user) {
    return PREAMBLE + ServiceScript.of(verb, unit, user);
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
      case Condition.RuntimeListed listed -> ""; // asked of Docker, not of a shell
      case Condition.DockerInfo info -> "";
      case Condition.ContainerUp up -> "";
    };
  }
}
