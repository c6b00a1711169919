package io.gpurig.engine.connect;

import io.gpurig.engine.problem.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Connects over SSH, as the user's configuration of OpenSSH says: directly, through jump hosts or
 * through a command; the host's key is checked, and a key of the user logs in.
 */
public final class SshConnector implements Connector {
  private static final Duration BEFORE_RETRY = Duration.ofMillis(500);

  private final Destinations destinations;
  private final FirstContact contact;
  private final Passphrases passphrases;
  private final Jumps jumps;

  /** Connects as a user. */
  public SshConnector(SshEnvironment user) {
    this.destinations = new Destinations(user);
    this.contact = new FirstContact(user.prompt());
    this.passphrases = new Passphrases(user.prompt());
    this.jumps = new Jumps((jump, secret) -> open(destinations.of(jump, secret)));
  }

  /** Does what takes time before the first connection of a process, without making one. */
  public static void prepare() {
    Rehearsal.run();
  }

  @Override
  public Connection connect(ConnectionSettings settings) throws ConnectionException {
    return open(destinations.of(settings));
  }

  /**
   * Tries until it works or cannot: again after the user has said what was missing, and once again
   * when the connection broke before anything was done on the host.
   */
  private SshConnection open(Destination host) throws ConnectionException {
    boolean retried = false;
    while (true) {
      try (Way way = Way.to(host, jumps)) {
        SshAttempt attempt = new SshAttempt(host, way, passphrases);
        try {
          return attempt(attempt);
        } catch (ConnectionException e) {
          boolean passing = attempt.isPassing() && !retried;
          if (!wasMissing(host, attempt) && !passing) {
            throw e;
          }
          retried |= passing;
        }
      }
      if (retried) {
        pause(host);
      }
    }
  }

  private SshConnection attempt(SshAttempt attempt) throws ConnectionException {
    contact.begin(attempt);
    try {
      return attempt.run();
    } finally {
      contact.end(attempt);
    }
  }

  private boolean wasMissing(Destination host, SshAttempt attempt) throws ConnectionException {
    Optional<byte[]> key = attempt.unknownKey();
    return key.isPresent() ? trusts(host, key.get()) : passphrases.ask(attempt.locked());
  }

  private boolean trusts(Destination host, byte[] key) throws ConnectionException {
    Prompt.UnknownHost unknown =
        new Prompt.UnknownHost(
            Failures.place(host), PublicKeys.type(key), PublicKeys.fingerprint(key));
    Optional<Path> file = host.hosts().files().stream().findFirst();
    try {
      if (file.isEmpty() || !contact.trusts(unknown)) {
        return false;
      }
      KnownHosts.append(file.get(), host.knownName(), key, host.hosts().hashed());
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failures.exception(Failures.cancelled(host.name()), e);
    } catch (IOException e) {
      Problem problem = HostKeyProblems.notRemembered(host, file.orElseThrow(), e);
      throw Failures.exception(problem, e);
    }
  }

  private static void pause(Destination host) throws ConnectionException {
    try {
      Thread.sleep(BEFORE_RETRY);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failures.exception(Failures.cancelled(host.name()), e);
    }
  }
}
