package io.gpurig.hostsuite;

import io.gpurig.hostsuite.Program.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A virtual machine with an IOMMU and devices that look like NVIDIA's: see
 * hostsuite/kernel/README.md.
 */
final class Guest implements AutoCloseable {
  private static final String TOOL = "kernel/testguest";

  private Guest() {}

  /** Returns why it cannot run on this machine, if it cannot. */
  static Optional<String> impossible() throws IOException {
    Result check = Program.run(List.of("bash", TOOL, "check"));
    return check.exit() == 0 ? Optional.empty() : Optional.of(check.err().strip());
  }

  /** Builds it, which takes two minutes the first time, and boots it. */
  static Guest up() throws IOException {
    tool("down");
    tool("setup");
    tool("up");
    return new Guest();
  }

  /** Runs a shell script in it as root; it must succeed. */
  String sh(String script) throws IOException {
    return tool("ssh", script);
  }

  /** Pulls the plug and boots again. */
  void reset() throws IOException {
    tool("reset");
  }

  /** Writes an inventory that has it as {@code guest}, with its true key known. */
  static Path inventory(Path folder) throws IOException {
    String port = tool("port").strip();
    Path known =
        Files.writeString(
            folder.resolve("known_hosts"), "[127.0.0.1]:%s %s".formatted(port, tool("hostkey")));
    return Files.writeString(
        folder.resolve("inventory.yaml"),
        """
        all:
          hosts:
            guest: {ansible_host: 127.0.0.1, ansible_port: %s, ansible_user: root}
          vars:
            ansible_ssh_private_key_file: %s
            ansible_ssh_common_args: "-o UserKnownHostsFile=%s"
        """
            .formatted(port, tool("key").strip(), known));
  }

  /** Returns the driver of a function, {@code -} if it has none. */
  String driver(String bdf) throws IOException {
    return sh("l=$(readlink /sys/bus/pci/devices/%s/driver) && echo ${l##*/} || echo -"
            .formatted(bdf))
        .strip();
  }

  @Override
  public void close() throws IOException {
    tool("down");
  }

  private static String tool(String... words) throws IOException {
    return Program.script(TOOL, words);
  }
}
