package io.gpurig.engine.rollout;

import static java.util.Objects.requireNonNull;

import io.gpurig.engine.report.HostReport.Status;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where a rollout stands. Whoever carries it out asks for the {@link #step}, does it, tells what
 * came of it, and asks again until it is {@link Step.End}. Not safe for use by many threads.
 */
public final class Rollout {
  private final Policy policy;
  private final List<List<String>> batches;
  private int batch;
  private int failures;
  private int failuresOfBatch;
  private Step step;

  /**
   * @param policy how to go on
   * @param hosts in the order in which they are to be started, each once
   */
  public Rollout(Policy policy, List<String> hosts) {
    this.policy = requireNonNull(policy, "policy is null");
    this.batches = policy.batches(hosts);
    this.step = batches.isEmpty() ? new Step.End(List.of(), "") : run();
  }

  /** What is to be done next. */
  public sealed interface Step {
    /** Bring these hosts to the plan, then call {@link Rollout#ran}. */
    record Run(int number, int batches, List<String> hosts) implements Step {}

    /** See whether these hosts, which were changed, are healthy; {@link Rollout#checked}. */
    record Check(List<String> hosts) implements Step {}

    /** Let this much time pass, then call {@link Rollout#goOn}. */
    record Wait(Duration duration) implements Step {}

    /** Ask a person, then call {@link Rollout#goOn} or {@link Rollout#stop}. */
    record Ask(String question) implements Step {}

    /**
     * Nothing is left to do.
     *
     * @param notStarted hosts to which nothing was done
     * @param why as a clause; empty if all were started
     */
    record End(List<String> notStarted, String why) implements Step {}
  }

  /** Returns what to do now. */
  public Step step() {
    return step;
  }

  /** Takes what came of a batch, a status for each of its hosts. */
  public void ran(Map<String, Status> statuses) {
    if (!(step instanceof Step.Run run) || !statuses.keySet().equals(Set.copyOf(run.hosts()))) {
      throw new IllegalStateException("no such batch was to be run: " + statuses.keySet());
    }
    failuresOfBatch = (int) statuses.values().stream().filter(Rollout::isFailure).count();
    failures += failuresOfBatch;
    List<String> changed =
        run.hosts().stream().filter(host -> statuses.get(host) == Status.CHANGED).toList();
    if (changed.isEmpty()) {
      afterBatch();
    } else {
      step = new Step.Check(changed);
    }
  }

  /** Takes those of the hosts of a check that are not healthy. */
  public void checked(Collection<String> unhealthy) {
    if (!(step instanceof Step.Check)) {
      throw new IllegalStateException("nothing was to be checked");
    }
    failures += unhealthy.size();
    failuresOfBatch += unhealthy.size();
    if (unhealthy.isEmpty()) {
      afterBatch();
    } else {
      stop("%s not healthy after batch %d".formatted(are(unhealthy.size()), batch + 1));
    }
  }

  /** The pause is over, or the person said yes. */
  public void goOn() {
    if (!(step instanceof Step.Wait) && !(step instanceof Step.Ask)) {
      throw new IllegalStateException("there was no pause");
    }
    batch++;
    step = run();
  }

  /**
   * Starts no further batch.
   *
   * @param why as a clause
   */
  public void stop(String why) {
    if (step instanceof Step.End) {
      return;
    }
    // what the batch that runs did not come to is known to whoever runs it
    step = new Step.End(batches.stream().skip(batch + 1L).flatMap(List::stream).toList(), why);
  }

  private Step.Run run() {
    return new Step.Run(batch + 1, batches.size(), batches.get(batch));
  }

  private void afterBatch() {
    boolean last = batch == batches.size() - 1;
    int size = batches.get(batch).size();
    if (last) {
      step = new Step.End(List.of(), "");
    } else if (policy.maxFailures().isExceededBy(failuresCounted(), size)) {
      stop(tooMany(size));
    } else {
      pause();
    }
  }

  private int failuresCounted() {
    return switch (policy.maxFailures()) {
      case Amount.Hosts _ -> failures;
      case Amount.Percent _ -> failuresOfBatch;
    };
  }

  private void pause() {
    switch (policy.pause()) {
      case Pause.Time(Duration duration) -> {
        step = new Step.Wait(duration);
        if (duration.isZero()) {
          goOn();
        }
      }
      case Pause.Prompt() -> {
        int next = batches.get(batch + 1).size();
        step =
            new Step.Ask(
                "Batch %d of %d is done, %s so far. Go on with the next %s?"
                    .formatted(
                        batch + 1,
                        batches.size(),
                        count(failures, "failure"),
                        count(next, "host")));
      }
    }
  }

  private String tooMany(int size) {
    String which =
        switch (policy.maxFailures()) {
          case Amount.Hosts _ -> "";
          case Amount.Percent _ -> " of the " + count(size, "host") + " of batch " + (batch + 1);
        };
    return "%s%s failed, more than rollout.maxFailures: %s"
        .formatted(count(failuresCounted(), "host"), which, policy.maxFailures().text());
  }

  /** Whether a host did not come to where the plan wants it. */
  private static boolean isFailure(Status status) {
    return switch (status) {
      case FAILED, REFUSED, STALE, SKIPPED -> true;
      case UNCHANGED, PENDING, CHANGED -> false;
    };
  }

  private static String are(int hosts) {
    return count(hosts, "host") + (hosts == 1 ? " is" : " are");
  }

  private static String count(int number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
