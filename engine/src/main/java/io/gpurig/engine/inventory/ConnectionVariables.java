package io.gpurig.engine.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.connect.ConnectionSettings;
import io.gpurig.engine.connect.ConnectionSettings.HostKeyCheck;
import io.gpurig.engine.connect.ConnectionSettings.Transport;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.yaml.Kinds;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
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
  private static final String CODE = "inventory/connection";
  private static final String UNSUPPORTED = "inventory/unsupported-variable";
  private static final Set<String> TRUE = Set.of("yes", "true", "on", "1", "y", "t");
  private static final Set<String> FALSE = Set.of("no", "false", "off", "0", "n", "f");
  private static final List<String> PASSWORDS =
      List.of("ansible_password", "ansible_ssh_pass", "ansible_ssh_password");
  private static final List<String> BECOME_PASSWORDS =
      List.of("ansible_become_password", "ansible_become_pass", "ansible_sudo_pass");
  private static final int DEFAULT_PORT = 22;
  private static final int DEFAULT_TIMEOUT_SECONDS = 10;

  private final Host host;
  private final Map<String, String> environment;
  private final Path home;
  private final Problems problems = new Problems();
  private final Variables variables;

  private ConnectionVariables(Host host, Map<String, String> environment, Path home) {
    this.host = host;
    this.environment = environment;
    this.home = home;
    this.variables = new Variables(host.variables(), Map.of(), Map.of());
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
            Stream.of("ansible_ssh_args", "ansible_ssh_common_args", "ansible_ssh_extra_args")
                .map(name -> text(name).orElse(""))
                .reduce("", (a, b) -> a + " " + b));
    refuseOtherOptions(options);
    return new ConnectionSettings(
        host.name(),
        transport(),
        text("ansible_host", "ansible_ssh_host").orElse(host.name()),
        port(),
        text("ansible_user", "ansible_ssh_user").orElseGet(this::currentUser),
        identities(),
        Optional.ofNullable(environment.get("SSH_AUTH_SOCK"))
            .filter(socket -> !socket.isBlank())
            .map(Path::of),
        knownHosts(options),
        hostKeyCheck(options),
        become(),
        text("ansible_become_user").orElse("root"),
        Duration.ofSeconds(
            number(DEFAULT_TIMEOUT_SECONDS, 1, 86_400, "ansible_timeout", "ansible_ssh_timeout")));
  }

  private void refusePasswords() {
    for (String name : PASSWORDS) {
      if (host.variables().containsKey(name)) {
        refuse("`" + name + "` is not supported", "use a key: `ansible_ssh_private_key_file`");
      }
    }
    for (String name : BECOME_PASSWORDS) {
      if (host.variables().containsKey(name)) {
        refuse("`" + name + "` is not supported", "let the user run sudo without a password");
      }
    }
  }

  private Transport transport() {
    String connection = text("ansible_connection").orElse("ssh");
    return switch (connection.replaceFirst("^ansible\\.builtin\\.", "")) {
      case "ssh", "smart" -> Transport.SSH;
      case "local" -> Transport.LOCAL;
      default -> {
        refuse(
            "the connection `" + connection + "` is not supported",
            "set `ansible_connection` to ssh or local");
        yield Transport.SSH;
      }
    };
  }

  private boolean become() {
    Optional<String> method = text("ansible_become_method");
    if (method
        .filter(m -> !m.replaceFirst("^ansible\\.builtin\\.", "").equals("sudo"))
        .isPresent()) {
      refuse(
          "the become method `" + method.get() + "` is not supported",
          "set `ansible_become_method` to sudo");
    }
    return flag("ansible_become").orElse(false);
  }

  private int port() {
    return number(DEFAULT_PORT, 1, 65_535, "ansible_port", "ansible_ssh_port");
  }

  private List<Path> identities() {
    Optional<String> key = text("ansible_ssh_private_key_file", "ansible_private_key_file");
    return key.map(file -> List.of(path(file)))
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
    SshOptions.words(own).forEach(file -> files.add(path(file)));
    files.add(Path.of("/etc/ssh/ssh_known_hosts"));
    return files;
  }

  private HostKeyCheck hostKeyCheck(SshOptions options) {
    Optional<Boolean> check =
        flag("ansible_ssh_host_key_checking").or(() -> flag("ansible_host_key_checking"));
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
        refuse(
            "`StrictHostKeyChecking=" + option + "` is not supported", "use yes, no or accept-new");
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
    refuse(
        "the SSH option `" + argument + "` is not supported",
        "remove it; only UserKnownHostsFile and StrictHostKeyChecking are read");
  }

  private int number(int otherwise, int least, int most, String... names) {
    Optional<String> text = text(names);
    if (text.isEmpty()) {
      return otherwise;
    }
    String digits = text.get().strip();
    int number = digits.matches("[0-9]{1,9}") ? Integer.parseInt(digits) : -1;
    if (number < least || number > most) {
      wrong(names[0], "must be a whole number from " + least + " to " + most, text.get());
      return otherwise;
    }
    return number;
  }

  private Optional<Boolean> flag(String name) {
    return text(name).flatMap(text -> flag(name, text.strip()));
  }

  private Optional<Boolean> flag(String name, String text) {
    String word = text.toLowerCase(Locale.ROOT);
    if (!TRUE.contains(word) && !FALSE.contains(word)) {
      wrong(name, "must be true or false", text);
      return Optional.empty();
    }
    return Optional.of(TRUE.contains(word));
  }

  /** The first of some variables that is set, as text. */
  private Optional<String> text(String... names) {
    for (String name : names) {
      JsonNode written = host.variables().get(name);
      if (written == null || written.isNull()) {
        continue;
      }
      JsonNode value =
          variables.replace(
              written,
              "",
              (pointer, use, ordinal, fault) -> {
                String reason =
                    fault
                        .map(Variables.Fault::message)
                        .orElse("its variables need each other in a circle or too many times over");
                problem("`" + name + "` cannot be used: " + reason);
              });
      if (value.isContainerNode()) {
        problem("`" + name + "` must be one value, found " + Kinds.found(value));
        continue;
      }
      return Optional.of(value.asText());
    }
    return Optional.empty();
  }

  private Path path(String file) {
    try {
      return file.equals("~") || file.startsWith("~/")
          ? home.resolve(file.substring(1).replaceFirst("^/+", ""))
          : Path.of(file);
    } catch (InvalidPathException e) {
      problem("\"" + e.getInput().replace("\0", "\\0") + "\" is not a file name");
      return home;
    }
  }

  private String currentUser() {
    return Stream.of("USER", "LOGNAME")
        .map(name -> environment.getOrDefault(name, ""))
        .filter(user -> !user.isBlank())
        .findFirst()
        .orElseGet(() -> System.getProperty("user.name", ""));
  }

  private void wrong(String name, String expected, String found) {
    problem("`" + name + "` " + expected + ", found \"" + found + "\"");
  }

  private void problem(String message) {
    problems.add(Problem.error(CODE, "host `" + host.name() + "`: " + message));
  }

  private void refuse(String message, String suggestion) {
    problems.add(
        Problem.error(UNSUPPORTED, "host `" + host.name() + "`: " + message).suggest(suggestion));
  }
}
