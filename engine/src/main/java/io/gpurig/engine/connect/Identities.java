package io.gpurig.engine.connect;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The identities to try, in order, and the key files that are of no use.
 *
 * <p>First the key files in the order of the inventory, each with its certificate before it and
 * through the agent if that has the key; then what else the agent holds.
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
  static Identities find(List<Path> files, Optional<Path> agentSocket) {
    return new Finder(agentSocket).find(files);
  }

  private static final class Finder {
    private final Optional<SshAgent> agent;
    private final List<SshAgent.Key> held = new ArrayList<>();
    private final List<Identity> all = new ArrayList<>();
    private final List<Path> locked = new ArrayList<>();
    private final List<String> skipped = new ArrayList<>();

    Finder(Optional<Path> socket) {
      agent = socket.map(SshAgent::new);
      try {
        held.addAll(agent.isPresent() ? agent.get().keys() : List.of());
      } catch (IOException e) {
        skipped.add("the agent at %s (%s)".formatted(socket.get(), Failures.reason(e)));
      }
    }

    Identities find(List<Path> files) {
      for (Path file : files) {
        try {
          add(KeyFile.read(file));
        } catch (IOException e) {
          skipped.add("%s (%s)".formatted(file, Failures.reason(e)));
        }
      }
      for (SshAgent.Key key : List.copyOf(held)) {
        through(key, "the agent's key " + key.comment());
      }
      return new Identities(all, locked, skipped);
    }

    private void add(KeyFile file) throws IOException {
      Optional<SshAgent.Key> inAgent = file.blob().flatMap(this::held);
      Optional<byte[]> certificate = file.certificate();
      if (inAgent.isPresent()) {
        SshAgent.Key key = inAgent.get();
        certificate.ifPresent(
            blob -> {
              held(blob).ifPresent(held::remove);
              all.add(new Identity(label(file, blob), blob, data -> sign(key, data)));
            });
        through(key, file.path().toString());
      } else if (file.locked()) {
        locked.add(file.path());
      } else {
        KeyPair keys = file.keys();
        certificate.ifPresent(
            blob ->
                all.add(new Identity(label(file, blob), blob, data -> KeyFile.sign(keys, data))));
        byte[] blob = PublicKeys.blob(keys.getPublic());
        all.add(new Identity(file.path().toString(), blob, data -> KeyFile.sign(keys, data)));
      }
    }

    private static String label(KeyFile file, byte[] certificate) {
      return PublicKeys.type(certificate).contains("-cert-")
          ? file.path() + "-cert.pub"
          : file.path().toString();
    }

    private Optional<SshAgent.Key> held(byte[] blob) {
      return held.stream().filter(key -> Arrays.equals(key.blob(), blob)).findFirst();
    }

    private void through(SshAgent.Key key, String label) {
      held.remove(key);
      all.add(new Identity(label, key.blob(), data -> sign(key, data)));
    }

    private byte[] sign(SshAgent.Key key, byte[] data) throws IOException {
      return agent.orElseThrow().sign(key.blob(), data);
    }
  }
}
