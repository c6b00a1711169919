package io.gpurig.engine.connect;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Connections to jump hosts. Hosts behind the same one share a connection: a thousand of them would
 * be more than its sshd lets in at once.
 */
final class Jumps {
  private final Opener opener;
  private final Map<Key, Shared> open = new HashMap<>();

  Jumps(Opener opener) {
    this.opener = opener;
  }

  /** Connects to a jump host. */
  @FunctionalInterface
  interface Opener {
    SshConnection open(Destination.Jump jump, Optional<Password> passphrase)
        throws ConnectionException;
  }

  private record Key(Destination.Jump jump, Optional<Password> passphrase) {}

  private static final class Shared {
    final CompletableFuture<SshConnection> connection = new CompletableFuture<>();
    int users = 1;
  }

  /** The use of a jump host, until it is closed. */
  final class Lease implements AutoCloseable {
    private final Key key;
    private final Shared shared;
    private boolean closed;

    private Lease(Key key, Shared shared) {
      this.key = key;
      this.shared = shared;
    }

    SshConnection connection() {
      return shared.connection.resultNow();
    }

    @Override
    public void close() {
      synchronized (open) {
        if (closed) {
          return;
        }
        closed = true;
        shared.users--;
        if (shared.users > 0) {
          return;
        }
        open.remove(key, shared);
      }
      if (shared.connection.isDone() && !shared.connection.isCompletedExceptionally()) {
        shared.connection.resultNow().close();
      }
    }
  }

  /** Returns a connection to a jump host that is open already, or a new one. */
  Lease lease(Destination.Jump jump, Optional<Password> passphrase) throws ConnectionException {
    Key key = new Key(jump, passphrase);
    Shared shared;
    boolean first = false;
    synchronized (open) {
      Shared known = open.get(key);
      if (known == null || isBroken(known)) {
        known = new Shared();
        open.put(key, known);
        first = true;
      } else {
        known.users++;
      }
      shared = known;
    }
    Lease lease = new Lease(key, shared);
    boolean done = false;
    try {
      if (first) {
        connect(key, shared);
      }
      shared.connection.get();
      done = true;
      return lease;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ConnectionException refused) {
        throw Failures.exception(refused.problem(), refused); // one of its own for each that waits
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failures.exception(Failures.cancelled(jump.spec()), e);
    } finally {
      if (!done) {
        lease.close();
      }
    }
  }

  private static boolean isBroken(Shared shared) {
    return shared.connection.isCompletedExceptionally()
        || (shared.connection.isDone() && !shared.connection.resultNow().isOpen());
  }

  private void connect(Key key, Shared shared) {
    try {
      shared.connection.complete(opener.open(key.jump(), key.passphrase()));
    } catch (ConnectionException | RuntimeException | Error e) {
      shared.connection.completeExceptionally(e); // whoever waits must hear of it
    }
  }
}
