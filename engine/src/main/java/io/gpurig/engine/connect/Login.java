package io.gpurig.engine.connect;

import io.gpurig.engine.problem.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.Service;
import net.schmizz.sshj.transport.TransportException;
import net.schmizz.sshj.userauth.UserAuthException;

/** Tries one identity after the other until the server takes one. */
final class Login {
  private final ConnectionSettings host;
  private final SSHClient client;
  private final List<String> refused = new ArrayList<>();

  Login(ConnectionSettings host, SSHClient client) {
    this.host = host;
    this.client = client;
  }

  void run() throws IOException {
    Identities identities = Identities.find(host.identities(), host.agent());
    int patience = Math.toIntExact(host.connectTimeout().toMillis());
    for (Identity identity : identities.all()) {
      try {
        if (client
            .getUserAuth()
            .authenticate(
                host.user(),
                (Service) client.getConnection(),
                new PublicKeyAuth(identity),
                patience)) {
          return;
        }
        refused.add(identity.describe());
      } catch (UserAuthException e) {
        if (Failures.root(e) instanceof TransportException || !client.isConnected()) {
          throw disconnected(identities, e);
        }
        refused.add(identity.describe() + ": " + Failures.reason(Failures.root(e)));
      } catch (TransportException e) {
        throw disconnected(identities, e);
      }
      if (client.getUserAuth().hadPartialSuccess()) {
        throw new ConnectionException(
            refusal(identities, "the server wants more than a key")
                .suggest("let this user log in with a key alone"));
      }
      if (!client.getUserAuth().getAllowedMethods().contains("publickey")) {
        throw new ConnectionException(
            refusal(identities, "the server takes no keys")
                .suggest("set PubkeyAuthentication yes in the sshd_config of the host"));
      }
    }
    throw new ConnectionException(exhausted(identities));
  }

  private IOException disconnected(Identities identities, IOException failure) {
    return Failures.reason(Failures.root(failure)).contains("Too many authentication failures")
        ? Failures.exception(
            refusal(identities, "the server allows no more attempts")
                .suggest("name the right key in ansible_ssh_private_key_file: it is tried first"),
            failure)
        : failure;
  }

  private Problem exhausted(Identities identities) {
    if (!identities.locked().isEmpty()) {
      return Problem.error(
              "connect/key-passphrase",
              "cannot log in to %s as %s: the key %s needs a passphrase, and no agent holds it%s"
                  .formatted(
                      Failures.place(host),
                      host.user(),
                      identities.locked().getFirst(),
                      tried(identities)))
          .suggest("run `ssh-add %s`".formatted(identities.locked().getFirst()));
    }
    return refused.isEmpty()
        ? refusal(identities, "there is no key to try")
            .suggest("set ansible_ssh_private_key_file in the inventory, or start an SSH agent")
        : refusal(identities, "it refuses the key")
            .suggest(
                "add the public key to ~%s/.ssh/authorized_keys on the host, or correct"
                        .formatted(host.user())
                    + " ansible_user or ansible_ssh_private_key_file in the inventory");
  }

  private Problem refusal(Identities identities, String why) {
    return Problem.error(
        "connect/refused-key",
        "cannot log in to %s as %s: %s%s"
            .formatted(Failures.place(host), host.user(), why, tried(identities)));
  }

  private String tried(Identities identities) {
    return (refused.isEmpty() ? "" : "; tried " + String.join(", ", refused))
        + (identities.skipped().isEmpty()
            ? ""
            : "; left out " + String.join(", ", identities.skipped()));
  }
}
