package io.gpurig.hostsuite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The files that a test gives to gpurig: an inventory, known hosts, plans. */
final class Workbench {
  static final String DRIVER_16 = "nvcr.io/nvidia/driver:580.126.16-debian12";
  static final String DRIVER_20 = "nvcr.io/nvidia/driver:580.126.20-debian12";
  static final String DRIVER_BROKEN = "nvcr.io/nvidia/driver:580.999.99-debian12";
  static final String TOOLKIT_17 = "nvcr.io/nvidia/k8s/container-toolkit:v1.17.8-ubuntu20.04";
  static final String TOOLKIT_18 = "nvcr.io/nvidia/k8s/container-toolkit:v1.18.2";

  private final Path folder;

  Workbench(Path folder) {
    this.folder = folder;
  }

  /** Writes an inventory of hosts that are reached as root, with their true keys known. */
  Path inventory(RealHost... hosts) throws IOException {
    return inventory("ansible_user: root", hosts);
  }

  Path inventory(String variables, RealHost... hosts) throws IOException {
    StringBuilder known = new StringBuilder();
    StringBuilder inventory = new StringBuilder("all:\n  hosts:\n");
    for (RealHost host : hosts) {
      known.append(host.address()).append(' ').append(host.hostKey()).append('\n');
      inventory.append("    %s: {ansible_host: %s}\n".formatted(host.name(), host.address()));
    }
    knownHosts(known.toString());
    inventory.append(
        """
          vars:
            ansible_ssh_private_key_file: %s
            ansible_ssh_common_args: "-o UserKnownHostsFile=%s"
        """
            .formatted(RealHost.userKey(), folder.resolve("known_hosts")));
    Stream.of(variables.split("\n")).forEach(line -> inventory.append("    " + line + "\n"));
    return write("inventory.yaml", inventory.toString());
  }

  void knownHosts(String content) throws IOException {
    write("known_hosts", content);
  }

  /** Writes a plan for all hosts. */
  Path plan(String sections) throws IOException {
    return write("plan.yaml", "name: Host suite\nhosts: all\n" + sections);
  }

  Path driver(String image) throws IOException {
    return plan(driverSection(image));
  }

  Path driverAndToolkit(String driver, String toolkit) throws IOException {
    return plan(driverSection(driver) + toolkitSection(toolkit));
  }

  static String driverSection(String image) {
    return "driver:\n  deploy: true\n  image: %s\n  readyTimeout: 30s\n".formatted(image);
  }

  static String toolkitSection(String image) {
    return "toolkit:\n  deploy: true\n  image: %s\n  readyTimeout: 30s\n".formatted(image);
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }
}
