package io.gpurig.engine.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpurig.engine.connect.Connection.ExecResult;
import io.gpurig.engine.connect.ConnectionException;
import io.gpurig.engine.connect.Connector;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.rollout.HealthCheck;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Asks hosts whether they are healthy. */
final class HealthProbe {
  /** What {@code timeout} of GNU coreutils and of busybox ends with when it ended a command. */
  private static final int TIMED_OUT = 124;

  /** For the connection, beside the time that the command itself may take. */
  private static final Duration ON_TOP = Duration.ofSeconds(10);

  private final Connector connector;
  private final Waiting waiting;
  private final Operator operator;
  private final Patience patience;
  private final Map<String, Object> addresses = new ConcurrentHashMap<>();
  private final Map<String, Optional<String>> answers = new ConcurrentHashMap<>();

  HealthProbe(Connector connector, Waiting waiting, Operator operator, Patience patience) {
    this.connector = connector;
    this.waiting = waiting;
    this.operator = operator;
    this.patience = patience;
  }

  /** One attempt; returns why it was not passed. */
  @FunctionalInterface
  private interface Attempt {
    Optional<String> run() throws InterruptedException;
  }

  /** Returns what is wrong with a host. */
  Optional<Problem> ask(Target.Live target, HealthCheck check) {
    try {
      Optional<String> reason =
          check.command().isEmpty() ? Optional.empty() : ofCommand(target, check);
      if (reason.isEmpty() && check.http().isPresent()) {
        reason = ofAddress(check.http().get(), check);
      }
      return reason.map(why -> problem(target, check, why));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of(Interrupted.problem());
    }
  }

  private static Problem problem(Target.Live target, HealthCheck check, String why) {
    String times = check.retries() == 1 ? "" : " (" + check.retries() + " attempts)";
    return new Problem(
        io.gpurig.engine.problem.Severity.ERROR,
        "rollout/unhealthy",
        Optional.of(target.plan().document().value("/rollout/healthCheck")),
        "the host was changed and is not healthy: " + why + times,
        Optional.empty());
  }

  private Optional<String> ofCommand(Target.Live target, HealthCheck check)
      throws InterruptedException {
    List<String> argv =
        new ArrayList<>(List.of("timeout", Long.toString(seconds(check.timeout()))));
    argv.addAll(check.command());
    String script = ActionScript.run(argv);
    String shown = "`" + String.join(" ", check.command()) + "`";
    try (HostSession session = HostSession.open(target.settings(), connector, patience)) {
      return attempts(
          check,
          () -> {
            try {
              ExecResult result = session.sh(script, check.timeout().plus(ON_TOP));
              return verdict(shown, result, check);
            } catch (ConnectionException e) {
              return Optional.of(e.problem().message());
            }
          });
    } catch (ConnectionException e) {
      return Optional.of(e.problem().message());
    }
  }

  /** {@code timeout 0} would be no limit at all. */
  private static long seconds(Duration duration) {
    return Math.max(1, duration.toSeconds());
  }

  private static Optional<String> verdict(String shown, ExecResult result, HealthCheck check) {
    if (result.exit() == 0) {
      return Optional.empty();
    }
    if (result.exit() == TIMED_OUT) {
      return Optional.of(shown + " took longer than " + seconds(check.timeout()) + " s");
    }
    String said =
        new String(result.stderr(), UTF_8).lines().reduce((first, last) -> last).orElse("");
    return Optional.of(
        "%s ended with status %d%s"
            .formatted(shown, result.exit(), said.isBlank() ? "" : ": " + said.strip()));
  }

  /** Several hosts may share an address; whoever comes first asks for all of them. */
  private Optional<String> ofAddress(String address, HealthCheck check)
      throws InterruptedException {
    Object lock = addresses.computeIfAbsent(address, key -> new Object());
    synchronized (lock) {
      Optional<String> known = answers.get(address);
      if (known != null) {
        return known;
      }
      Optional<String> answer = attempts(check, () -> get(address, check.timeout()));
      answers.put(address, answer);
      return answer;
    }
  }

  private static Optional<String> get(String address, Duration timeout)
      throws InterruptedException {
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(timeout).build()) {
      HttpRequest request = HttpRequest.newBuilder(URI.create(address)).timeout(timeout).build();
      int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      return status >= 200 && status < 400
          ? Optional.empty()
          : Optional.of(address + " answered with status " + status);
    } catch (IOException e) {
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      return Optional.of(address + " did not answer: " + reason);
    } catch (IllegalArgumentException e) {
      return Optional.of(address + " is not an address: " + e.getMessage());
    }
  }

  private Optional<String> attempts(HealthCheck check, Attempt attempt)
      throws InterruptedException {
    Optional<String> reason = attempt.run();
    for (int i = 1; i < check.retries() && reason.isPresent() && !operator.wantsToStop(); i++) {
      waiting.sleep(check.interval());
      reason = attempt.run();
    }
    return reason;
  }

  /** Returns whether a time is to be spent in pieces, so that somebody can end it. */
  static boolean passes(Waiting waiting, Duration duration, Operator operator)
      throws InterruptedException {
    long end = waiting.nanoTime() + duration.toNanos();
    while (!operator.wantsToStop()) {
      long left = end - waiting.nanoTime();
      if (left <= 0) {
        return true;
      }
      waiting.sleep(Duration.ofNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(200))));
    }
    return false;
  }
}
