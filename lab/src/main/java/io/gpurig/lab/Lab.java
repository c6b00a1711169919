package io.gpurig.lab;

import io.gpurig.lab.machine.Blueprint;
import io.gpurig.lab.machine.RootFolder;
import io.gpurig.lab.machine.SharedFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Simulated GPU hosts in this process, reached over real SSH on loopback. Nothing of it needs root,
 * Docker or a GPU, and nothing is left when it is closed.
 */
public final class Lab implements AutoCloseable {
  private final LabFiles files;
  private final LabServer server;
  private final Processes processes;
  private final ScheduledExecutorService timer;
  private final List<LabHost> hosts = new ArrayList<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  private Lab(LabFiles files, LabKeys keys) {
    this.files = files;
    this.processes = new Processes();
    this.server = new LabServer(keys, processes);
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("lab-timer").factory());
  }

  /**
   * Starts hosts with eight H100 each.
   *
   * @param folder where the inventory, the key and the hosts' root folders go
   * @throws IOException if another lab runs in the folder, or it cannot be written to
   */
  public static Lab start(Path folder, int hosts) throws IOException {
    return start(folder, Collections.nCopies(hosts, HostKind.H100X8));
  }

  /** Starts one host of each kind in the list, named gpu-01, gpu-02 and so on in its order. */
  public static Lab start(Path folder, List<HostKind> kinds) throws IOException {
    if (kinds.isEmpty()) {
      throw new IllegalArgumentException("a lab has at least one host");
    }
    LabFiles files = new LabFiles(folder);
    files.claim();
    LabKeys keys = LabKeys.generate();
    Lab lab = new Lab(files, keys);
    try {
      lab.open(kinds, keys);
      return lab;
    } catch (IOException | RuntimeException e) {
      lab.close();
      throw e;
    }
  }

  /** Returns the hosts, in the order they were asked for. */
  public List<LabHost> hosts() {
    return List.copyOf(hosts);
  }

  /** Returns the host of a name. */
  public LabHost host(String name) {
    return hosts.stream()
        .filter(host -> host.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("the lab has no host " + name));
  }

  /** Returns an Ansible inventory in YAML with all that is needed to connect. */
  public Path inventory() {
    return files.inventory();
  }

  /** Returns the private key that every host lets in. */
  public Path userKey() {
    return files.userKey();
  }

  /** Returns the file with the key that every host proves itself with. */
  public Path knownHosts() {
    return files.knownHosts();
  }

  /** Ends the hosts and what runs on them, and removes every file that the lab wrote. */
  @Override
  public void close() throws IOException {
    if (closed.getAndSet(true)) {
      return; // the folder may be another lab's by now
    }
    hosts.forEach(LabHost::close);
    timer.shutdownNow();
    try {
      server.close();
    } finally {
      processes.close();
      files.delete();
    }
  }

  private void open(List<HostKind> kinds, LabKeys keys) throws IOException {
    files.writeCommands();
    SharedFiles shared = new SharedFiles(files.shared());
    Map<HostKind, Blueprint> blueprints = new EnumMap<>(HostKind.class);
    int width = Math.max(2, Integer.toString(kinds.size()).length());
    List<Integer> ports = server.start(kinds.size());
    for (int i = 0; i < kinds.size(); i++) {
      String name = ("gpu-%0" + width + "d").formatted(i + 1);
      Blueprint blueprint = blueprints.computeIfAbsent(kinds.get(i), HostKind::blueprint);
      RootFolder root =
          new RootFolder(files.roots().resolve(name), name, blueprint, shared, files.commands());
      LabHost host = new LabHost(name, kinds.get(i), blueprint, ports.get(i), server, root, timer);
      hosts.add(host);
      server.add(host);
    }
    files.writeAccess(keys, hosts);
  }
}
