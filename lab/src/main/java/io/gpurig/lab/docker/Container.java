package io.gpurig.lab.docker;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A container: what it should be and what has become of it. Guarded by the lock of its engine. */
final class Container {
  /** What {@code State.Status} says. */
  enum Status {
    CREATED,
    RUNNING,
    RESTARTING,
    EXITED
  }

  /** More lines than any simulated image writes in one life; a crash loop must not fill memory. */
  private static final int MAX_LOG_LINES = 2000;

  private static final Duration STEADY = Duration.ofSeconds(10);

  final String id;
  final ContainerSpec spec;
  final Workload workload;
  final Instant created;
  private final List<LogLine> log = new ArrayList<>();
  private int droppedLines;

  String name;
  Status status = Status.CREATED;
  int pid;
  int exitCode;
  int restartCount;
  Instant startedAt = Instant.EPOCH;
  Instant finishedAt = Instant.EPOCH;

  /** Set by stop and kill: an operator's wish that the restart policy must not undo. */
  boolean manuallyStopped;

  /** Counts up with every start, so that what an earlier life scheduled finds itself outdated. */
  int life;

  Container(String id, String name, ContainerSpec spec, Workload workload, Instant created) {
    this.id = id;
    this.name = name;
    this.spec = spec;
    this.workload = workload;
    this.created = created;
  }

  boolean isRunning() {
    return status == Status.RUNNING;
  }

  /** Returns whether a GPU is held open by it now. */
  boolean holdsGpu() {
    return isRunning() && spec.usesGpu();
  }

  void begin(int newPid, Instant now) {
    life++;
    status = Status.RUNNING;
    pid = newPid;
    exitCode = 0;
    startedAt = now;
  }

  void end(int code, Status next, Instant now) {
    status = next;
    pid = 0;
    exitCode = code;
    finishedAt = now;
    life++;
  }

  /** Returns whether the restart policy wants another life after this exit. */
  boolean wantsRestart(int code) {
    if (manuallyStopped) {
      return false;
    }
    int maximum = spec.hostConfig().path("RestartPolicy").path("MaximumRetryCount").asInt();
    return switch (spec.restartPolicy()) {
      case "always", "unless-stopped" -> true;
      case "on-failure" -> code != 0 && (maximum == 0 || restartCount < maximum);
      default -> false;
    };
  }

  /** Returns how long Docker waits before the next start: doubled each time, up to a minute. */
  Duration restartDelay(Instant now) {
    if (Duration.between(startedAt, now).compareTo(STEADY) > 0) {
      return Duration.ofMillis(100);
    }
    return Duration.ofMillis(Math.min(60_000, 100L << Math.min(restartCount, 10)));
  }

  void log(boolean error, String text, Instant now) {
    if (log.size() == MAX_LOG_LINES) {
      log.removeFirst();
      droppedLines++;
    }
    log.add(new LogLine(now, error, text));
  }

  /** Returns the position behind the last line, for {@link #logFrom}. */
  int logEnd() {
    return droppedLines + log.size();
  }

  List<LogLine> logFrom(int position) {
    int index = Math.clamp(position - droppedLines, 0, log.size());
    return List.copyOf(log.subList(index, log.size()));
  }
}
