package io.gpurig.engine.connect;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How to reach one host, from its inventory variables. What they leave open is in the user's
 * OpenSSH configuration, which is looked at when the host's turn comes.
 *
 * @param name the inventory name, for messages
 * @param transport SSH, or this very machine
 * @param address what a user would write after {@code ssh}: a host name, an address, or a name that
 *     the configuration knows ({@code ansible_host}, else the name)
 * @param options options of OpenSSH as {@code ssh -o} takes them, such as {@code Port=2222}; they
 *     win over the configuration, and the first of two over the second
 * @param configFile the configuration to read instead of the usual files ({@code ssh -F})
 * @param hostKeys the only keys that the host may show, as in known_hosts without the name ({@code
 *     ansible_ssh_host_key}); empty: those in the known_hosts files
 * @param passphrase for keys that need one ({@code ansible_ssh_private_key_passphrase})
 * @param become through whom commands are run ({@code ansible_become})
 */
public record ConnectionSettings(
    String name,
    Transport transport,
    String address,
    List<String> options,
    Optional<Path> configFile,
    List<String> hostKeys,
    Optional<Password> passphrase,
    Optional<Become> become) {

  public ConnectionSettings {
    options = List.copyOf(options);
    hostKeys = List.copyOf(hostKeys);
  }

  /** How to get there. */
  public enum Transport {
    SSH,
    LOCAL
  }

  /** Returns whether a text is a key as it can be pinned: {@code [@cert-authority] TYPE BASE64}. */
  public static boolean isHostKey(String text) {
    return KnownHosts.pin(text, 1).isPresent();
  }

  /** This very machine. */
  public static ConnectionSettings local(String name, Optional<Become> become) {
    return new ConnectionSettings(
        name,
        Transport.LOCAL,
        name,
        List.of(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        become);
  }
}
