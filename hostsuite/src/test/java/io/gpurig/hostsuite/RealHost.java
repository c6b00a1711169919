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
  static Optional<String> impossible() throws IOException {
    Result check = Program.run(List.of("bash", TOOL, "check"));
    return check.exit() == 0 ? Optional.empty() : Optional.of(check.err().strip());
  }

  /**
   * Makes what hosts are made of, which takes a minute the first time.
   *
   * @param options {@code --base} and {@code --with}, as they will be given to {@link #up}
   */
  static void prepare(String... options) throws IOException {
    List<String> words = new ArrayList<>(List.of("setup"));
    words.addAll(List.of(options));
    tool(words.toArray(String[]::new));
  }

  static RealHost up(String name, String... options) throws IOException {
    List<String> words = new ArrayList<>(List.of("up", name));
    words.addAll(List.of(options));
    tool(words.toArray(String[]::new));
    return new RealHost(name);
  }

  String name() {
    return name;
  }

  String address() throws IOException {
    return tool("ip", name).strip();
  }

  String hostKey() throws IOException {
    return tool("hostkey", name).strip();
  }

  static String userKey() throws IOException {
    return tool("key").strip();
  }

  /** Ends all hosts, and what they have in common. */
  static void downAll() throws IOException {
    tool("down-all");
  }

  /** Runs a shell script on the host, as root and not through SSH; it must succeed. */
  String sh(String script) throws IOException {
    return tool("exec", name, "sh", "-c", script);
  }

  /** Pulls the network cable: nobody is told. */
  void unplug() throws IOException {
    tool("unplug", name);
  }

  void plug() throws IOException {
    tool("plug", name);
  }

  @Override
  public void close() throws IOException {
    tool("down", name);
  }

  private static String tool(String... words) throws IOException {
    return Program.script(TOOL, words);
  }
}
