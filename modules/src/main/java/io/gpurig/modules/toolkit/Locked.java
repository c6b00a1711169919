package io.gpurig.modules.toolkit;

import java.util.ArrayList;
import java.util.List;

/** Commands that give up at once when another package manager is at work: they are tried again. */
final class Locked {
  /**
   * Arguments: seconds, then the command. Tries again for as long as the command says that it could
   * not get a lock; prints what it said in the end. The words are those of apt and dpkg
   * (apt-pkg/contrib/fileutl.cc, dpkg lib/dpkg/dbmodify.c), dnf (dnf/lock.py, dnf/exceptions.py)
   * and yum (yum/__init__.py).
   */
  private static final String RETRY =
      """
      end=$(($(date +%s) + $1)); shift
      until said=$("$@" 2>&1); do
        status=$?
        case $said in
          *"Could not get lock"* | *"is locked by another process"* | *"Failed to obtain"*lock* | *"already locked by"* | *"Existing lock"*) ;;
          *) end=0 ;;
        esac
        if [ "$(date +%s)" -ge "$end" ]; then printf '%s\\n' "$said" >&2; exit "$status"; fi
        sleep 2
      done
      """;

  private Locked() {}

  /** Returns a command that tries another one for some seconds. */
  static List<String> retried(int seconds, List<String> command) {
    List<String> argv = new ArrayList<>();
    argv.addAll(List.of("sh", "-c", RETRY, "retry", Integer.toString(seconds)));
    argv.addAll(command);
    return argv;
  }
}
