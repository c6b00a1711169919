package io.gpurig.engine.connect;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpurig.engine.connect.Connection.ExecResult;
import io.gpurig.engine.fact.Shell;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How to run commands as another user, through sudo.
 *
 * <p>A password goes over standard input alone, in front of what the command is to read. Whether
 * sudo reads it cannot be known (a NOPASSWD rule, a login a moment ago), so a line with a random
 * mark follows, and what sudo starts skips all up to it: a password is never run as a command. And
 * what sudo reads ends after the password when it is tried for the first time: sudo asks three
 * times, and three wrong answers lock an account on many hosts.
 *
 * @param user whom to become
 * @param password what sudo asks for, if it asks
 */
public record Become(String user, Optional<Password> password) {
  private static final String MARK = mark();

  /** Runs a command line that reads this, as the user if there is one to become. */
  public static ExecResult exec(
      Connection connection,
      Optional<Become> become,
      String command,
      byte[] stdin,
      Duration deadline)
      throws ConnectionException {
    return exec(connection, become, command, stdin, deadline, line -> {});
  }

  /** The same, and tells the lines of both outputs as they come. */
  public static ExecResult exec(
      Connection connection,
      Optional<Become> become,
      String command,
      byte[] stdin,
      Duration deadline,
      Consumer<String> lines)
      throws ConnectionException {
    return become.isEmpty()
        ? connection.exec(command, stdin, deadline, lines)
        : connection.exec(
            become.get().command(command), become.get().stdin(stdin), deadline, lines);
  }

  /** Starts a command line, as the user if there is one to become. */
  public static Duplex open(Connection connection, Optional<Become> become, String command)
      throws ConnectionException {
    if (become.isEmpty()) {
      return connection.openCommand(command);
    }
    Duplex stream = connection.openCommand(become.get().command(command));
    try {
      stream.output().write(become.get().stdin(new byte[0]));
      stream.output().flush();
    } catch (IOException gone) {
      // whoever reads the answer hears of it
    }
    return stream;
  }

  /** Returns the command line that runs a command, a shell command line itself, as the user. */
  public String command(String command) {
    String as = " -H -u " + Shell.quote(user) + " -- ";
    if (password.isEmpty()) {
      return "sudo -n" + as + command;
    }
    String skip =
        "IFS= read -r l; while [ \"$l\" != %s ]; do IFS= read -r l || exit 1; done; exec %s"
            .formatted(MARK, command);
    String script =
        """
        export LC_ALL=C
        IFS= read -r p
        e=$(printf '%%s\\n' "$p" | sudo -S -p ''%1$strue 2>&1) || { printf '%%s\\n' "$e" >&2; exit 1; }
        { printf '%%s\\n%%s\\n' "$p" %2$s; exec cat; } | sudo -S -p ''%1$ssh -c %3$s
        """
            .formatted(as, MARK, Shell.quote(skip));
    return "sh -c " + Shell.quote(script.strip());
  }

  /** Returns what the command line is given on its standard input for a command that reads this. */
  public byte[] stdin(byte[] stdin) {
    if (password.isEmpty()) {
      return stdin;
    }
    byte[] line = (password.get().reveal() + "\n").getBytes(UTF_8);
    byte[] all = new byte[line.length + stdin.length];
    System.arraycopy(line, 0, all, 0, line.length);
    System.arraycopy(stdin, 0, all, line.length, stdin.length);
    return all;
  }

  /** One mark serves all hosts: it must only be no line that a password could be. */
  private static String mark() {
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    return "gpurig-" + HexFormat.of().formatHex(random);
  }
}
