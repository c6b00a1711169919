package io.gpurig.engine.connect;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How to reach one host, from its inventory variables.
 *
 * @param name the inventory name, for messages
 * @param transport SSH, or this very machine
 * @param address host name or address ({@code ansible_host}, else the name)
 * @param port TCP port ({@code ansible_port}, default 22)
 * @param user login name ({@code ansible_user}, default the current user)
 * @param identities private key files to try, in order ({@code ansible_ssh_private_key_file}, else
 *     the default ones of OpenSSH that exist)
 * @param agent the socket of the SSH agent ({@code SSH_AUTH_SOCK})
 * @param knownHosts the known_hosts files, those that exist are read
 * @param hostKeyCheck what to do about host keys
 * @param become whether to run as {@code becomeUser} through sudo ({@code ansible_become})
 * @param becomeUser {@code ansible_become_user}, default root
 * @param connectTimeout how long connecting and authenticating may take
 */
public record ConnectionSettings(
    String name,
    Transport transport,
    String address,
    int port,
    String user,
    List<Path> identities,
    Optional<Path> agent,
    List<Path> knownHosts,
    HostKeyCheck hostKeyCheck,
    boolean become,
    String becomeUser,
    Duration connectTimeout) {

  public ConnectionSettings {
    identities = List.copyOf(identities);
    knownHosts = List.copyOf(knownHosts);
  }

  /** How to get there. */
  public enum Transport {
    SSH,
    LOCAL
  }

  /** OpenSSH's StrictHostKeyChecking. */
  public enum HostKeyCheck {
    /** The key must be known. */
    STRICT,
    /**
     * A key seen for the first time is added to the first known_hosts file; a changed key is
     * refused.
     */
    ACCEPT_NEW,
    /** Any key is accepted, but for revoked ones. */
    OFF
  }
}
