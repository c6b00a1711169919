package io.gpurig.lab.docker;

import io.gpurig.lab.machine.NvidiaDriver;
import io.gpurig.lab.machine.RootFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

/** Starts, stops and restarts containers. Every method is called under the lock of the engine. */
final class Lifecycle {
  private final Engine engine;
  private final ScheduledExecutorService timer;
  private final Condition changed;
  private int nextPid = 4200;

  Lifecycle(Engine engine, ScheduledExecutorService timer, Condition changed) {
    this.engine = engine;
    this.timer = timer;
    this.changed = changed;
  }

  void start(Container container) {
    if (container.isRunning()) {
      throw ApiException.notModified();
    }
    engine.requireRuntime(container.spec.runtime());
    new DeviceRequests(engine.root(), engine.config()).check(container.spec);
    container.manuallyStopped = false;
    container.restartCount = 0;
    run(container);
  }

  /** Asks the container to stop, waits, and kills it when the time is up. */
  void stop(Container container, Duration patience) throws InterruptedException {
    if (container.status == Container.Status.RESTARTING) {
      container.manuallyStopped = true;
      container.end(container.exitCode, Container.Status.EXITED, Instant.now());
      changed.signalAll();
      return;
    }
    if (!container.isRunning()) {
      throw ApiException.notModified();
    }
    container.manuallyStopped = true;
    int life = container.life;
    terminate(container);
    long left = patience.toNanos();
    while (container.life == life && left > 0 && !engine.isClosed()) {
      left = changed.awaitNanos(left);
    }
    if (container.life == life) {
      ended(container, 128 + 9);
    }
  }

  void kill(Container container, String signal) {
    if (!container.isRunning()) {
      throw new ApiException(
          409,
          "cannot kill container: %s: container %s is not running"
              .formatted(container.name, container.id));
    }
    boolean dies = Set.of("KILL", "9").contains(signal);
    if (dies || Set.of("TERM", "15", "INT", "2", "QUIT", "3").contains(signal)) {
      container.manuallyStopped = true;
      if (dies) {
        ended(container, 128 + 9);
      } else {
        terminate(container);
      }
    }
  }

  /** A container has ended by itself or was made to. */
  void ended(Container container, int code) {
    Instant now = Instant.now();
    boolean again = container.wantsRestart(code) && !engine.isClosed();
    Duration delay = container.restartDelay(now);
    container.end(code, again ? Container.Status.RESTARTING : Container.Status.EXITED, now);
    showGpuUsers();
    if (again) {
      int life = container.life;
      later(delay, () -> restart(container, life));
    } else if (container.spec.hostConfig().path("AutoRemove").asBoolean()) {
      engine.forget(container);
    }
    changed.signalAll();
  }

  /** Does what a restart of the engine does to containers: those with a policy come back. */
  void restartEngine() throws IOException {
    boolean keep = engine.config().liveRestore();
    List<Container> running = engine.containers().stream().filter(Container::isRunning).toList();
    if (!keep) {
      for (Container container : running) {
        boolean before = container.manuallyStopped;
        container.manuallyStopped = true;
        int life = container.life;
        terminate(container);
        if (container.life == life) {
          ended(container, 128 + 9);
        }
        container.manuallyStopped = before;
      }
    }
    engine.config().start();
    for (Container container : keep ? List.<Container>of() : running) {
      if (Set.of("always", "unless-stopped").contains(container.spec.restartPolicy())
          && engine.config().knows(container.spec.runtime())) {
        run(container);
      }
    }
  }

  void reloadEngine() {
    try {
      engine.config().reload();
    } catch (IOException e) {
      // dockerd logs that the file is no good and goes on with what it had
    }
  }

  void log(Container container, boolean error, String line) {
    container.log(error, line, Instant.now());
    changed.signalAll();
  }

  /** Runs a task under the lock of the engine after a while, on a thread that may do I/O. */
  void later(Duration delay, Runnable task) {
    if (engine.isClosed()) {
      return;
    }
    var _ =
        timer.schedule(
            () -> Thread.ofVirtual().name("lab-container").start(() -> engine.locked(task)),
            delay.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /** Runs a step of a container; one that fails ends it, as a crash would. */
  void guard(ContainerProcess process, ContainerProcess.Step step) {
    try {
      step.run();
    } catch (IOException | UncheckedIOException e) {
      process.logError("lab: " + e);
      process.exit(1);
    }
  }

  int gpuUsers() {
    return (int) engine.containers().stream().filter(Container::holdsGpu).count();
  }

  boolean otherDriverRuns(Container container) {
    return engine.containers().stream()
        .anyMatch(c -> c != container && c.isRunning() && c.spec.image().isDriver());
  }

  RootFolder root() {
    return engine.root();
  }

  NvidiaDriver nvidia() {
    return engine.nvidia();
  }

  private void restart(Container container, int life) {
    if (container.life == life && container.status == Container.Status.RESTARTING) {
      container.restartCount++;
      run(container);
    }
  }

  private void run(Container container) {
    container.begin(nextPid++, Instant.now());
    showGpuUsers();
    changed.signalAll();
    ContainerProcess process = new ContainerProcess(this, container);
    guard(process, () -> container.workload.start(process));
  }

  private void terminate(Container container) {
    ContainerProcess process = new ContainerProcess(this, container);
    guard(process, () -> container.workload.terminate(process));
  }

  private void showGpuUsers() {
    try {
      engine.nvidia().setUsers(gpuUsers());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
