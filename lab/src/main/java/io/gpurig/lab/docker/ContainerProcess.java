package io.gpurig.lab.docker;

import io.gpurig.lab.machine.NvidiaDriver;
import io.gpurig.lab.machine.RootFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One life of a container, from the point of view of what runs in it. */
final class ContainerProcess {
  private final Lifecycle lifecycle;
  private final Container container;
  private final int life;

  ContainerProcess(Lifecycle lifecycle, Container container) {
    this.lifecycle = lifecycle;
    this.container = container;
    this.life = container.life;
  }

  /** Something to do later. */
  @FunctionalInterface
  interface Step {
    void run() throws IOException;
  }

  /** Writes a line to standard output. */
  void log(String line) {
    lifecycle.log(container, false, line);
  }

  /** Writes a line to standard error. */
  void logError(String line) {
    lifecycle.log(container, true, line);
  }

  /** Runs a step after a while, unless this life has ended by then. */
  void after(Duration delay, Step step) {
    lifecycle.later(
        delay,
        () -> {
          if (isAlive()) {
            lifecycle.guard(this, step);
          }
        });
  }

  /** Ends this life. */
  void exit(int code) {
    if (isAlive()) {
      lifecycle.ended(container, code);
    }
  }

  boolean isAlive() {
    return container.isRunning() && container.life == life;
  }

  List<String> commandLine() {
    return container.spec.commandLine();
  }

  @Nullable String env(String name) {
    return container.spec.env(name);
  }

  /** Returns the variable, or the fallback if it is unset. */
  String env(String name, String fallback) {
    String value = env(name);
    return value == null ? fallback : value;
  }

  /** Returns where a path of the container lies on the host; null if no mount shows it. */
  @Nullable String hostPath(String path) {
    MountPoint mount = mountOf(path);
    return mount == null ? null : mount.toHost(path);
  }

  /** Returns whether the host sees what the container mounts at a path of its own. */
  boolean sharesMounts(String path) {
    MountPoint mount = mountOf(path);
    return mount != null && mount.propagation().endsWith("shared");
  }

  private @Nullable MountPoint mountOf(String path) {
    return container.spec.mounts().stream()
        .filter(mount -> mount.toHost(path) != null)
        .max(Comparator.comparingInt(mount -> mount.destination().length()))
        .orElse(null);
  }

  /** Returns whether it sees the processes of the host, and so may signal them. */
  boolean seesHostProcesses() {
    return container.spec.hostConfig().path("PidMode").asText().equals("host");
  }

  /** Returns a file of the host. */
  Path hostFile(String path) {
    return root().at(path);
  }

  RootFolder root() {
    return lifecycle.root();
  }

  NvidiaDriver nvidia() {
    return lifecycle.nvidia();
  }

  /** Returns how many containers of this host hold a GPU open. */
  int gpuUsers() {
    return lifecycle.gpuUsers();
  }

  /** Returns whether another container of this host runs the driver. */
  boolean otherDriverRuns() {
    return lifecycle.otherDriverRuns(container);
  }

  /** Sends the engine the signal to read its configuration again. */
  void reloadEngine() {
    lifecycle.reloadEngine();
  }
}
