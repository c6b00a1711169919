package io.gpurig.engine.connect;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Asks the user, where there is one. It is asked one question at a time. */
public interface Prompt {
  /** Nobody is there. */
  Prompt NOBODY =
      new Prompt() {
        @Override
        public Optional<Password> passphrase(Path key, boolean again) {
          return Optional.empty();
        }

        @Override
        public Answer hostKeys(List<UnknownHost> hosts) {
          return Answer.NO;
        }
      };

  /**
   * Asks for the passphrase of a key.
   *
   * @param again whether the last answer was wrong
   * @return the answer, empty to do without the key
   */
  Optional<Password> passphrase(Path key, boolean again);

  /** Asks whether the keys that some hosts have shown are to be trusted from now on. */
  Answer hostKeys(List<UnknownHost> hosts);

  /** What to do about unknown hosts. */
  enum Answer {
    YES,
    NO,
    /** Yes, and also to those that are met later in this run. */
    ALL
  }

  /**
   * A host that no known_hosts file has.
   *
   * @param host its name and address
   * @param type the type of its key, such as {@code ssh-ed25519}
   * @param fingerprint as {@code ssh-keygen -l} prints it
   */
  record UnknownHost(String host, String type, String fingerprint) {}
}
