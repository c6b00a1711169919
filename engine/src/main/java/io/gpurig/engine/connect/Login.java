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
  private final Destination host;
  private final SSHClient client;
  private final Identities identities;
  private final List<String> refused = new ArrayList<>();

  Login(Destination host, SSHClient client, Identities identities) {
    this.host = host;
    this.client = client;
    this.identities = identities;
  }

  void run() throws IOException {
    int patience = Math.toIntExact(host.connectTimeout().toMillis());
    for (Identity identity : identities.all()) {
      try {
        if (client
            .getUserAuth()
            .authenticate(
                host.user(),
                (Service) client.getConnection(),
                new PublicKeyAuth(identity, identities.all().size() == 1),
                patience)) {
          return;
        }
        refused.add(identity.describe());
      } catch (UserAuthException e) {
        if (Failures.root(e) instanceof TransportException || !client.isConnected()) {
          throw disconnected(e);
        }
        refused.add(identity.describe() + ": " + Failures.reason(Failures.root(e)));
      } catch (TransportException e) {
        throw disconnected(e);
      }
      if (client.getUserAuth().hadPartialSuccess()) {
        throw new ConnectionException(
            refusal("the server wants more than a key")
                .suggest("let this user log in with a key alone"));
      }
      if (!client.getUserAuth().getAllowedMethods().contains("publickey")) {
        throw new ConnectionException(
            refusal("the server takes no keys")
                .suggest("set PubkeyAuthentication yes in the sshd_config of the host"));
      }
    }
    throw new ConnectionException(exhausted());
  }

  private IOException disconnected(IOException failure) {
    return Failures.reason(Failures.root(failure)).contains("Too many authentication failures")
        ? Failures.exception(
            refusal("the server allows no more attempts")
                .suggest("name the right key in ansible_ssh_private_key_file: it is tried first"),
            failure)
        : failure;
  }

  private Problem exhausted() {
    if (!identities.locked().isEmpty()) {
      return Problem.error(
              "connect/key-passphrase",
              "cannot log in to %s as %s: the key %s needs a passphrase, and %s%s"
                  .formatted(
                      Failures.place(host),
                      host.user(),
                      identities.locked().getFirst(),
                      host.passphrase().isPresent()
                          ? "the one that was given does not open it"
                          : "no agent holds it",
                      tried()))
          .suggest("run `ssh-add %s`".formatted(identities.locked().getFirst()));
    }
    return refused.isEmpty()
        ? refusal("there is no key to try")
            .suggest("set ansible_ssh_private_key_file in the inventory, or start an SSH agent")
        : refusal("it refuses the key")
            .suggest(
                "add the public key to ~%s/.ssh/authorized_keys on the host, or correct"
                        .formatted(host.user())
                    + " ansible_user or ansible_ssh_private_key_file in the inventory");
  }

  private Problem refusal(String why) {
    return Problem.error(
        "connect/refused-key",
        "cannot log in to %s as %s: %s%s"
            .formatted(Failures.place(host), host.user(), why, tried()));
  }

  private String tried() {
    return (refused.isEmpty() ? "" : "; tried " + String.join(", ", refused))
        + (identities.skipped().isEmpty()
            ? ""
            : "; left out " + String.join(", ", identities.skipped()));
  }
}
