package io.gpurig.engine.connect;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How to reach one host over SSH, all told: what the inventory and the user's configuration of
 * OpenSSH come to.
 *
 * @param name how to call it in messages
 * @param address host name or address
 * @param port TCP port
 * @param user login name
 * @param identities files of keys to try, in order
 * @param certificates files of certificates to try
 * @param onlyThese whether no other keys of the agent are tried ({@code IdentitiesOnly})
 * @param agent the socket of the SSH agent
 * @param passphrase for keys that need one
 * @param hosts how its key is checked
 * @param jump the host through which it is reached
 * @param proxyCommand the command through which it is reached instead
 * @param connectTimeout how long connecting and authenticating may take
 * @param alive how often to ask whether the server is still there; zero for never
 * @param aliveCount how many such questions may stay without an answer
 */
record Destination(
    String name,
    String address,
    int port,
    String user,
    List<Path> identities,
    List<Path> certificates,
    boolean onlyThese,
    Optional<Path> agent,
    Optional<Password> passphrase,
    Verification hosts,
    Optional<Jump> jump,
    Optional<String> proxyCommand,
    Duration connectTimeout,
    Duration alive,
    int aliveCount) {

  Destination {
    identities = List.copyOf(identities);
    certificates = List.copyOf(certificates);
  }

  /**
   * How the key of a host is checked.
   *
   * @param check what to do about keys that are not known
   * @param alias the name to look for instead of the address ({@code HostKeyAlias})
   * @param files the known_hosts files, those that exist are read; new keys go into the first
   * @param hashed whether a new line hides the name of its host
   * @param pinned the only keys to accept, if there are any
   */
  record Verification(
      HostKeyCheck check,
      Optional<String> alias,
      List<Path> files,
      boolean hashed,
      List<String> pinned) {
    Verification {
      files = List.copyOf(files);
      pinned = List.copyOf(pinned);
    }
  }

  /**
   * A host on the way, each next one nearer.
   *
   * @param spec {@code [user@]host[:port]}
   * @param before the jumps to it, as ProxyJump has them; empty to look into its configuration
   * @param configFile the configuration to read instead of the usual files
   * @param depth how many jumps led here, to notice circles
   */
  record Jump(String spec, String before, Optional<Path> configFile, int depth) {}

  /** Returns the name of the host in known_hosts files. */
  String knownName() {
    return hosts.alias().orElseGet(() -> KnownHosts.name(address, port));
  }
}
