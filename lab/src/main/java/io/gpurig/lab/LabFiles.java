package io.gpurig.lab;

import io.gpurig.lab.machine.Tree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The files of a lab in its folder: what a client needs, and the commands its hosts share. */
final class LabFiles {
  private static final List<String> COMMANDS =
      List.of(
          "chroot",
          "docker",
          "dockerd",
          "hostname",
          "id",
          "lab-mig",
          "modprobe",
          "nvidia-smi",
          "refuse",
          "sudo",
          "systemctl",
          "tee",
          "umount",
          "uname");

  /** Commands that would change this machine if a script meant for a host got hold of them. */
  private static final List<String> REFUSED =
      List.of(
          "apt",
          "apt-get",
          "dnf",
          "dpkg",
          "fuser",
          "halt",
          "insmod",
          "killall",
          "mount",
          "pkill",
          "poweroff",
          "reboot",
          "rpm",
          "service",
          "shutdown",
          "sysctl",
          "update-grub",
          "update-initramfs",
          "yum",
          "zypper");

  private final Path folder;

  LabFiles(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  Path inventory() {
    return folder.resolve("inventory.yaml");
  }

  Path userKey() {
    return folder.resolve("id_ed25519");
  }

  Path knownHosts() {
    return folder.resolve("known_hosts");
  }

  Path commands() {
    return folder.resolve("lab-bin");
  }

  Path shared() {
    return folder.resolve("shared");
  }

  Path roots() {
    return folder.resolve("hosts");
  }

  /** Takes the folder for this process, after sweeping out what a lab that crashed left in it. */
  void claim() throws IOException {
    String pid = Tree.read(pidFile());
    if (pid != null && pid.matches("\\d{1,18}") && isAlive(Long.parseLong(pid))) {
      throw new IOException("a lab with process id " + pid + " runs in " + folder);
    }
    delete();
    Files.createDirectories(folder);
    Tree.write(pidFile(), ProcessHandle.current().pid() + "\n");
  }

  void writeCommands() throws IOException {
    for (String command : COMMANDS) {
      try (InputStream in = Tree.class.getResourceAsStream("lab-bin/" + command)) {
        if (in == null) {
          throw new IOException("the lab lacks its command " + command);
        }
        Files.createDirectories(commands());
        Path file = commands().resolve(command);
        Files.copy(in, file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
    }
    Files.createSymbolicLink(commands().resolve("rmmod"), Path.of("modprobe"));
    for (String command : REFUSED) {
      Files.createSymbolicLink(commands().resolve(command), Path.of("refuse"));
    }
  }

  void writeAccess(LabKeys keys, List<LabHost> hosts) throws IOException {
    keys.writeUserKey(userKey());
    Tree.write(
        knownHosts(),
        hosts.stream()
            .map(host -> keys.knownHost(host.port()) + "\n")
            .collect(Collectors.joining()));
    Tree.write(inventory(), inventoryText(hosts));
  }

  /** Removes all that a lab wrote; the folder itself stays. */
  void delete() throws IOException {
    Set<Path> mine =
        Set.of(inventory(), userKey(), knownHosts(), commands(), shared(), roots(), pidFile());
    for (Path path : mine) {
      Tree.delete(path);
    }
  }

  private Path pidFile() {
    return folder.resolve("lab.pid");
  }

  private String inventoryText(List<LabHost> hosts) {
    String options = "-o UserKnownHostsFile=" + shellQuote(knownHosts().toString());
    StringBuilder text =
        new StringBuilder(
            """
            # Written by the gpurig lab with process id %d; good for as long as it runs.
            lab:
              vars:
                ansible_host: 127.0.0.1
                ansible_user: root
                ansible_ssh_private_key_file: %s
                ansible_ssh_common_args: %s
              children:
                gpu_nodes:
            gpu_nodes:
              hosts:
            """
                .formatted(
                    ProcessHandle.current().pid(),
                    yamlQuote(userKey().toString()),
                    yamlQuote(options)));
    for (LabHost host : hosts) {
      text.append("    %s: {ansible_port: %d}\n".formatted(host.name(), host.port()));
    }
    return text.toString();
  }

  private static boolean isAlive(long pid) {
    // two labs of one process, one after the other, may use one folder
    return ProcessHandle.current().pid() != pid
        && ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  private static String shellQuote(String text) {
    return text.matches("[\\w./@:+-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }

  private static String yamlQuote(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
