package io.gpurig.lab.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder that stands for {@code /} of one host. It is made when something first asks for it, so
 * that a host nobody looks at costs no file.
 */
public final class RootFolder {
  private static final String OS_RELEASE =
      """
      PRETTY_NAME="Ubuntu 22.04.5 LTS"
      NAME="Ubuntu"
      VERSION_ID="22.04"
      VERSION="22.04.5 LTS (Jammy Jellyfish)"
      VERSION_CODENAME=jammy
      ID=ubuntu
      ID_LIKE=debian
      HOME_URL="https://www.ubuntu.com/"
      SUPPORT_URL="https://help.ubuntu.com/"
      BUG_REPORT_URL="https://bugs.launchpad.net/ubuntu/"
      UBUNTU_CODENAME=jammy
      """;

  /** What pci.ids has of the GPUs of the lab (The PCI ID Repository, version 2025.06.26). */
  private static final String PCI_IDS =
      """
      10de  NVIDIA Corporation
      \t2330  GH100 [H100 SXM5 80GB]
      \t2684  AD102 [GeForce RTX 4090]
      10df  Emulex Corporation
      """;

  private final Path path;
  private final String hostname;
  private final Blueprint blueprint;
  private final SharedFiles shared;
  private final Path commands;
  private volatile boolean made;
  private boolean closed;

  /**
   * Describes a root folder without making it.
   *
   * @param commands the folder of the lab's own commands, linked to as {@code lab-bin}
   */
  public RootFolder(
      Path path, String hostname, Blueprint blueprint, SharedFiles shared, Path commands) {
    this.path = path;
    this.hostname = hostname;
    this.blueprint = blueprint;
    this.shared = shared;
    this.commands = commands;
  }

  /** Returns the folder, which exists from now on. */
  public Path path() {
    if (!made) {
      make();
    }
    return path;
  }

  /** Returns where a path of the host lies on this machine. */
  public Path at(String hostPath) {
    // two dots lead nowhere above the root, as on a real host
    Path absolute = Path.of("/").resolve(hostPath).normalize();
    return path().resolve(Path.of("/").relativize(absolute));
  }

  /** Returns the folder of the lab's own commands, on this machine. */
  public Path commands() {
    return commands;
  }

  /** Keeps the folder from being made from now on. */
  public synchronized void close() {
    closed = true;
  }

  private synchronized void make() {
    if (made) {
      return;
    }
    if (closed) {
      throw new IllegalStateException("the lab is closed");
    }
    try {
      for (String folder : new String[] {"root", "run/nvidia", "var/log", "tmp", "dev"}) {
        Files.createDirectories(path.resolve(folder));
      }
      Files.createDirectories(path.resolve("etc/docker"));
      Files.createDirectories(path.resolve("sys/module"));
      Files.createSymbolicLink(path.resolve("lab-bin"), commands);
      Files.createSymbolicLink(path.resolve("var/run"), Path.of("../run"));
      if (blueprint.docker()) {
        placeSocket(path.resolve("run/docker.sock"));
      }
      place("etc/os-release", OS_RELEASE);
      Tree.write(path.resolve("etc/hostname"), hostname + "\n");
      place("usr/share/misc/pci.ids", PCI_IDS);
      place("proc/version", "Linux version " + Kernel.RELEASE + " (lab) #45-Ubuntu SMP\n");
      place("proc/sys/kernel/osrelease", Kernel.RELEASE + "\n");
      place("proc/cmdline", "BOOT_IMAGE=/vmlinuz-" + Kernel.RELEASE + " root=/dev/sda1 ro\n");
      place("proc/uptime", "86400.00 172800.00\n");
      Tree.write(path.resolve("proc/modules"), Kernel.MODULES);
      new Sysfs(path, shared).write(blueprint);
      made = true;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the root folder of " + hostname, e);
    }
  }

  /** Leaves a socket that nobody listens on: scripts ask whether it is there before they use it. */
  private static void placeSocket(Path file) throws IOException {
    try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(file));
    } catch (SocketException e) {
      Files.createFile(file); // the path is longer than a socket's may be
    }
  }

  private void place(String file, String text) throws IOException {
    shared.place(path.resolve(file), text);
  }
}
