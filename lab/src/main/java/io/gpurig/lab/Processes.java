package io.gpurig.lab;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** The processes that clients have started on the hosts, so that none outlives the lab. */
final class Processes {
  private static final String MARK = "GPURIG_LAB";
  private static final int SWEEPS = 5;

  /** In the environment of all of them, inherited by what they start in turn. */
  private final String mark = UUID.randomUUID().toString();

  private final Set<Process> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** Starts a command in the world of a host. */
  Process start(List<String> command, Path root) throws IOException {
    if (closed) {
      throw new IOException("the lab is closing");
    }
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("GPURIG_ROOT", root.toString());
    environment.put("PATH", root + "/lab-bin:/usr/bin:/bin");
    environment.put("HOME", root + "/root");
    environment.put("USER", "root");
    environment.put("LOGNAME", "root");
    environment.put("SHELL", "/bin/sh");
    environment.put(MARK, mark);
    Process process = builder.directory(new File(root.toFile(), "root")).start();
    running.add(process);
    var _ = process.onExit().thenRun(() -> running.remove(process));
    return process;
  }

  /** Kills what still runs, also what has left the tree of the command that began it. */
  void close() {
    closed = true;
    List<ProcessHandle> ours = ours();
    for (int i = 0; i < SWEEPS && !ours.isEmpty(); i++) {
      ours.forEach(ProcessHandle::destroyForcibly);
      ours.forEach(Processes::await);
      ours = ours(); // one may have been starting another
    }
  }

  private List<ProcessHandle> ours() {
    Stream<ProcessHandle> trees =
        running.stream().flatMap(p -> Stream.concat(p.descendants(), Stream.of(p.toHandle())));
    Stream<ProcessHandle> marked = ProcessHandle.allProcesses().filter(this::isOurs);
    return Stream.concat(trees, marked).distinct().filter(ProcessHandle::isAlive).toList();
  }

  private static void await(ProcessHandle process) {
    try {
      process.onExit().get(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // it is dying; the folder is removed without waiting longer
    }
  }

  private boolean isOurs(ProcessHandle process) {
    try {
      byte[] environment = Files.readAllBytes(Path.of("/proc/" + process.pid() + "/environ"));
      return new String(environment, ISO_8859_1).contains(MARK + "=" + mark);
    } catch (IOException e) {
      return false; // it has ended, or belongs to someone else
    }
  }
}
