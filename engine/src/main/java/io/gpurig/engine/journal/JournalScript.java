package io.gpurig.engine.journal;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.change.Action;
import io.gpurig.engine.fact.Shell;
import java.util.List;
import java.util.Optional;

/**
 * The scripts that write the journal of a host: the folder {@code /var/lib/gpurig}, root's alone,
 * with {@code runs/ID/log}, a line of JSON an event, each flushed to the disk before what it
 * announces is begun.
 */
public final class JournalScript {
  /** The file that is there while a run is under way. */
  public static final String UNFINISHED = "/var/lib/gpurig/unfinished";

  /** The file that is there while a reboot is owed: for which boot, and how long one may take. */
  public static final String REBOOT = "/var/lib/gpurig/reboot";

  /** Differs from boot to boot: random(4). */
  public static final String BOOT_ID = "/proc/sys/kernel/random/boot_id";

  /** The exit status when the journal cannot be written: {@code EX_TEMPFAIL} of sysexits.h. */
  public static final int UNWRITABLE = 75;

  /** The exit status when the lock is not held any more. */
  public static final int NOT_LOCKED = 76;

  /** The exit status when a command of a run that was cut off still works. */
  public static final int STILL_WORKING = 77;

  private static final String FUNCTIONS = Resource.text("journal.sh");
  private static final String UNDO = Resource.text("undo.sh");

  private JournalScript() {}

  /** Returns what must stand before all that follows. */
  public static String functions(String id, String token) {
    return "id=%s token=%s\n".formatted(Shell.quote(id), Shell.quote(token)) + FUNCTIONS;
  }

  /** Returns what ends the script unless the lock is held. */
  public static String held() {
    return "held\n";
  }

  /** Returns what makes the folder of a run. */
  public static String begin(JsonNode header) {
    return "undo=%s\nbegin_run %s\n".formatted(Shell.quote(UNDO), Shell.quote(open(header)));
  }

  /** Returns what writes a step ahead: the copy of what it replaces, its undo, and its line. */
  public static String step(Step step, JsonNode line, Action action, List<Action> undo) {
    StringBuilder script = new StringBuilder();
    if (action instanceof Action.WriteFile || action instanceof Action.RemoveFile) {
      script.append("keep %d %s\n".formatted(step.step(), Shell.path(path(action))));
    }
    String text =
        switch (action) {
          case Action.WriteFile write -> UndoScript.file(step.step(), write.path());
          case Action.RemoveFile remove -> UndoScript.file(step.step(), remove.path());
          case Action.RunCommand run -> run.undo().isEmpty() ? "" : UndoScript.command(run.undo());
          case Action.ReloadService reload ->
              UndoScript.service("reload", reload.unit(), Optional.empty());
          case Action.RestartService restart ->
              UndoScript.service("restart", restart.unit(), restart.user());
          case Action.BindDriver _ -> UndoScript.bind(undo);
          case Action.Reboot _ -> UndoScript.noReboot();
          default -> UndoScript.docker(step.isFinal() ? step.finish() : undo, step.spare());
        };
    String kind =
        step.script().map(k -> k.name().toLowerCase(java.util.Locale.ROOT)).orElse("none");
    return script
        .append(
            "step %d %s %s %s\n"
                .formatted(step.step(), kind, Shell.quote(text), Shell.quote(open(line))))
        .toString();
  }

  private static String path(Action action) {
    return switch (action) {
      case Action.WriteFile write -> write.path();
      case Action.RemoveFile remove -> remove.path();
      default -> throw new IllegalArgumentException(action.describe());
    };
  }

  /** Returns what says in one file, for the next run, what is under way. */
  public static String unfinished(String text) {
    return "unfinished %s || refuse \"cannot write $journal\"\n".formatted(Shell.quote(text));
  }

  /** Returns what adds a line. */
  public static String note(JsonNode line) {
    return "note %s || refuse \"cannot write $run\"\n".formatted(Shell.quote(open(line)));
  }

  /** Returns what tells the next run that a command is under way in this shell. */
  public static String working() {
    return "working\n";
  }

  /** Returns what runs the script of a step and marks it undone. */
  public static String undo(Step step) {
    String kind = step.script().orElseThrow().name().toLowerCase(java.util.Locale.ROOT);
    return "sh \"$run/%1$d.%2$s\" && undone %1$d\n".formatted(step.step(), kind);
  }

  /** Returns what marks a step as taken back. */
  public static String undone(Step step) {
    return "undone " + step.step() + "\n";
  }

  /** Returns what notes that a reboot is owed; the journal is there already. */
  public static String owe(int seconds) {
    return """
    umask 077
    owed=${GPURIG_ROOT:-}%s
    read -r boot <"${GPURIG_ROOT:-}%s"
    printf 'boot %%s\\nseconds %d\\n' "$boot" >"$owed.new"
    dd of="$owed.new" conv=notrunc,fsync count=0 </dev/null 2>/dev/null
    mv -f "$owed.new" "$owed"
    sync
    """
        .formatted(REBOOT, BOOT_ID, seconds);
  }

  /** Returns what reboots the host, and does not wait for it. */
  public static String reboot() {
    return held() + "sync\nsystemctl reboot || reboot\n";
  }

  /** Returns what forgets that a reboot was owed. */
  public static String rebooted() {
    return held() + "rm -f \"$journal/reboot\"\n";
  }

  /** Returns what ends a run. */
  public static String close(String outcome) {
    return "close_run " + Shell.quote(outcome) + "\n";
  }

  /**
   * Returns what waits for a command that was cut off, then prints the log of the run.
   *
   * @param seconds how long to wait
   */
  public static String unfinishedLog(int seconds) {
    return "settled " + seconds + "\ncat \"$run/log\" 2>/dev/null\nexit 0\n";
  }

  /** Returns what prints the logs of all runs, the oldest first. */
  public static String logs() {
    return functions("", "")
        + "[ -e \"${journal%/*}\" ] || exit 0\n"
        + "[ ! -e \"$journal\" ] || [ -r \"$journal/runs\" ] || refuse \"may not read $journal\"\n"
        + "for log in \"$journal\"/runs/*/log; do [ ! -e \"$log\" ] || { cat \"$log\"; echo; };"
        + " done\n"
        + "exit 0\n";
  }

  /** The host adds the time, and the last brace. */
  private static String open(JsonNode line) {
    String json = line.toString();
    return json.substring(0, json.length() - 1);
  }
}
