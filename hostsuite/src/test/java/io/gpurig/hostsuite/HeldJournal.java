package io.gpurig.hostsuite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;

/** Holds a host at the end of a line of its journal, and ends the run at that moment. */
final class HeldJournal {
  private static final int POLL_MILLIS = 200;

  private static final String SCRIPT_ENDS =
      """
      n=0
      while [ -e /run/held ] && [ $n -lt 600 ] &&
        grep -qs "^[0-9]* (.*) . [0-9]* [0-9]* $(cat /run/held) " /proc/[0-9]*/stat; do
        n=$((n + 1)); sleep 0.1
      done
      """;

  private HeldJournal() {}

  /** Runs a shell script on a host. */
  interface Shell {
    String sh(String script) throws Exception;
  }

  /** From now on the journal of the next run is held; dd flushes each of its lines. */
  static void hold(Shell host, int line) throws Exception {
    host.sh(
        """
        rm -f /run/held /run/go
        cat >/usr/local/bin/dd <<'END'
        #!/bin/sh
        /usr/bin/dd "$@"
        status=$?
        case $1 in
          of=/var/lib/gpurig/runs/*/log)
            if [ ! -e /run/held ] && [ "$(wc -l <"${1#of=}")" -eq %d ]; then
              cut -d ' ' -f 6 /proc/$$/stat >/run/held # the session: sshd makes one a script
              while [ ! -e /run/go ]; do sleep 0.1; done
            fi ;;
        esac
        exit $status
        END
        chmod 755 /usr/local/bin/dd
        """
            .formatted(line));
  }

  /** Lets the host go on. A shell that has found dd here looks for it nowhere else: it stays. */
  static void letGo(Shell host) throws Exception {
    host.sh(": >/run/go");
  }

  /** Takes away all that was put on the host. */
  static void remove(Shell host) throws Exception {
    host.sh("rm -f /usr/local/bin/dd /run/held /run/go");
  }

  /** Starts gpurig. */
  static Process start(Object... arguments) throws Exception {
    return new ProcessBuilder(Program.gpurigCommand(arguments))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Waits until the host is held; false if the run ends before, as its journal is shorter. */
  static boolean isHeld(Shell host, Process run) throws Exception {
    boolean runs = true;
    boolean held = false;
    while (runs && !held) {
      runs = !run.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
      held = !host.sh("cat /run/held 2>/dev/null || :").isEmpty();
    }
    return held;
  }

  /**
   * Kills gpurig when its journal on the host has so many lines; false if it has fewer. What the
   * host was told before, it does to the end.
   */
  static boolean killedAt(int line, Shell host, Object... arguments) throws Exception {
    hold(host, line);
    Process run = start(arguments);
    try {
      return isHeld(host, run);
    } finally {
      run.destroyForcibly();
      assertThat(run.waitFor(1, TimeUnit.MINUTES)).isTrue();
      letGo(host);
      host.sh(SCRIPT_ENDS);
    }
  }
}
