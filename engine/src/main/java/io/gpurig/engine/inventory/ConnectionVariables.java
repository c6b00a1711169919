package io.gpurig.engine.inventory;

import io.gpurig.engine.connect.ConnectionSettings;
import io.gpurig.engine.connect.ConnectionSettings.HostKeyCheck;
import io.gpurig.engine.connect.ConnectionSettings.Transport;
import io.gpurig.engine.problem.Problems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads Ansible's connection variables of one host. */
public final class ConnectionVariables {
  private static final List<String> PASSWORDS =
      List.of("ansible_password", "ansible_ssh_pass", "ansible_ssh_password");
  private static final List<String> BECOME_PASSWORDS =
      List.of("ansible_become_password", "ansible_become_pass", "ansible_sudo_pass");
  private static final List<String> SSH_ARGUMENTS =
      List.of("ansible_ssh_args", "ansible_ssh_common_args", "ansible_ssh_extra_args");
  private static final int DEFAULT_PORT = 22;
  private static final int DEFAULT_TIMEOUT_SECONDS = 10;

  private final Host host;
  private final Map<String, String> environment;
  private final Path home;
  private final Problems problems = new Problems();
  private final ConnectionValues values;

  private ConnectionVariables(Host host, Map<String, String> environment, Path home) {
    this.host = host;
    this.environment = environment;
    this.home = home;
    this.values = new ConnectionValues(host, home, problems);
  }

  /**
   * Returns how to reach a host.
   *
   * @param host the host; {@code ${name}} in its connection variables is replaced
   * @param environment the environment, for {@code SSH_AUTH_SOCK}, {@code USER} and {@code LOGNAME}
   * @param home the home directory of the user, for {@code ~} and the default keys
   * @param problems gets {@code inventory/connection} for values that make no sense and {@code
   *     inventory/unsupported-variable} for what gpurig does not do
   * @return the settings, empty if anything is wrong
   */
  public static Optional<ConnectionSettings> settings(
      Host host, Map<String, String> environment, Path home, Problems problems) {
    ConnectionVariables reader = new ConnectionVariables(host, environment, home);
    ConnectionSettings settings = reader.read();
    problems.addAll(reader.problems.sorted());
    return reader.problems.block() ? Optional.empty() : Optional.of(settings);
  }

  private ConnectionSettings read() {
    refusePasswords();
    SshOptions options =
        SshOptions.parse(
            SSH_ARGUMENTS.stream()
                .map(name -> values.text(name).orElse(""))
                .reduce("", (a, b) -> a + " " + b));
    refuseOtherOptions(options);
    return new ConnectionSettings(
        host.name(),
        transport(),
        values.text("ansible_host", "ansible_ssh_host").orElse(host.name()),
        port(),
        values.text("ansible_user", "ansible_ssh_user").orElseGet(this::currentUser),
        identities(),
        Optional.ofNullable(environment.get("SSH_AUTH_SOCK"))
            .filter(socket -> !socket.isBlank())
            .map(Path::of),
        knownHosts(options),
        hostKeyCheck(options),
        become(),
        values.text("ansible_become_user").orElse("root"),
        Duration.ofSeconds(
            values.number(
                DEFAULT_TIMEOUT_SECONDS, 1, 86_400, "ansible_timeout", "ansible_ssh_timeout")));
  }

  private void refusePasswords() {
    for (String name : PASSWORDS) {
      if (host.variables().containsKey(name)) {
        values.refuse(
            name, "`" + name + "` is not supported", "use a key: `ansible_ssh_private_key_file`");
      }
    }
    for (String name : BECOME_PASSWORDS) {
      if (host.variables().containsKey(name)) {
        values.refuse(
            name, "`" + name + "` is not supported", "let the user run sudo without a password");
      }
    }
  }

  private Transport transport() {
    String connection = values.text("ansible_connection").orElse("ssh");
    return switch (connection.replaceFirst("^ansible\\.builtin\\.", "")) {
      case "ssh", "smart" -> Transport.SSH;
      case "local" -> Transport.LOCAL;
      default -> {
        values.refuse(
            "ansible_connection",
            "the connection `" + connection + "` is not supported",
            "set `ansible_connection` to ssh or local");
        yield Transport.SSH;
      }
    };
  }

  private boolean become() {
    Optional<String> method = values.text("ansible_become_method");
    if (method
        .filter(m -> !m.replaceFirst("^ansible\\.builtin\\.", "").equals("sudo"))
        .isPresent()) {
      values.refuse(
          "ansible_become_method",
          "the become method `" + method.get() + "` is not supported",
          "set `ansible_become_method` to sudo");
    }
    return values.flag("ansible_become").orElse(false);
  }

  private int port() {
    return values.number(DEFAULT_PORT, 1, 65_535, "ansible_port", "ansible_ssh_port");
  }

  private List<Path> identities() {
    String variable = values.written("ansible_ssh_private_key_file", "ansible_private_key_file");
    return values
        .text(variable)
        .map(file -> List.of(values.path(variable, file)))
        .orElseGet(
            () ->
                Stream.of("id_ed25519", "id_ecdsa", "id_rsa")
                    .map(name -> home.resolve(".ssh").resolve(name))
                    .filter(Files::exists)
                    .toList());
  }

  private List<Path> knownHosts(SshOptions options) {
    List<Path> files = new ArrayList<>();
    String own = options.options().getOrDefault("userknownhostsfile", "~/.ssh/known_hosts");
    SshOptions.words(own).forEach(file -> files.add(values.path(sshArguments(file), file)));
    files.add(Path.of("/etc/ssh/ssh_known_hosts"));
    return files;
  }

  private HostKeyCheck hostKeyCheck(SshOptions options) {
    Optional<Boolean> check =
        values
            .flag("ansible_ssh_host_key_checking")
            .or(() -> values.flag("ansible_host_key_checking"));
    // as with Ansible, which puts this before the other arguments, of which ssh takes the first
    if (check.equals(Optional.of(false))) {
      return HostKeyCheck.OFF;
    }
    String option = options.options().getOrDefault("stricthostkeychecking", "yes");
    return switch (option.toLowerCase(Locale.ROOT)) {
      case "yes" -> HostKeyCheck.STRICT;
      case "no", "off" -> HostKeyCheck.OFF;
      case "accept-new" -> HostKeyCheck.ACCEPT_NEW;
      default -> {
        values.refuse(
            sshArguments("stricthostkeychecking"),
            "`StrictHostKeyChecking=" + option + "` is not supported",
            "use yes, no or accept-new");
        yield HostKeyCheck.STRICT;
      }
    };
  }

  private void refuseOtherOptions(SshOptions options) {
    for (String option : options.options().keySet()) {
      if (!Set.of("userknownhostsfile", "stricthostkeychecking").contains(option)) {
        refuseArgument(option);
      }
    }
    // a word without a dash is the value of the option before it
    options.others().stream().filter(word -> word.startsWith("-")).forEach(this::refuseArgument);
  }

  private void refuseArgument(String argument) {
    values.refuse(
        sshArguments(argument),
        "the SSH option `" + argument + "` is not supported",
        "remove it; only UserKnownHostsFile and StrictHostKeyChecking are read");
  }

  private String currentUser() {
    return Stream.of("USER", "LOGNAME")
        .map(name -> environment.getOrDefault(name, ""))
        .filter(user -> !user.isBlank())
        .findFirst()
        .orElseGet(() -> System.getProperty("user.name", ""));
  }

  /** The variable that has an SSH option in it. */
  private String sshArguments(String option) {
    return SSH_ARGUMENTS.stream()
        .filter(
            name ->
                values
                    .text(name)
                    .orElse("")
                    .toLowerCase(Locale.ROOT)
                    .contains(option.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElse(SSH_ARGUMENTS.getFirst());
  }
}
