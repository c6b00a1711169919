package io.gpurig.engine.connect;

import static java.util.Objects.requireNonNullElse;

import io.gpurig.engine.problem.Problem;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import net.schmizz.sshj.common.SSHRuntimeException;
import net.schmizz.sshj.connection.channel.OpenFailException;
import org.jspecify.annotations.Nullable;

/** Turns what went wrong on the way to a host into one line for the user. */
final class Failures {
  private Failures() {}

  /** Returns {@code name (address:port)}, shorter where these say the same. */
  static String place(Destination host) {
    String address = host.port() == 22 ? host.address() : host.address() + ":" + host.port();
    return host.name().equals(address) ? address : host.name() + " (" + address + ")";
  }

  /** The connection could not be made. */
  static Problem unreachable(Destination host, Throwable failure, String step) {
    Throwable cause = root(failure);
    String message = reason(cause);
    if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
      return unreachable("the host name %s of %s is unknown".formatted(host.address(), host.name()))
          .suggest("correct ansible_host in the inventory, or the name service");
    }
    if (cause instanceof NoRouteToHostException || message.contains("unreachable")) {
      return unreachable("there is no route to " + place(host))
          .suggest("check the address and the network");
    }
    if (cause instanceof SocketTimeoutException || message.contains("timed out")) {
      return timeout(host, host.connectTimeout(), step);
    }
    if (cause instanceof ConnectException) {
      return unreachable(place(host) + " refuses connections")
          .suggest("check that sshd runs there and listens on port " + host.port());
    }
    if (message.startsWith("Unable to reach a settlement")) {
      return Problem.error(
              "connect/algorithms",
              "%s offers none of the algorithms that gpurig accepts: %s"
                  .formatted(place(host), message.replaceFirst("Unable to .*? of ", "")))
          .suggest("update the SSH server of the host");
    }
    if (message.startsWith("KeyExchange certificate check failed")) {
      return Problem.error(
              "connect/host-certificate",
              "%s shows a certificate that is not valid: %s"
                  .formatted(place(host), message.replaceFirst("^[^:]*: ", "")))
          .suggest("sign the key of the host anew, for the name in ansible_host");
    }
    if (message.startsWith("Server does not support SSHv2")) {
      return unreachable("what answers at %s is not an SSH server".formatted(place(host)))
          .suggest("check ansible_port in the inventory");
    }
    return unreachable(
            "%s closed the connection while %s (%s)".formatted(place(host), step, message))
        .suggest("look into the log of sshd on the host; it may be short of MaxStartups");
  }

  /** A jump host could not reach the next one. */
  static Problem beyond(Destination host, String jump, OpenFailException failure) {
    return unreachable(
            "%s cannot be reached through the jump host %s (%s)"
                .formatted(
                    place(host),
                    jump,
                    failure.getReason() == OpenFailException.Reason.ADMINISTRATIVELY_PROHIBITED
                        ? "its sshd forbids it"
                        : reason(failure)))
        .suggest("check the address, and AllowTcpForwarding in the sshd_config of the jump host");
  }

  private static Problem unreachable(String message) {
    return Problem.error("connect/unreachable", message);
  }

  /** Connecting took too long. */
  static Problem timeout(Destination host, Duration limit, String step) {
    return Problem.error(
            "connect/timeout",
            "%s did not answer within %s while %s".formatted(place(host), words(limit), step))
        .suggest("check the host and the network, or allow more time");
  }

  /** An open connection broke. */
  static Problem lost(String place, @Nullable Throwable failure) {
    return Problem.error(
            "connect/lost",
            "the connection to %s was lost%s"
                .formatted(place, failure == null ? "" : " (" + reason(root(failure)) + ")"))
        .suggest("check that the host is up, then run again: what was done is not done twice");
  }

  /** A command did not end in time. */
  static Problem deadline(String place, Duration limit) {
    return Problem.error(
            "connect/deadline",
            "a command on %s did not end within %s; it may still be running there"
                .formatted(place, words(limit)))
        .suggest("look at what runs on the host, then run again");
  }

  /** A command wrote more than we take. */
  static Problem tooLarge(String place, long limit) {
    return Problem.error(
        "connect/too-large",
        "a command on %s wrote more than %d MiB".formatted(place, limit >> 20));
  }

  /** The run was stopped from our side. */
  static Problem cancelled(String place) {
    return Problem.error("connect/cancelled", "the work on " + place + " was cancelled");
  }

  /** Returns whether nothing has happened yet on the host and a second attempt may go better. */
  static boolean isPassing(Throwable failure) {
    Throwable cause = root(failure);
    String message = reason(cause);
    return (cause instanceof ConnectException && !(cause instanceof NoRouteToHostException))
        || message.contains("Connection reset")
        || message.contains("Broken pipe")
        || message.contains("end of the connection")
        || message.contains("Server closed connection during identification exchange");
  }

  /** Returns the failure of a body; mistakes of the program are thrown on. */
  static Throwable cause(ExecutionException failure) {
    Throwable cause = requireNonNullElse(failure.getCause(), failure);
    if (cause instanceof IOException || cause instanceof SSHRuntimeException) {
      return cause;
    }
    throw new IllegalStateException(cause);
  }

  /** Returns the innermost reason. */
  static Throwable root(Throwable failure) {
    Throwable root = failure;
    for (Throwable cause = root.getCause(); cause != null; cause = root.getCause()) {
      root = cause;
    }
    return root;
  }

  /** Returns what an exception says, without the names of classes. */
  static String reason(Throwable failure) {
    String message = failure.getMessage();
    if (failure instanceof NoSuchFileException) {
      return "no such file";
    }
    if (failure instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (failure instanceof EOFException || message == null || message.isBlank()) {
      return "end of the connection";
    }
    String line = message.lines().findFirst().orElse(message);
    return line.replaceFirst("^([a-z]+\\.)+[A-Za-z]+(Exception|Error): ", "")
        .replace("Broken transport; encountered EOF", "end of the connection")
        .strip();
  }

  private static String words(Duration limit) {
    return limit.toMillis() % 1000 == 0
        ? limit.toSeconds() + " s"
        : String.format(Locale.ROOT, "%.1f s", limit.toMillis() / 1000.0);
  }

  /** Wraps a problem, keeping what caused it for those who debug. */
  static ConnectionException exception(Problem problem, @Nullable Throwable cause) {
    ConnectionException exception = new ConnectionException(problem);
    if (cause != null) {
      exception.initCause(cause);
    }
    return exception;
  }
}
