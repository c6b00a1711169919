package io.gpurig.engine.connect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A chain of network namespaces: each reaches its neighbours and nothing else. The first one is
 * reached from here; the n-th has the address 10.211.n.2 for the one before it.
 */
final class Namespaces implements AutoCloseable {
  private final String prefix = "gc" + ProcessHandle.current().pid() + "-";
  private final List<Process> servers = new ArrayList<>();
  private final int length;

  private Namespaces(int length) {
    this.length = length;
  }

  static boolean areAllowed() {
    try {
      String name = "gct" + ProcessHandle.current().pid();
      boolean made = new ProcessBuilder("ip", "netns", "add", name).start().waitFor() == 0;
      return made && new ProcessBuilder("ip", "netns", "del", name).start().waitFor() == 0;
    } catch (IOException absent) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  static Namespaces chain(int length) throws Exception {
    Namespaces chain = new Namespaces(length);
    boolean done = false;
    try {
      for (int i = 1; i <= length; i++) {
        chain.add(i);
      }
      done = true;
      return chain;
    } finally {
      if (!done) {
        chain.close();
      }
    }
  }

  private void add(int number) throws Exception {
    String name = prefix + number;
    String here = name + "a"; // in the namespace before
    String there = name + "b";
    Tool.run("ip", "netns", "add", name);
    Tool.run("ip", "link", "add", here, "type", "veth", "peer", "name", there);
    Tool.run("ip", "link", "set", there, "netns", name);
    if (number > 1) {
      Tool.run("ip", "link", "set", here, "netns", prefix + (number - 1));
    }
    String before = number > 1 ? "ip netns exec " + prefix + (number - 1) + " " : "";
    String net = "10.211." + number;
    Tool.run("sh", "-ec", before + "ip addr add " + net + ".1/30 dev " + here);
    Tool.run("sh", "-ec", before + "ip link set " + here + " up");
    String inside = "ip netns exec " + name + " ip ";
    Tool.run("sh", "-ec", inside + "addr add " + net + ".2/30 dev " + there);
    Tool.run("sh", "-ec", inside + "link set " + there + " up; " + inside + "link set lo up");
  }

  String address(int number) {
    return "10.211." + number + ".2";
  }

  /** Starts an sshd on port 22 of a namespace. */
  void serve(int number, Path folder, Path hostKey, String... options) throws Exception {
    Files.createDirectories(Path.of("/run/sshd"));
    List<String> lines = new ArrayList<>(List.of(options));
    lines.addAll(
        List.of(
            "ListenAddress " + address(number),
            "HostKey " + hostKey,
            "PidFile none",
            "StrictModes no",
            "UsePAM no",
            "PasswordAuthentication no",
            "PermitRootLogin yes",
            "AuthorizedKeysFile " + folder.resolve("authorized_keys")));
    Path config = Files.write(folder.resolve("sshd_config" + number), lines);
    String[] inside = {"ip", "netns", "exec", prefix + number};
    List<String> command = new ArrayList<>(List.of(inside));
    command.addAll(List.of(OpenSshServer.PROGRAM, "-D", "-e", "-f", config.toString()));
    servers.add(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("sshd" + number + ".log").toFile())
            .start());
    List<String> probe = new ArrayList<>(List.of(inside));
    probe.addAll(List.of("bash", "-c", "exec 3<>/dev/tcp/" + address(number) + "/22"));
    for (int i = 0; new ProcessBuilder(probe).start().waitFor() != 0; i++) {
      if (i > 200) {
        throw new IOException("sshd does not start in the namespace " + number);
      }
      TimeUnit.MILLISECONDS.sleep(25);
    }
  }

  @Override
  public void close() throws IOException {
    for (Process server : servers) {
      server.descendants().forEach(ProcessHandle::destroyForcibly);
      server.destroyForcibly().onExit().join();
    }
    for (int i = length; i >= 1; i--) {
      new ProcessBuilder("ip", "netns", "del", prefix + i).start().onExit().join();
    }
  }
}
