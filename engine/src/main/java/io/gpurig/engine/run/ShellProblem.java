package io.gpurig.engine.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpurig.engine.connect.Connection.ExecResult;
import io.gpurig.engine.connect.ConnectionSettings;
import io.gpurig.engine.problem.Problem;
import java.util.List;

/** Tells from what a host answered instead of a script's output why the script did not run. */
final class ShellProblem {
  /** What sudo says (sudo plugins/sudoers and src, English because the script sets LC_ALL). */
  private record Sign(String text, String code, String message, String suggestion) {}

  private static final List<Sign> SIGNS =
      List.of(
          new Sign(
              "password is required",
              "become/password-required",
              "sudo on %s wants a password for %s",
              "hand it over with --ask-become-pass, give that user a NOPASSWD rule, or connect as"
                  + " root"),
          new Sign(
              "incorrect password attempt",
              "become/wrong-password",
              "sudo on %s does not take the password of %s",
              "correct ansible_become_password, or what was given with --ask-become-pass"),
          new Sign(
              "no password was provided",
              "become/wrong-password",
              "sudo on %s does not take the password of %s",
              "correct ansible_become_password, or what was given with --ask-become-pass"),
          new Sign(
              "not in the sudoers file",
              "become/not-allowed",
              "%2$s may not use sudo on %1$s",
              "add a sudoers rule for that user, or connect as root"),
          new Sign(
              "is not allowed to",
              "become/not-allowed",
              "%2$s may not run this through sudo on %1$s",
              "add a sudoers rule for that user, or connect as root"),
          new Sign(
              "may not run sudo",
              "become/not-allowed",
              "%2$s may not use sudo on %1$s",
              "add a sudoers rule for that user, or connect as root"),
          new Sign(
              "must have a tty",
              "become/tty-required",
              "sudo on %s wants a terminal (requiretty)",
              "take requiretty out of sudoers for %2$s, or connect as root"),
          new Sign(
              "sudo: not found",
              "become/no-sudo",
              "there is no sudo on %s",
              "install it, or connect as root without ansible_become"),
          new Sign(
              "sudo: command not found",
              "become/no-sudo",
              "there is no sudo on %s",
              "install it, or connect as root without ansible_become"));

  private ShellProblem() {}

  static Problem of(ConnectionSettings settings, String user, ExecResult result, String reason) {
    String answer = new String(result.stderr(), UTF_8) + "\n" + new String(result.stdout(), UTF_8);
    for (Sign sign : SIGNS) {
      if (settings.become().isPresent() && answer.contains(sign.text)) {
        return Problem.error(sign.code, sign.message.formatted(settings.name(), user))
            .suggest(sign.suggestion.formatted(settings.name(), user));
      }
    }
    String said =
        answer.lines().map(String::strip).filter(l -> !l.isEmpty()).findFirst().orElse("");
    if (result.exit() == 127) {
      return Problem.error(
          "read/no-shell",
          "there is no POSIX shell `sh` on %s: %s".formatted(settings.name(), said));
    }
    return Problem.error(
        "read/unreadable",
        "%s did not answer as a POSIX shell would: %s (exit status %d%s)"
            .formatted(
                settings.name(),
                reason,
                result.exit(),
                said.isEmpty() ? "" : ", it said: " + said));
  }
}
