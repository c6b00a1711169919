package io.gpurig.engine.journal;

import io.gpurig.engine.fact.Shell;
import java.util.List;
import java.util.Optional;

/**
 * The part of a script that tells a systemd service to do something; {@code R} is set before it.
 */
public final class ServiceScript {
  private ServiceScript() {}

  /**
   * A host that lies below a folder has a systemctl of its own there, or none: that of the machine
   * around it is not asked.
   *
   * @param verb such as {@code restart}
   * @param user whose service manager is asked; empty for the system's
   */
  public static String of(String verb, String unit, Optional<String> user) {
    return """
    systemctl=$(command -v systemctl) || { echo "there is no systemctl" >&2; exit 1; }
    case $systemctl in
      "$R"/*) ;;
      *) echo "$systemctl is not that of the host in $R" >&2; exit 1 ;;
    esac
    """
        + user.map(ServiceScript::userManager).orElse("")
        + "\"$@\" systemctl "
        + (user.isPresent() ? "--user " : "")
        + Shell.join(List.of(verb, "--", unit))
        + " </dev/null\n";
  }

  /**
   * Makes a service look at its configuration again when that is the old one again. The new one may
   * have ended it, and systemd may have given up on it: then it is started.
   */
  static String again(String verb, String unit, Optional<String> user) {
    String script = of(verb.equals("reload") ? "reload-or-restart" : verb, unit, user);
    String command = script.substring(script.lastIndexOf("\"$@\"")).strip();
    String forget = command.replaceFirst("systemctl (--user )?\\S+", "systemctl $1reset-failed");
    return script.strip() + " || { " + forget + "; " + command + "; }\n";
  }

  /** A user's service manager is found by its runtime folder, see pam_systemd(8). */
  private static String userManager(String user) {
    return "user="
        + Shell.quote(user)
        + """

        id=$(id -u -- "$user")
        set -- env XDG_RUNTIME_DIR="/run/user/$id"
        [ "$(id -u)" = "$id" ] || set -- runuser -u "$user" -- "$@"
        """;
  }
}
