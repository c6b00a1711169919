package io.gpurig.engine.connect;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The identities to try, in order, and the key files that are of no use.
 *
 * <p>First the key files in the order of the configuration, each with its certificates before it
 * and through the agent if that has the key; then what else the agent holds.
 *
 * @param all the identities
 * @param locked key files that need a passphrase and are not in the agent
 * @param skipped why other key files are left out
 */
record Identities(List<Identity> all, List<Path> locked, List<String> skipped) {
  Identities {
    all = List.copyOf(all);
    locked = List.copyOf(locked);
    skipped = List.copyOf(skipped);
  }

  /** Looks at the files and asks the agent. */
  static Identities find(Destination host, Passphrases passphrases) {
    return new Finder(host, passphrases).find();
  }

  private static final class Finder {
    private final Destination host;
    private final Passphrases passphrases;
    private final Optional<SshAgent> agent;
    private final List<SshAgent.Key> held = new ArrayList<>();
    private final List<CertificateFile> certificates = new ArrayList<>();
    private final List<Identity> all = new ArrayList<>();
    private final List<Path> locked = new ArrayList<>();
    private final List<String> skipped = new ArrayList<>();

    Finder(Destination host, Passphrases passphrases) {
      this.host = host;
      this.passphrases = passphrases;
      this.agent = host.agent().map(SshAgent::new);
    }

    Identities find() {
      try {
        held.addAll(agent.isPresent() ? agent.get().keys() : List.of());
      } catch (IOException e) {
        skipped.add("the agent at %s (%s)".formatted(host.agent().get(), Failures.reason(e)));
      }
      for (Path file : host.certificates()) {
        try {
          certificates.add(CertificateFile.read(file));
        } catch (IOException e) {
          skipped.add("%s (%s)".formatted(file, Failures.reason(e)));
        }
      }
      for (Path file : host.identities()) {
        try {
          add(file);
        } catch (IOException e) {
          skipped.add("%s (%s)".formatted(file, Failures.reason(e)));
        }
      }
      for (SshAgent.Key key : List.copyOf(held)) {
        List<CertificateFile> own = certificates(key.blob(), Optional.empty());
        own.forEach(certificate -> add(certificate, through(key)));
        if (!host.onlyThese() || !own.isEmpty()) {
          through(key, "the agent's key " + key.comment());
        }
      }
      return new Identities(all, locked, skipped);
    }

    /** The certificates of a key that are named, and the one beside its file. */
    private List<CertificateFile> certificates(byte[] key, Optional<Path> file) {
      Stream<CertificateFile> beside =
          file
              .map(path -> path.resolveSibling(path.getFileName() + "-cert.pub"))
              .flatMap(CertificateFile::ifThere)
              .stream();
      return Stream.concat(certificates.stream(), beside)
          .filter(certificate -> Arrays.equals(certificate.key(), key))
          .toList();
    }

    private void add(CertificateFile certificate, Identity.Signer signer) {
      all.add(new Identity(certificate.path().toString(), certificate.blob(), signer));
    }

    private void add(Path path) throws IOException {
      Optional<SshAgent.Key> inAgent = KeyFile.publicKey(path).flatMap(this::held);
      if (inAgent.isPresent()) {
        SshAgent.Key key = inAgent.get();
        for (CertificateFile certificate : certificates(key.blob(), Optional.of(path))) {
          held(certificate.blob()).ifPresent(held::remove);
          add(certificate, through(key));
        }
        through(key, path.toString());
        return;
      }
      if (KeyFile.isPublic(path)) {
        throw new IOException("the agent does not hold its private key");
      }
      KeyFile file = KeyFile.read(path);
      Optional<KeyPair> keys = keys(file);
      if (keys.isEmpty()) {
        locked.add(path);
        return;
      }
      KeyPair pair = keys.get();
      byte[] blob = PublicKeys.blob(pair.getPublic());
      certificates(blob, Optional.of(path))
          .forEach(certificate -> add(certificate, data -> KeyFile.sign(pair, data)));
      all.add(new Identity(path.toString(), blob, data -> KeyFile.sign(pair, data)));
    }

    /** Decodes a private key with the passphrases that are known; empty if they do not open it. */
    private Optional<KeyPair> keys(KeyFile file) throws IOException {
      if (!file.locked()) {
        return Optional.of(file.keys(Optional.empty()));
      }
      for (Optional<Password> known : List.of(host.passphrase(), passphrases.of(file.path()))) {
        if (known.isPresent()) {
          try {
            return Optional.of(file.keys(known));
          } catch (IOException wrong) {
            // perhaps another one opens it; if none does, the user hears of that
          }
        }
      }
      return Optional.empty();
    }

    private Optional<SshAgent.Key> held(byte[] blob) {
      return held.stream().filter(key -> Arrays.equals(key.blob(), blob)).findFirst();
    }

    private void through(SshAgent.Key key, String label) {
      held.remove(key);
      all.add(new Identity(label, key.blob(), through(key)));
    }

    private Identity.Signer through(SshAgent.Key key) {
      return data -> agent.orElseThrow().sign(key.blob(), data);
    }
  }
}
