package io.gpurig.hostsuite;

import io.gpurig.hostsuite.Program.Result;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A host with a real sshd and, unless told otherwise, a real dockerd: see hostsuite/bin/README.md.
 */
final class RealHost implements AutoCloseable {
  private static final String TOOL = "bin/testhost";

  private final String name;

  private RealHost(String name) {
    this.name = name;
  }

  /** Returns why hosts cannot be made on this machine, if they cannot. */
  static Optional<String> impossible() throws IOException, InterruptedException {
    Result check = Program.run(List.of("bash", TOOL, "check"));
    return check.exit() == 0 ? Optional.empty() : Optional.of(check.err().strip());
  }

  /** Makes what all hosts are made of, which takes a minute the first time. */
  static void prepare() throws IOException, InterruptedException {
    tool("setup");
  }

  static RealHost up(String name, String... options) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("up", name));
    words.addAll(List.of(options));
    tool(words.toArray(String[]::new));
    return new RealHost(name);
  }

  String name() {
    return name;
  }

  String address() throws IOException, InterruptedException {
    return tool("ip", name).strip();
  }

  String hostKey() throws IOException, InterruptedException {
    return tool("hostkey", name).strip();
  }

  static String userKey() throws IOException, InterruptedException {
    return tool("key").strip();
  }

  /** Runs a shell script on the host, as root and not through SSH; it must succeed. */
  String sh(String script) throws IOException, InterruptedException {
    return tool("exec", name, "sh", "-c", script);
  }

  @Override
  public void close() throws IOException {
    try {
      tool("down", name);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + name + " was taken down", e);
    }
  }

  private static String tool(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("bash", TOOL));
    command.addAll(List.of(words));
    Result result = Program.run(command);
    if (result.exit() != 0) {
      throw new IOException(command + ": " + result.both());
    }
    return result.out();
  }
}
