package io.gpurig.lab.docker;

import io.gpurig.lab.http.HttpConnection;
import io.gpurig.lab.machine.NvidiaDriver;
import io.gpurig.lab.machine.RootFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The Docker engine of one host: containers that are records, changed under one lock. */
public final class Engine implements AutoCloseable {
  private final RootFolder root;
  private final NvidiaDriver nvidia;
  private final String hostname;
  private final Images images = new Images();
  private final DockerConfig config;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, Container> byId = new LinkedHashMap<>();
  private final Lifecycle lifecycle;
  private volatile boolean closed;
  private volatile boolean broken;

  /** Makes an engine without containers and images; it touches no file before it is asked. */
  public Engine(
      RootFolder root, NvidiaDriver nvidia, String hostname, ScheduledExecutorService timer) {
    this.root = root;
    this.nvidia = nvidia;
    this.hostname = hostname;
    this.config = new DockerConfig(root);
    this.lifecycle = new Lifecycle(this, timer, changed);
  }

  /** Returns whether a client can connect now: not after a restart on a bad daemon.json. */
  public boolean isUp() {
    heedSignals();
    return !closed && !broken;
  }

  /** Answers the requests of one client until it ends its side. */
  public void serve(InputStream in, OutputStream out) throws IOException {
    EngineApi api = new EngineApi(this);
    HttpConnection.serve(
        in,
        out,
        (request, responder) -> {
          heedSignals();
          if (closed || broken) {
            throw new IOException("the engine is down");
          }
          api.handle(request, responder);
        });
  }

  /** Ends everything that waits; containers are forgotten with the engine. */
  @Override
  public void close() {
    lock.lock();
    try {
      // under the lock, so that no task is half done afterwards
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Runs a task under the lock, unless the engine has been closed meanwhile. */
  void locked(Runnable task) {
    lock.lock();
    try {
      if (!closed) {
        task.run();
      }
    } finally {
      lock.unlock();
    }
  }

  ReentrantLock lock() {
    return lock;
  }

  Condition changed() {
    return changed;
  }

  boolean isClosed() {
    return closed;
  }

  Lifecycle lifecycle() {
    return lifecycle;
  }

  RootFolder root() {
    return root;
  }

  NvidiaDriver nvidia() {
    return nvidia;
  }

  String hostname() {
    return hostname;
  }

  Images images() {
    return images;
  }

  DockerConfig config() {
    return config;
  }

  List<Container> containers() {
    return List.copyOf(byId.values());
  }

  void add(Container container) {
    byId.put(container.id, container);
  }

  void forget(Container container) {
    byId.remove(container.id);
  }

  /** Finds a container by name, id or the beginning of its id. */
  Container find(String reference) {
    String name = reference.startsWith("/") ? reference.substring(1) : reference;
    for (Container container : byId.values()) {
      if (container.name.equals(name) || container.id.equals(reference)) {
        return container;
      }
    }
    List<Container> matches =
        byId.values().stream().filter(c -> c.id.startsWith(reference)).toList();
    if (matches.size() != 1) {
      throw new ApiException(404, "No such container: " + reference);
    }
    return matches.getFirst();
  }

  /** Refuses a name that another container has. */
  void requireFree(String name) {
    for (Container container : byId.values()) {
      if (container.name.equals(name)) {
        throw new ApiException(
            409,
            ("Conflict. The container name \"/%s\" is already in use by container \"%s\". You have"
                    + " to remove (or rename) that container to be able to reuse that name.")
                .formatted(name, container.id));
      }
    }
  }

  void requireRuntime(String runtime) {
    if (!config.knows(runtime)) {
      throw new ApiException(400, "unknown or invalid runtime name: " + runtime);
    }
  }

  /** Does what the lab's systemctl, which runs in another process, has left word of. */
  private void heedSignals() {
    Path restart = root.at("run/lab/docker-restart");
    Path reload = root.at("run/lab/docker-reload");
    if (!Files.exists(restart) && !Files.exists(reload)) {
      return;
    }
    locked(
        () -> {
          try {
            boolean wantsReload = Files.deleteIfExists(reload);
            if (Files.deleteIfExists(restart)) {
              restart();
            } else if (wantsReload) {
              lifecycle.reloadEngine();
            }
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private void restart() {
    try {
      lifecycle.restartEngine();
      broken = false;
    } catch (IOException e) {
      broken = true; // dockerd does not start on a daemon.json it cannot read
    }
  }
}
