package io.gpurig.engine.connect;

import io.gpurig.engine.problem.Problem;
import java.io.IOException;
import java.nio.file.Path;

/** What to tell about the key of a host. */
final class HostKeyProblems {
  private HostKeyProblems() {}

  static Problem unknown(Destination host, byte[] key) {
    return Problem.error(
            "connect/host-key-unknown",
            "%s is not in known_hosts; it shows the key %s"
                .formatted(Failures.place(host), describe(key)))
        .suggest(
            "compare the fingerprint with the one on the host's console, then run `%s`"
                .formatted(scan(host, key)));
  }

  static Problem changed(Destination host, byte[] key, KnownHost known) {
    return Problem.error(
            "connect/host-key-changed",
            "%s shows the key %s, but %s has %s: somebody may be in between"
                .formatted(
                    Failures.place(host), describe(key), known.place(), describe(known.blob())))
        .suggest(
            "if the host was installed anew, run `ssh-keygen -f %s -R '%s'` and then `%s`"
                .formatted(known.file(), host.knownName(), scan(host, key)));
  }

  static Problem notPinned(Destination host, byte[] key) {
    return Problem.error(
            "connect/host-key-changed",
            "%s shows the key %s, but the inventory pins others: somebody may be in between"
                .formatted(Failures.place(host), describe(key)))
        .suggest("if the host was installed anew, put its new key into ansible_ssh_host_key");
  }

  static Problem revoked(Destination host, byte[] key, KnownHost line) {
    return Problem.error(
            "connect/host-key-revoked",
            "%s shows the key %s, which %s revokes"
                .formatted(Failures.place(host), describe(key), line.place()))
        .suggest("give the host a new key, or ask whoever revoked this one");
  }

  static Problem notRemembered(Destination host, Path file, IOException cause) {
    return Problem.error(
            "connect/known-hosts",
            "the key of %s cannot be added to %s: %s"
                .formatted(Failures.place(host), file, Failures.reason(cause)))
        .suggest("make the file writable, or add the key by hand");
  }

  private static String describe(byte[] key) {
    return PublicKeys.type(key) + " " + PublicKeys.fingerprint(key);
  }

  private static String scan(Destination host, byte[] key) {
    return "ssh-keyscan -t %s %s%s >> %s"
        .formatted(
            PublicKeys.shortName(PublicKeys.type(key)),
            host.port() == 22 ? "" : "-p " + host.port() + " ",
            host.address(),
            host.hosts().files().isEmpty()
                ? "~/.ssh/known_hosts"
                : host.hosts().files().getFirst());
  }
}
