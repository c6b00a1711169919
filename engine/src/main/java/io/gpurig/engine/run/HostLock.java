package io.gpurig.engine.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpurig.engine.connect.ConnectionException;
import io.gpurig.engine.connect.Duplex;
import io.gpurig.engine.journal.LockHolder;
import io.gpurig.engine.journal.LockScript;
import io.gpurig.engine.journal.Owner;
import io.gpurig.engine.problem.Problem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The lock of one host. A process on the host holds it, on a channel of the connection, and lets go
 * when the channel ends; when nothing is heard on it for {@link #SILENCE}, because the network is
 * cut and nobody told the host, it lets go as well.
 */
final class HostLock implements AutoCloseable {
  /** The host lets go after so much silence; six beats may be lost, or the controller stall. */
  static final Duration SILENCE = Duration.ofMinutes(1);

  /** Then it takes a change back that may be why; somebody may be on his way to mend it. */
  static final Duration GRACE = Duration.ofSeconds(30);

  private static final Duration BEAT = Duration.ofSeconds(10);

  /** What asking for the lock may take beside waiting for another to let go. */
  private static final Duration SLACK = Duration.ofMinutes(1);

  private final String host;
  private final String token;
  private final Duration wait;
  private final Patience patience;
  private final Consumer<LockHolder> busy;
  private final CompletableFuture<Held> answer = new CompletableFuture<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private volatile @Nullable Duplex channel;

  private HostLock(String host, Duration wait, Patience patience, Consumer<LockHolder> busy) {
    byte[] random = new byte[8];
    ThreadLocalRandom.current().nextBytes(random);
    this.host = host;
    this.token = HexFormat.of().formatHex(random);
    this.wait = wait;
    this.patience = patience;
    this.busy = busy;
  }

  /**
   * What the host said when it gave the lock.
   *
   * @param idle for how long nobody had held it
   * @param stamp the host's time in UTC to the millisecond, {@code 20261121T150557042Z}
   */
  record Held(Duration idle, String stamp) {}

  /**
   * Asks for the lock and returns at once, so that the host can be read meanwhile.
   *
   * @param lost the token of a lock of ours whose connection was lost before anything was begun,
   *     and which the host may still hold for us; empty if there is none
   * @param busy is told who has it while it is waited for
   */
  static HostLock ask(
      String host,
      HostSession session,
      Owner owner,
      Duration wait,
      String lost,
      Consumer<LockHolder> busy) {
    Patience patience = session.patience();
    HostLock lock = new HostLock(host, wait, patience, busy);
    String command =
        LockScript.hold(lock.token, owner, wait, patience.of(SILENCE), patience.of(GRACE), lost);
    Thread.ofVirtual().name("lock-" + host).start(() -> lock.run(session, command));
    return lock;
  }

  private void run(HostSession session, String command) {
    try (Duplex opened = session.start(command)) {
      channel = opened;
      BufferedReader lines = new BufferedReader(new InputStreamReader(opened.input(), UTF_8));
      answer.complete(granted(new ShortLines(lines)));
      while (!closing.await(patience.of(BEAT).toMillis(), TimeUnit.MILLISECONDS)) {
        opened.output().write("beat\n".getBytes(UTF_8));
        opened.output().flush();
      }
      release(opened, lines);
    } catch (ConnectionException e) {
      answer.completeExceptionally(e);
    } catch (IOException e) {
      answer.completeExceptionally(unavailable(String.valueOf(e.getMessage())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      channel = null;
      released.countDown();
    }
  }

  private Held granted(ShortLines lines) throws IOException, ConnectionException {
    LockHolder holder = null;
    for (String line = lines.next(); line != null; line = lines.next()) {
      String[] words = line.split(" ", 3);
      switch (words[0]) {
        case "locked" -> {
          if (words.length == 3 && words[1].matches("[0-9]{1,10}")) {
            return new Held(Duration.ofSeconds(Long.parseLong(words[1])), words[2]);
          }
        }
        case "error" -> throw unavailable(line.substring(words[0].length()).strip());
        case "busy" -> {
          holder = LockHolder.parse(untilDot(lines));
          if (wait.isPositive()) {
            busy.accept(holder);
          }
        }
        default -> {}
      }
    }
    throw holder == null
        ? unavailable("the host said nothing")
        : new ConnectionException(held(host, holder, wait));
  }

  static List<String> untilDot(ShortLines lines) throws IOException {
    List<String> holder = new ArrayList<>();
    String line = lines.next();
    while (line != null && !line.equals(".")) {
      holder.add(line);
      line = lines.next();
    }
    return holder;
  }

  private static Problem held(String host, LockHolder holder, Duration wait) {
    String waited = wait.isPositive() ? " (waited " + wait.toSeconds() + " s)" : "";
    return Problem.error(
            "lock/held", "%s is locked by %s%s".formatted(host, holder.describe(), waited))
        .suggest(
            "wait for it with --lock-timeout 5m; if that run is dead, `gpurig unlock %s --force`"
                .formatted(host));
  }

  private ConnectionException unavailable(String why) {
    return new ConnectionException(
        Problem.error("lock/unavailable", "could not lock %s: %s".formatted(host, why))
            .suggest("apply needs root there: connect as root, or set ansible_become: true"));
  }

  /** Waits for the host's answer. */
  Held await() throws ConnectionException {
    try {
      return answer.get(wait.plus(patience.of(SLACK)).toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ConnectionException known) {
        throw known;
      }
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw unavailable("no answer");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConnectionException(Problem.error("run/interrupted", "interrupted"));
    }
  }

  String token() {
    return token;
  }

  /** Returns whether it is still ours, as far as can be told from here; the host knows best. */
  boolean isHeld() {
    Duplex open = channel;
    return open != null && open.isOpen();
  }

  /** Lets the process on the host end in order: it writes down that the lock is free. */
  private static void release(Duplex channel, BufferedReader lines) throws IOException {
    channel.output().write("end\n".getBytes(UTF_8));
    channel.output().close();
    while (lines.read() >= 0) {
      // nothing more is said
    }
  }

  /** Lets go, so that whoever asks next has the lock; waits for that, though not for ever. */
  @Override
  public void close() {
    closing.countDown();
    try {
      if (!released.await(2, TimeUnit.SECONDS)) {
        Duplex stuck = channel;
        if (stuck != null) {
          stuck.close();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
